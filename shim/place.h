/* Where a wrapper comes from and where it goes. Each returns 0, or -1, said on stderr. */
#ifndef PLACE_H
#define PLACE_H

#include <limits.h>
#include <stdbool.h>

#include "buf.h"

enum { PLACE_MAX = PATH_MAX }; /* bytes, with the NUL */

/* path as an absolute one, links kept; it must be fit for a comment line: no control characters. */
int place_absolute(const char *path, char out[PLACE_MAX]);

/* The absolute path of a program, looked up in PATH if it has no slash. */
int place_program(const char *program, char out[PLACE_MAX]);

/* May file be written over: isn't it there, or did hl-wrap generate it, or is it forced? */
int place_may_replace(const char *file, bool force);

/*
 * Writes beside the file, lets the shell check it (-n), and renames it over the file (over what it
 * leads to, if it is a link), 0755.
 */
int place_write(const char *file, const char *shell, const struct buf *text);

#endif
