/* The one place that writes to stderr: "PROGRAM: text", one line, cleaned of control characters. */
#ifndef MSG_H
#define MSG_H

/* Set once, by main. */
extern const char *msg_program;

void msg(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
