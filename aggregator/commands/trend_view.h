/* The two views of a trend: by steps, and by lines. */
#ifndef TREND_VIEW_H
#define TREND_VIEW_H

#include "buf.h"
#include "options.h"
#include "steps.h"
#include "view.h"

enum { TREND_STEP_COLUMNS = 9, TREND_LINE_COLUMNS = 7 };

struct trend_views {
	struct view by_step;
	struct view by_line;
	struct view_column step_columns[TREND_STEP_COLUMNS];
	struct view_column line_columns[TREND_LINE_COLUMNS];
};

/* Two empty views for the options' step; key: "verb" or "user", which a line is of. It must not be moved then. */
void trend_views_make(struct trend_views *t, const char *key, const struct options *o);

/* A row for each line; together: it is one of all verbs, which has no name. */
void trend_fill_lines(struct view *v, const struct steps *s, const struct lines *lines, bool together);
/* A row for each step of the line. */
void trend_fill_steps(struct view *v, const struct steps *s, const struct line *l, bool together);

/* The line's mean and change: "4.0 a day  +900% against the window before", with between between them. */
void trend_text(const struct steps *s, const struct line *l, const char *between, struct buf *b);

#endif
