/*
 * A growing byte buffer with a hard maximum.
 *
 * An add that would pass the maximum, or that finds no memory, adds nothing and marks the buffer
 * as failed; every later add is then a no-op. So a text is composed freely and asked once, at its
 * end, whether all of it is there.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* owned; NUL-terminated once anything was added, NULL before */
	size_t len; /* bytes, without the NUL */
	size_t cap;
	size_t max; /* bytes */
	bool failed;
};

#define BUF_INIT(maximum) {.max = (maximum)}

void buf_add(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Empties the buffer and forgets a failure; the memory stays. */
void buf_reset(struct buf *b);
void buf_free(struct buf *b);

/* Reads fd to its end. 0, or -1 with errno (EFBIG: more than max bytes). */
int buf_read(struct buf *b, int fd);
/* Writes all of the buffer. 0, or -1 with errno. */
int buf_write(const struct buf *b, int fd);

#endif
