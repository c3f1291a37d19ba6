/* misses: where people reached for a verb that is not there. */
#ifndef MISSES_H
#define MISSES_H

#include "buf.h"
#include "options.h"
#include "steps.h"
#include "tally.h"
#include "view.h"

struct misses {
	int64_t total;
	size_t users; /* different ones */
	int64_t runs; /* beside them */
};

struct view misses_view(const struct options *o);
/*
 * Fills the view and counts: rows answer the steps, window holds those of the window itself (steps_window), both told
 * apart by verb and user. 0, or -1 with errno.
 */
int misses_fill(struct view *v, const struct steps *steps, const struct tally *rows, const struct tally *window,
		struct misses *m);
/* "4 misses by 1 user, beside 3 runs". */
void misses_text(const struct misses *m, struct buf *b);

extern const struct command misses_command;

#endif
