/*
 * A file that is written beside its name and renamed once it is whole, so that what was there before stays until then.
 * "-" is standard output; what is no regular file (a device, a pipe) is written to as it is.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdio.h>

struct output {
	FILE *file;
	const char *name; /* as it was given */
	char *target;     /* what is written over, links followed; NULL: nothing is renamed; owned */
	char *temporary;  /* owned */
};

/* 0, or -1, said. The name must outlive it. */
int output_open(struct output *o, const char *name);
/* Closes and, if it was all written and is wanted, renames; else removes what was written. 0, or -1, said. */
int output_close(struct output *o, int wanted);

#endif
