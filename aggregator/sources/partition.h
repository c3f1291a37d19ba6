/*
 * Loki answers with 500 series at most (max_query_series). A question that passes it is cut into several, each
 * with as many streams (verb, user) as should fit; one that still doesn't is halved.
 */
#ifndef PARTITION_H
#define PARTITION_H

#include <stddef.h>

#include "buf.h"
#include "tally.h"

/* Streams that are asked for together: rows of a tally sorted by verb and user, whole verbs or users of one. */
struct part {
	const struct tally *pairs;
	size_t first;
	size_t end;
};

/*
 * Cuts pairs, which it sorts, into parts of at most pairs_max (> 0) streams that fit a URL: each is called with all
 * of them, in order. 0, or what each returned.
 */
int partition(struct tally *pairs, size_t pairs_max, int (*each)(const struct part *part, void *arg), void *arg);

/* How many of the users that are asked for fit a URL, from the first one on; at least one, if there are any. */
size_t partition_users(const char *const *users, size_t count);

/* Two parts of one, fewer verbs first, then fewer users: 0, or -1: it is a single stream. */
int partition_halve(const struct part *part, struct part halves[2]);

/* The matchers that select the part's streams and no others: verb=~"a|b", or verb="a", user=~"u|v". */
void partition_matchers(struct buf *b, const struct part *part);

#endif
