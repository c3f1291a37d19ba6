#include "misses.h"

#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "session.h"
#include "steps.h"

#include "banned.h"

static const struct view_column columns[] = {
	{"verb", "verb", VIEW_TEXT, VIEW_AT_END, 0},
	{"count", "misses", VIEW_COUNT, 0, 0},
	{"share", "share", VIEW_SHARE, 0, 76},
	{"users", "users", VIEW_COUNT, 0, 0},
	{"before", "before", VIEW_COUNT, VIEW_DATA_ONLY, 0},
	{"change", "change", VIEW_CHANGE, 0, 0},
	{"counts", "trend", VIEW_SPARK, 0, 68},
};

struct view misses_view(const struct options *o)
{
	return (struct view){.name = "misses",
			     .one = "place",
			     .many = "places",
			     .columns = columns,
			     .columns_count = sizeof columns / sizeof *columns,
			     .ranked = true,
			     .utc = o->utc};
}

static void fill(struct view *v, const struct steps *steps, const struct lines *lines, int64_t total)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *l = &lines->lines[i];
		view_text(v, l->name);
		view_count(v, l->total);
		view_fraction(v, total ? (double)l->total / (double)total : 0);
		view_count(v, (int64_t)l->users);
		view_count(v, l->before);
		view_change(v, l->before, l->total);
		view_points(v, l->counts, steps->count);
	}
}

/* By part, which is the same for all of the window: one group. */
static int count(struct misses *m, const struct tally *window)
{
	struct groups misses = {0};
	struct groups runs = {0};
	int result = -1;
	if (groups_make(&misses, window, LABEL_PART, GROUP_MISSES) == 0 &&
	    groups_make(&runs, window, LABEL_PART, GROUP_RUNS) == 0) {
		*m = (struct misses){.total = misses.total,
				     .users = misses.count ? misses.groups[0].users : 0,
				     .runs = runs.total};
		result = 0;
	}
	groups_free(&misses);
	groups_free(&runs);
	return result;
}

int misses_fill(struct view *v, const struct steps *steps, const struct tally *rows, const struct tally *window,
		struct misses *m)
{
	const struct lines_by by = {.of = GROUP_MISSES, .label = LABEL_BIT(LABEL_VERB)};
	struct lines lines = {0};
	int result = count(m, window);
	if (result == 0)
		result = lines_make(&lines, steps, rows, &by);
	if (result == 0)
		fill(v, steps, &lines, m->total);
	lines_free(&lines);
	return result;
}

void misses_text(const struct misses *m, struct buf *b)
{
	buf_printf(b, "%lld %s by %zu %s, beside %lld %s", (long long)m->total, m->total == 1 ? "miss" : "misses", m->users,
		   m->users == 1 ? "user" : "users", (long long)m->runs, m->runs == 1 ? "run" : "runs");
}

static void describe(struct session *s, const struct misses *m, struct buf *b)
{
	if (!m->total) {
		session_nothing(s, "misses", b);
		if (m->runs)
			buf_printf(b, ": %lld %s", (long long)m->runs, m->runs == 1 ? "run" : "runs");
		return;
	}
	session_heading(s, b);
	buf_puts(b, ": ");
	misses_text(m, b);
}

static int show(struct session *s, const struct steps *steps, const struct tally *rows, struct view *v)
{
	struct tally window = {0};
	struct misses m;
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	int result;
	if (steps_window(rows, &window) != 0 || quality_count(&s->quality, &window) != 0 ||
	    misses_fill(v, steps, rows, &window, &m) != 0) {
		result = session_fail(s);
		goto out;
	}
	describe(s, &m, &heading);
	struct json_object *members = session_json(s);
	if (json_out_member(members, "step", json_out_text(unit_names[steps->unit])) != 0 ||
	    json_out_member(members, "total", json_object_new_int64(m.total)) != 0 ||
	    json_out_member(members, "runs", json_object_new_int64(m.runs)) != 0) {
		json_object_put(members);
		members = NULL;
	}
	result = session_show(s, &heading, members, v);
out:
	buf_free(&heading);
	tally_free(&window);
	return result;
}

static int misses(const struct options *o)
{
	struct session s;
	struct steps steps = {0};
	struct tally rows = {0};
	struct view v = misses_view(o);
	int result = session_open(&s, o, &v);
	if (result == 0)
		result = steps_cut(&steps, o);
	if (result == 0) {
		struct question q = session_question(&s, steps.ranges, steps.ranges_count,
						     LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER));
		result = session_ask(&s, &q, &rows) == 0 ? show(&s, &steps, &rows, &v) : EXIT_FAILURE;
	}
	view_free(&v);
	steps_free(&steps);
	tally_free(&rows);
	session_close(&s);
	return result;
}

const struct command misses_command = {.name = "misses",
				       .summary = "where people reached for a verb that isn't there",
				       .extra = OPTION_STEP,
				       .run = misses};
