/* Small state files of "<name> <value>" lines, read and replaced whole. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stddef.h>

#include "state.h"

enum { FIELDS_FILE_MAX = 2048 }; /* bytes */

struct field {
	const char *name;
	size_t offset;	  /* in the struct that holds the values */
	size_t text_size; /* 0: an int64_t, not negative; otherwise a text of so many bytes with its NUL */
};

/* Fills base from file; what isn't there, or can't be read, is left as it was. */
void fields_read(struct state *s, const char *file, const struct field *fields, size_t count, void *base);
/* Writes all of it; an empty text is left out. 0, or -1 with errno. */
int fields_write(struct state *s, const char *file, const struct field *fields, size_t count, const void *base);

#endif
