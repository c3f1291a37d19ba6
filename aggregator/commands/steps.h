/* Counts by steps of the calendar, and of the window before: what trend and misses show. */
#ifndef STEPS_H
#define STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "group.h"
#include "options.h"
#include "tally.h"

struct steps {
	enum unit unit;
	bool utc;
	struct range *ranges; /* owned: the window before, of the same length, as part 0, then a range for each step */
	size_t ranges_count;
	const struct range *step; /* the ranges of the steps, oldest first */
	size_t count;
};

/* Cuts the options' window by their --step: 0, or the exit status to end with, said. steps_free in any case. */
int steps_cut(struct steps *s, const struct options *o);
/* Is the step cut by the window's begin or end? */
bool steps_partial(const struct steps *s, size_t step);
void steps_free(struct steps *s);

/* What one line of a trend shows. */
struct line {
	const char *name; /* the lines' */
	int64_t total;
	int64_t before;  /* in the window before */
	size_t users;    /* different ones in the window */
	int64_t *counts; /* by step; the lines' */
	int64_t *users_by_step;
};

/* Which lines there are. */
struct lines_by {
	enum group_of of;
	unsigned label;              /* a line for each value of this LABEL_BIT; 0: one for all, named "" */
	const char *const *prefixes; /* or a line for each of these, in their order: verbs by whole words */
	size_t prefixes_count;
};

struct lines {
	struct line *lines; /* the largest first, then by name; prefixes as they were given */
	size_t count;
	struct tally names;
	int64_t *store;
};

/*
 * Puts the answer to the ranges together, told apart by part, user and verb: 0, or -1 with errno. lines_free in any
 * case.
 */
int lines_make(struct lines *l, const struct steps *s, const struct tally *rows, const struct lines_by *by);
void lines_free(struct lines *l);

/* The rows that lie in the window itself, without parts, into an empty tally: 0, or -1 with errno. */
int steps_window(const struct tally *rows, struct tally *window);

/* The mean of the line's whole steps: false if there is none. */
bool line_mean(const struct steps *s, const struct line *l, double *mean);
/* The mean of the last 7 days, 24 hours or 4 weeks up to the step, whole ones alone: false if there is none. */
bool line_moving(const struct steps *s, const struct line *l, size_t step, double *mean);

#endif
