#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "msg.h"
#include "output.h"
#include "report_page.h"

#include "banned.h"

/* As many steps as a page has room for: 2 to 100. */
static enum unit step_for(const struct window *w)
{
	static const int64_t DAY_S = 24 * 3600;
	int64_t length_s = w->to_s - w->from_s;
	return length_s <= 2 * DAY_S ? UNIT_HOUR : length_s <= 100 * DAY_S ? UNIT_DAY : UNIT_WEEK;
}

static void make_views(struct report *r)
{
	const struct options *o = &r->options;
	ranking_choose(&r->ranking, BY_VERB, o);
	trend_views_make(&r->trend, "verb", o);
	r->trend.by_line.ranked = true;
	r->users = users_view(o);
	r->failures = failures_view(o);
	r->unused = unused_view(o);
	r->misses = misses_view(o);
}

static int fill_unused(struct report *r)
{
	struct tally pairs = {0};
	int result = -1;
	if (!r->found.known.name)
		return 0;
	if (tally_by(&r->window, LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER), &pairs) != 0)
		session_fail(&r->session);
	else
		result = unused_find(&r->found, &r->session, &pairs);
	if (result == 0)
		unused_fill(&r->unused, &r->found);
	tally_free(&pairs);
	return result;
}

/* Everything is counted from one answer; what else is asked are last uses. 0, or -1, said. */
static int ask(struct report *r)
{
	struct session *s = &r->session;
	struct question q = session_question(s, r->steps.ranges, r->steps.ranges_count,
					     LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT));
	if (session_ask(s, &q, &r->rows) != 0 ||
	    history_last(s, r->steps.ranges, r->steps.ranges_count, &r->rows, LABEL_USER, &r->last) != 0)
		return -1;
	if (steps_window(&r->rows, &r->window) != 0 || quality_count(&s->quality, &r->window) != 0) {
		session_fail(s);
		return -1;
	}
	return fill_unused(r);
}

static int fill_trend(struct report *r)
{
	const struct lines_by together = {.of = GROUP_RUNS};
	const struct lines_by by_verb = {.of = GROUP_RUNS, .label = LABEL_BIT(LABEL_VERB)};
	struct lines verbs = {0};
	int result = lines_make(&r->all, &r->steps, &r->rows, &together);
	if (result == 0)
		result = lines_make(&verbs, &r->steps, &r->rows, &by_verb);
	if (result == 0) {
		trend_fill_steps(&r->trend.by_step, &r->steps, &r->all.lines[0], true);
		trend_fill_lines(&r->trend.by_line, &r->steps, &verbs, false);
	}
	lines_free(&verbs);
	return result;
}

static int fill(struct report *r)
{
	const struct ranking_rows rows = {.window = &r->window};
	if (ranking_fill(&r->ranking, &rows) == 0 && fill_trend(r) == 0 &&
	    users_fill(&r->users, &r->window, &r->last, &r->by_user) == 0 &&
	    failures_fill(&r->failures, &r->window, &r->by_failures) == 0 &&
	    misses_fill(&r->misses, &r->steps, &r->rows, &r->window, &r->missed) == 0)
		return 0;
	return -1;
}

/* As they are filled, and cut to --limit; a trend's steps are all shown. */
static int arrange(struct report *r)
{
	enum { CUT = 6 };
	struct view *const views[CUT] = {&r->ranking.view, &r->trend.by_line, &r->users,
					 &r->failures,     &r->unused,         &r->misses};
	for (size_t i = 0; i < CUT; i++)
		if (view_arrange(views[i], NULL, false, r->options.limit) != 0)
			return -1;
	return view_arrange(&r->trend.by_step, NULL, false, 0);
}

static int write_page(struct report *r)
{
	struct output out;
	session_quality(&r->session);
	if (fill(r) != 0 || arrange(r) != 0)
		return session_fail(&r->session);
	if (output_open(&out, r->options.output) != 0)
		return EXIT_FAILURE;
	bool made = report_page(r, out.file) == 0;
	if (!made)
		session_fail(&r->session);
	return output_close(&out, made) == 0 && made ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(struct report *r)
{
	int result = known_read(&r->found.known, &r->options);
	if (result == 0)
		result = session_open(&r->session, &r->options, &r->ranking.view);
	if (result != 0)
		return result;
	if (steps_cut(&r->steps, &r->options) != 0 || ask(r) != 0)
		return EXIT_FAILURE;
	return r->options.explain ? EXIT_SUCCESS : write_page(r);
}

static int report(const struct options *o)
{
	struct report r = {.options = *o};
	if (!o->output && !o->explain) {
		msg("report: where to? give -o FILE, or -o - for standard output");
		return EXIT_MISUSE;
	}
	r.options.step = step_for(&o->window);
	r.found.options = &r.options;
	make_views(&r);
	int result = run(&r);
	ranking_free(&r.ranking);
	view_free(&r.trend.by_step);
	view_free(&r.trend.by_line);
	view_free(&r.users);
	view_free(&r.failures);
	view_free(&r.unused);
	view_free(&r.misses);
	lines_free(&r.all);
	groups_free(&r.by_user);
	groups_free(&r.by_failures);
	unused_free(&r.found);
	tally_free(&r.rows);
	tally_free(&r.window);
	tally_free(&r.last);
	steps_free(&r.steps);
	session_close(&r.session);
	return result;
}

const struct command report_command = {.name = "report",
				       .summary = "all of this as one HTML page",
				       .extra = OPTION_OUTPUT | OPTION_TABLE | OPTION_FEWER,
				       .page = true,
				       .run = report};
