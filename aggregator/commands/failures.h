/* hl-usage failures: the verbs that fail, and how. */
#ifndef FAILURES_H
#define FAILURES_H

#include "buf.h"
#include "group.h"
#include "options.h"
#include "tally.h"
#include "view.h"

struct view failures_view(const struct options *o);
/*
 * Fills the view: rows are told apart by verb, user and exit. Groups the runs by verb as well, those that failed most
 * first: 0, or -1 with errno. groups_free in any case.
 */
int failures_fill(struct view *v, const struct tally *rows, struct groups *g);

struct failures {
	int64_t failed;
	int64_t interrupted;
};

struct failures failures_of(const struct groups *g);
/* "3 of 20 runs failed, 1 interrupted". */
void failures_text(const struct groups *g, struct buf *b);

extern const struct command failures_command;

#endif
