/* Rows of an answer put together by one label or part: the numbers that rankings show. */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally.h"

/* Somebody reached for a verb that isn't there. */
bool is_miss(const char *verb);

enum outcome { OUTCOME_FINE, OUTCOME_FAILED, OUTCOME_INTERRUPTED };

/*
 * Of an exit status as text. Interrupted: 129, 130, 131 (hangup, Ctrl-C, Ctrl-\ end a verb from the terminal) and
 * 141 (a pipe's reader had enough). Fine: 0, and no status. All else is a failure, also 137 and 143 (killed).
 */
enum outcome outcome_of(const char *exit);

/* Adds to a sum: 0, or -1 with errno EOVERFLOW. */
int count_add(int64_t *sum, int64_t n);

struct group {
	const char *key; /* the label's value; the tally's */
	uint32_t part;
	int64_t count;
	int64_t failed;
	int64_t interrupted;
	size_t users; /* different ones */
	size_t verbs;
};

struct groups {
	struct group *groups;
	size_t count;
	int64_t total; /* of all groups */
	struct tally keys;
};

/* What is left out of groups. */
enum group_of { GROUP_RUNS, GROUP_MISSES, GROUP_ALL };

/*
 * Groups rows by one LABEL_BIT or LABEL_PART: the largest first, then by name; parts in their order. Rows must be
 * told apart by the labels whose numbers are wanted. 0, or -1 with errno. groups_free in any case.
 */
int groups_make(struct groups *g, const struct tally *rows, unsigned by, enum group_of of);
void groups_free(struct groups *g);

#endif
