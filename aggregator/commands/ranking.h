/* Runs ranked, or in the order of time, by what they are told apart by: the view of top. */
#ifndef RANKING_H
#define RANKING_H

#include "group.h"
#include "options.h"
#include "tally.h"
#include "view.h"

enum ranking_by { BY_VERB, BY_USER, BY_EXIT, BY_VERSION, BY_DAY, BY_WEEK, BY_HOUR, BYS };

/* As --by names them, then NULL. */
extern const char *const ranking_names[BYS + 1];

enum { RANKING_COLUMNS = 12 };

struct ranking {
	enum ranking_by by;
	bool long_form;
	bool all; /* also what was used only in the window before */
	struct view view;
	struct view_column columns[RANKING_COLUMNS];
	int whats[RANKING_COLUMNS]; /* of the columns */
	struct groups groups;
	struct groups groups_before;
};

/* Of time: the unit of its ranges; else UNITS. */
enum unit ranking_unit(enum ranking_by by);

/* Chooses the columns of an empty view by the options. It must not be moved then; ranking_free in any case. */
void ranking_choose(struct ranking *r, enum ranking_by by, const struct options *o);

/* What a ranking is made from, told apart by verb, user, exit and what it is by. */
struct ranking_rows {
	const struct tally *window;
	const struct tally *before;  /* for the long form: of the window before */
	const struct tally *last;    /* for the long form: when each was last used */
	const struct range *ranges; /* of the units, if it is by time */
	size_t ranges_count;
};

/* Groups the rows and fills the view: 0, or -1 with errno. */
int ranking_fill(struct ranking *r, const struct ranking_rows *rows);
void ranking_free(struct ranking *r);

#endif
