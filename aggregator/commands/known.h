/* The verbs that there are: the table of a generated wrapper, or a manifest. */
#ifndef KNOWN_H
#define KNOWN_H

#include "options.h"
#include "verbs.h"

struct known {
	char *name;         /* the file that it was read from; owned; NULL: there is none */
	struct verbs verbs; /* those that can be recorded, by name */
};

/*
 * Reads the file that the options name, or else the table of the wrapper that called, or else that of the first
 * homelab in PATH, if there is one. Returns the exit status to end with, said, or 0. known_free in any case; *k is {0}
 * before.
 */
int known_read(struct known *k, const struct options *o);
void known_free(struct known *k);

#endif
