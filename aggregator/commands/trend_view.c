#include "trend_view.h"

#include <stdio.h>
#include <string.h>

#include "when.h"

#include "banned.h"

static const char *const rates[UNITS] = {"an hour", "a day", "a week"};

void trend_views_make(struct trend_views *t, const char *key, const struct options *o)
{
	static const char *const many[UNITS] = {"hours", "days", "weeks"};
	bool by_user = strcmp(key, "user") == 0;
	const struct view_column steps[TREND_STEP_COLUMNS] = {
		{key, "", VIEW_TEXT, VIEW_DATA_ONLY, 0},
		{"from", "", VIEW_TIME, VIEW_DATA_ONLY, 0},
		{"to", "", VIEW_TIME, VIEW_DATA_ONLY, 0},
		{"step", unit_names[o->step], VIEW_TEXT, VIEW_TABLE_ONLY | VIEW_AT_END, 0},
		{"partial", "", VIEW_FLAG, VIEW_DATA_ONLY, 0},
		{"count", "runs", VIEW_COUNT, 0, 0},
		{"average", "average", VIEW_MEAN, 0, 0},
		{"users", "users", VIEW_COUNT, 0, 50},
		{"bar", "", VIEW_BAR, 0, 0},
	};
	const struct view_column lines[TREND_LINE_COLUMNS] = {
		{key, key, VIEW_TEXT, VIEW_AT_END, 0},
		{"count", "runs", VIEW_COUNT, 0, 0},
		{"average", rates[o->step], VIEW_MEAN, 0, 60},
		{"users", "users", VIEW_COUNT, 0, 80},
		{"before", "before", VIEW_COUNT, VIEW_DATA_ONLY, 0},
		{"change", "change", VIEW_CHANGE, 0, 0},
		{"counts", "trend", VIEW_SPARK, 0, 68},
	};
	memcpy(t->step_columns, steps, sizeof steps);
	memcpy(t->line_columns, lines, sizeof lines);
	t->by_step = (struct view){.name = "steps",
				   .one = unit_names[o->step],
				   .many = many[o->step],
				   .columns = t->step_columns,
				   .columns_count = TREND_STEP_COLUMNS,
				   .utc = o->utc};
	t->by_line = (struct view){.name = "lines",
				   .one = by_user ? "user" : "verb",
				   .many = by_user ? "users" : "verbs",
				   .columns = t->line_columns,
				   .columns_count = TREND_LINE_COLUMNS,
				   .utc = o->utc};
}

/* Of all verbs together there is no name. */
static void add_name(struct view *v, const struct line *l, bool together)
{
	view_text(v, l->name);
	if (v->count && together)
		v->cells[v->count - 1].none = true;
}

static void add_mean(struct view *v, bool there, double mean)
{
	if (there)
		view_fraction(v, mean);
	else
		view_none(v);
}

void trend_fill_lines(struct view *v, const struct steps *s, const struct lines *lines, bool together)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *l = &lines->lines[i];
		double mean;
		bool there = line_mean(s, l, &mean);
		add_name(v, l, together);
		view_count(v, l->total);
		add_mean(v, there, mean);
		view_count(v, (int64_t)l->users);
		view_count(v, l->before);
		view_change(v, l->before, l->total);
		view_points(v, l->counts, s->count);
	}
}

void trend_fill_steps(struct view *v, const struct steps *s, const struct line *l, bool together)
{
	int64_t most = 0;
	for (size_t i = 0; i < s->count; i++)
		most = l->counts[i] > most ? l->counts[i] : most;
	for (size_t i = 0; i < s->count; i++) {
		const struct window *w = &s->step[i].window;
		char name[TIME_TEXT_MAX];
		char text[TIME_TEXT_MAX + sizeof " (partial)"];
		double mean;
		bool partial = steps_partial(s, i);
		bool there = line_moving(s, l, i, &mean);
		when_unit_text(w->from_s, s->unit, s->utc, name);
		snprintf(text, sizeof text, "%s%s", name, partial ? " (partial)" : "");
		add_name(v, l, together);
		view_time(v, w->from_s);
		view_time(v, w->to_s);
		view_text(v, text);
		view_flag(v, partial);
		view_count(v, l->counts[i]);
		add_mean(v, there, mean);
		view_count(v, l->users_by_step[i]);
		view_fraction(v, most ? (double)l->counts[i] / (double)most : 0);
	}
}

void trend_text(const struct steps *s, const struct line *l, const char *between, struct buf *b)
{
	double mean;
	if (line_mean(s, l, &mean))
		buf_printf(b, "%.1f %s%s", mean, rates[s->unit], between);
	if (l->before)
		buf_printf(b, "%+.0f%% against the window before", 100 * ((double)l->total / (double)l->before - 1));
	else
		buf_puts(b, "none in the window before");
}
