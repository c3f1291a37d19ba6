/*
 * A window, and the one before it, in one question, cut so that the last use of each key (a verb, a user …) is then
 * asked for cheaply: the newer a range, the shorter it is, and most keys were last used in the newest ones.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "session.h"

enum { HISTORY_RANGES_MAX = 8 };

struct history {
	struct range ranges[HISTORY_RANGES_MAX]; /* part 0: the window before; the others: the window, oldest first */
	size_t count;
};

/* Without before, the window alone: part 0 is left out. */
void history_cut(struct history *h, const struct window *w, bool before);

/* Shares out the rows of an answer to h's ranges: 0, or -1 with errno. */
int history_split(const struct tally *rows, struct tally *window, struct tally *before);

/*
 * When each value of a label was last used in the window, in s, into last, which is empty: by one question over the
 * newest range, and one over those older ranges in which some value has its last event. Of misses, it may miss
 * older ones. The ranges are numbered as h's: part 0 is before the window, the newest is the last and of the highest
 * part. rows answer them, told apart by label and part. 0, or -1, said.
 */
int history_last(struct session *s, const struct range *ranges, size_t count, const struct tally *rows,
		 enum label label, struct tally *last);

#endif
