/* What a report holds, and the page that it becomes. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdio.h>

#include "failures.h"
#include "group.h"
#include "misses.h"
#include "options.h"
#include "ranking.h"
#include "session.h"
#include "steps.h"
#include "tally.h"
#include "trend_view.h"
#include "unused.h"
#include "users.h"
#include "view.h"

struct report {
	struct options options; /* with the step that suits the window */
	struct session session;
	struct steps steps;
	struct tally rows;   /* as answered: verb, user and exit, by step */
	struct tally window; /* those of the window, without steps */
	struct tally last;   /* when each user was last seen */
	struct lines all;    /* one: all runs together */
	struct groups by_user;
	struct groups by_failures;
	struct misses missed;
	struct unused found;
	/* The views, arranged. */
	struct ranking ranking;
	struct trend_views trend; /* steps of all runs, and a line for each verb */
	struct view users;
	struct view failures;
	struct view unused;
	struct view misses;
};

/* Prints the page: 0, or -1: no memory. Writing is checked by whoever opened out. */
int report_page(const struct report *r, FILE *out);

/* The runs by steps as a figure with bars and the moving average as a line. */
void report_chart(const struct steps *s, const struct line *all, FILE *out);

#endif
