/*
 * The head of a generated wrapper: what says that hl-wrap made the file, and from what. The origin
 * is an hl-wrap command line, every value of it quoted, so it is read back as one.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>

#include "buf.h"

enum {
	ORIGIN_WORDS_MAX = 16,
	ORIGIN_WRAPPER_MAX = 64 * 1024 * 1024, /* bytes of a wrapper */
};

/* Adds text as one single-quoted shell word, the empty one included. */
void origin_quote(struct buf *b, const char *text);

/* The first lines of a wrapper, up to its origin, which is given as words, NULL at the end. */
void origin_write(struct buf *b, const char *shell, const char *name, const char *const *words);

/* Does a text begin as origin_write's? */
bool origin_generated(const char *text);

/*
 * Reads the origin's words into argv (cap ORIGIN_WORDS_MAX, NULL at the end), which point into
 * *store, owned by the caller. How many, or -1: no origin that we wrote.
 */
int origin_read(const char *text, char **store, char *argv[ORIGIN_WORDS_MAX]);

/* Is the file at path a generated wrapper of this name? */
bool origin_is_wrapper(const char *path, const char *name);

#endif
