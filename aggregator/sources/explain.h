/* What went wrong with a question to Loki, in one line that names the URL and says what to do. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stddef.h>

#include "answer.h"
#include "ask.h"

/* Is it an answer to be parsed? */
bool explain_fine(const struct reply *r);

/* Of a reply that isn't. */
void explain_reply(char *out, size_t size, const char *url, const struct reply *r, int timeout_s);

/* Of an answer that was none. */
void explain_answer(char *out, size_t size, const char *url, const struct reply *r, enum answer_fault fault);

#endif
