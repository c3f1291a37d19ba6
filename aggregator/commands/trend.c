#include "trend.h"

#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "msg.h"
#include "session.h"
#include "steps.h"
#include "trend_view.h"

#include "banned.h"

static const char *const by_names[] = {"all", "verb", "user", NULL};

struct trend {
	struct options options; /* with the verbs that are asked for */
	struct options arranged; /* without --sort, --reverse and --limit, which are about the lines */
	bool together; /* all verbs in one line */
	bool several; /* lines: a table has a row for each, otherwise one for each step */
	const char *key; /* what a line is of: "verb" or "user" */
	struct session session;
	struct steps steps;
	struct tally rows;
	struct tally window; /* the rows of the window itself */
	struct lines lines;
	struct trend_views views;
};

static void describe(struct trend *t, int64_t total, struct buf *b)
{
	struct session *s = &t->session;
	if (!s->quality.users) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_printf(b, ": %lld %s", (long long)total, total == 1 ? "run" : "runs");
	session_names(" of ", (const char *const *)t->options.operands, t->options.operands_count, b);
	buf_printf(b, " by %zu %s", s->quality.users, s->quality.users == 1 ? "user" : "users");
}

/* Of a single line: its sparkline, mean and change. */
static void sum_up(struct trend *t, const struct line *l)
{
	struct screen screen;
	screen_detect(&screen, stdout, t->options.no_color);
	view_spark(l->counts, t->steps.count, screen.rich, &t->session.second);
	buf_puts(&t->session.second, "  ");
	trend_text(&t->steps, l, "  ", &t->session.second);
}

/* Runs of the window, also where lines overlap. */
static int count_total(const struct trend *t, int64_t *total)
{
	*total = 0;
	for (size_t i = 0; i < t->window.count; i++)
		if (!is_miss(t->window.rows[i].labels[LABEL_VERB]) && count_add(total, t->window.rows[i].count) != 0)
			return -1;
	return 0;
}

static int arrange(struct trend *t)
{
	const struct options *o = &t->options;
	return t->several ? view_arrange(&t->views.by_line, o->sort, o->reverse, o->limit)
			  : view_arrange(&t->views.by_line, NULL, false, 0);
}

static int print(struct trend *t, int64_t total)
{
	const struct options *o = &t->options;
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	struct json_object *members;
	int result;
	describe(t, total, &heading);
	if (!t->several && t->lines.count && t->session.quality.users)
		sum_up(t, &t->lines.lines[0]);
	/* Tables have one of the two views, CSV the steps, JSON both; lines are arranged before they become steps. */
	bool table = !o->json && !o->csv;
	if (t->several && !table)
		t->session.o = &t->arranged;
	members = session_json(&t->session);
	if (json_out_member(members, "step", json_out_text(unit_names[o->step])) != 0 ||
	    json_out_member(members, "total", json_object_new_int64(total)) != 0 ||
	    (o->json && json_out_member(members, "lines", view_json(&t->views.by_line)) != 0)) {
		json_object_put(members);
		members = NULL;
	}
	for (size_t i = 0; i < t->views.by_line.shown; i++)
		trend_fill_steps(&t->views.by_step, &t->steps, &t->lines.lines[t->views.by_line.order[i]], t->together);
	result = session_show(&t->session, &heading, members, table && t->several ? &t->views.by_line : &t->views.by_step);
	buf_free(&heading);
	return result;
}

static int show(struct trend *t)
{
	static const unsigned labels[] = {0, LABEL_BIT(LABEL_VERB), LABEL_BIT(LABEL_USER)};
	struct lines_by by = {.of = GROUP_RUNS};
	int64_t total;
	for (size_t i = 0; by_names[i]; i++)
		by.label |= strcmp(t->options.by, by_names[i]) == 0 ? labels[i] : 0;
	if (!by.label) {
		by.prefixes = (const char *const *)t->options.operands;
		by.prefixes_count = t->options.operands_count;
	}
	if (steps_window(&t->rows, &t->window) != 0 || quality_count(&t->session.quality, &t->window) != 0 ||
	    count_total(t, &total) != 0 || lines_make(&t->lines, &t->steps, &t->rows, &by) != 0)
		return session_fail(&t->session);
	/* A table of zeros alone says less than its heading. */
	if (t->session.quality.users || t->options.json || t->options.csv)
		trend_fill_lines(&t->views.by_line, &t->steps, &t->lines, t->together);
	return arrange(t) == 0 ? print(t, total) : session_fail(&t->session);
}

static int run(struct trend *t)
{
	const struct options *o = &t->options;
	for (size_t i = 0; i < o->operands_count; i++) {
		const char *wrong = options_label_wrong(o->operands[i]);
		if (wrong) {
			msg("trend: VERB '%s': %s", o->operands[i], wrong);
			return EXIT_MISUSE;
		}
	}
	trend_views_make(&t->views, t->key, o);
	t->views.by_line.ranked = strcmp(o->by, by_names[0]) != 0;
	int result = session_open(&t->session, o, t->several ? &t->views.by_line : &t->views.by_step);
	if (result == 0)
		result = steps_cut(&t->steps, o);
	if (result != 0)
		return result;
	struct question q = session_question(&t->session, t->steps.ranges, t->steps.ranges_count,
					     LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER));
	return session_ask(&t->session, &q, &t->rows) == 0 ? show(t) : EXIT_FAILURE;
}

static int trend(const struct options *o)
{
	struct trend t = {.options = *o, .arranged = *o};
	bool by_label = strcmp(o->by, by_names[0]) != 0;
	t.arranged.sort = NULL;
	t.arranged.reverse = false;
	t.arranged.limit = 0;
	t.together = !by_label && o->operands_count == 0;
	t.several = by_label || o->operands_count > 1;
	t.key = strcmp(o->by, "user") == 0 ? "user" : "verb";
	/* With --verb as well, what is asked for is narrower than what the lines are of. */
	if (!o->verbs_count) {
		t.options.verbs = (const char **)o->operands;
		t.options.verbs_count = o->operands_count;
	}
	int result = run(&t);
	view_free(&t.views.by_step);
	view_free(&t.views.by_line);
	lines_free(&t.lines);
	tally_free(&t.rows);
	tally_free(&t.window);
	steps_free(&t.steps);
	session_close(&t.session);
	return result;
}

const struct command trend_command = {
	.name = "trend",
	.operands = "[VERB]...",
	.summary = "counts by day, hour or week: all verbs, or a line for each VERB",
	.extra = OPTION_BY | OPTION_STEP,
	.by = by_names,
	.run = trend,
};
