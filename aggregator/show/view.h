/*
 * What a command shows: columns and rows of typed cells, sorted, cut and printed in one way, as a table for people,
 * HTML, JSON or CSV. A command fills a view and prints nothing of it itself.
 */
#ifndef VIEW_H
#define VIEW_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "table.h"

enum view_kind {
	VIEW_TEXT,   /* table: "(none)" where it is empty */
	VIEW_COUNT,  /* a whole number */
	VIEW_MEAN,   /* table: one digit behind the point */
	VIEW_FLAG,   /* data: true or false; table: the id where it is true */
	VIEW_SHARE,  /* 0 to 1; table: 12.3% */
	VIEW_CHANGE, /* 0.4 is 40% more; table: +40%, "new" or "gone" */
	VIEW_AGE,    /* a time in s; table: how long before the view's now */
	VIEW_TIME,   /* a time in s; table: 2026-11-01 12:30 */
	VIEW_BAR,    /* 0 to 1; tables alone */
	VIEW_SPARK,  /* counts in a row; table: a sparkline; CSV: with spaces between */
};

enum {
	VIEW_DATA_ONLY = 1 << 0,  /* not in tables */
	VIEW_TABLE_ONLY = 1 << 1, /* not in JSON and CSV; bars never are */
	VIEW_AT_END = 1 << 2,     /* in tables behind the others, wherever it is in the data */
	VIEW_BLANK = 1 << 3,      /* tables leave an empty text empty */
};

struct view_column {
	const char *id;      /* of JSON, CSV and --sort */
	const char *heading; /* of tables */
	enum view_kind kind;
	unsigned flags;
	size_t min_columns; /* a terminal with fewer characters in a line goes without it */
};

struct view_cell {
	bool none;       /* there is no value: null */
	int64_t number;  /* counts, times and flags */
	double fraction; /* means, shares, changes and bars */
	char *text;      /* owned; texts, and what a change without a number is called */
	int64_t *points; /* owned */
	size_t points_count;
};

struct view {
	const char *name;        /* of the JSON array */
	const char *one, *many;  /* what a row is */
	const struct view_column *columns;
	size_t columns_count;
	bool ranked;   /* tables number the rows */
	int64_t now_s; /* that ages are counted from */
	bool utc;      /* for times in tables */
	struct view_cell *cells; /* row by row */
	size_t count;
	size_t room;
	size_t *order; /* of the rows, once arranged */
	size_t shown;  /* so many of them */
	bool failed;   /* no memory: printing says so */
};

/* Add the next cell. */
void view_text(struct view *v, const char *text);
void view_count(struct view *v, int64_t n);
void view_fraction(struct view *v, double fraction);
void view_flag(struct view *v, bool flag);
/* A change: no value where there was nothing before. */
void view_change(struct view *v, int64_t before, int64_t now);
/* A time; 0: none. */
void view_time(struct view *v, int64_t s);
void view_points(struct view *v, const int64_t *points, size_t count);
void view_none(struct view *v);

size_t view_rows(const struct view *v);
/* The cell of the shown row. Once arranged. */
const struct view_cell *view_cell(const struct view *v, size_t row, size_t column);
/* Is it the id of a column that can be sorted by? */
bool view_sortable(const struct view *v, const char *id);
/* What view_sortable takes, as "count, users, verb". */
void view_ids(const struct view *v, struct buf *b);

/*
 * Once filled: sorts by the column of that id (NULL: as filled), numbers from the largest, texts by their bytes,
 * what has no value last; then reverses, then cuts to limit rows (0: none). 0, or -1: no memory.
 */
int view_arrange(struct view *v, const char *sort, bool reverse, size_t limit);

/* The cell's text for people, cleaned; rich: Unicode may be used. Not for bars. */
void view_cell_text(const struct view *v, size_t row, size_t column, bool rich, struct buf *b);

/* Counts in a row as a line of blocks: at most 40, the mean of neighbours if there are more. */
void view_spark(const int64_t *points, size_t count, bool rich, struct buf *b);

/* Print, or make, what was arranged: 0 (an object), or -1 (NULL): no memory. */
int view_print_table(const struct view *v, const struct screen *s, FILE *out);
int view_print_csv(const struct view *v, FILE *out);
/* A table of HTML that is XML as well, in a box of its own that scrolls; label names it. Nothing without rows. */
int view_print_html(const struct view *v, const char *label, FILE *out);
struct json_object *view_json(const struct view *v);

void view_free(struct view *v);

#endif
