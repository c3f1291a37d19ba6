#include "top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "json_out.h"
#include "msg.h"
#include "ranking.h"
#include "session.h"
#include "when.h"

#include "banned.h"

struct top {
	struct session session;
	struct ranking ranking;
	struct history history; /* for the long form */
	struct range *ranges;   /* of the units, owned */
	size_t ranges_count;
	struct tally rows;   /* as answered */
	struct tally window; /* of the window alone */
	struct tally before; /* of the one before it */
	struct tally last;
};

static void choose(struct top *t, const struct options *o)
{
	enum ranking_by by = BY_VERB;
	while (strcmp(ranking_names[by], o->by) != 0)
		by++;
	ranking_choose(&t->ranking, by, o);
}

/* 0, or the exit status to end with. */
static int cut(struct top *t, const struct options *o)
{
	enum unit unit = ranking_unit(t->ranking.by);
	if (t->ranking.long_form) {
		history_cut(&t->history, &o->window, true);
		return 0;
	}
	if (unit == UNITS) {
		t->ranges = malloc(sizeof *t->ranges);
		t->ranges_count = t->ranges ? 1 : 0;
		if (t->ranges)
			*t->ranges = (struct range){.window = o->window};
	} else {
		t->ranges_count = when_ranges(&o->window, unit, o->utc, &t->ranges);
	}
	if (t->ranges_count)
		return 0;
	if (errno == E2BIG)
		msg("%s: more than %d %s: ask for a shorter --since", o->command->name, WHEN_RANGES_MAX, t->ranking.view.many);
	else
		msg("out of memory");
	return errno == E2BIG ? EXIT_MISUSE : EXIT_FAILURE;
}

static int ask(struct top *t)
{
	unsigned labels = LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT);
	if (t->ranking.by == BY_VERSION)
		labels |= LABEL_BIT(LABEL_VERSION);
	struct question q = t->ranking.long_form ? session_question(&t->session, t->history.ranges, t->history.count, labels)
					 : session_question(&t->session, t->ranges, t->ranges_count, labels);
	if (session_ask(&t->session, &q, &t->rows) != 0)
		return -1;
	if (!t->ranking.long_form)
		return 0;
	if (history_split(&t->rows, &t->window, &t->before) != 0) {
		session_fail(&t->session);
		return -1;
	}
	/* Each of these is a label's bit. */
	static const enum label labels_of[] = {[BY_VERB] = LABEL_VERB, [BY_USER] = LABEL_USER, [BY_EXIT] = LABEL_EXIT,
					       [BY_VERSION] = LABEL_VERSION};
	return history_last(&t->session, t->history.ranges, t->history.count, &t->rows, labels_of[t->ranking.by], &t->last);
}

static void describe(struct top *t, const struct tally *users, struct buf *b)
{
	const struct session *s = &t->session;
	if (!users->count) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_printf(b, ": %lld %s by ", (long long)t->ranking.groups.total, t->ranking.groups.total == 1 ? "run" : "runs");
	const char *name = users->rows[0].labels[LABEL_USER];
	if (users->count == 1)
		buf_puts(b, *name ? name : "(none)");
	else
		buf_printf(b, "%zu users", users->count);
	buf_printf(b, ", %lld %s", (long long)s->quality.misses, s->quality.misses == 1 ? "miss" : "misses");
}

static struct json_object *users_json(const struct tally *users)
{
	struct json_object *array = json_object_new_array();
	for (size_t i = 0; i < users->count; i++)
		if (json_out_element(array, json_out_text(users->rows[i].labels[LABEL_USER])) != 0) {
			json_object_put(array);
			return NULL;
		}
	return array;
}

static struct json_object *members(struct top *t, const struct tally *users)
{
	struct json_object *o = session_json(&t->session);
	if (json_out_member(o, "users", users_json(users)) == 0 &&
	    json_out_member(o, "total", json_object_new_int64(t->ranking.groups.total)) == 0 &&
	    (t->ranking.by == BY_VERB || json_out_member(o, "by", json_object_new_string(ranking_names[t->ranking.by])) == 0))
		return o;
	json_object_put(o);
	return NULL;
}

static int show(struct top *t)
{
	const struct ranking_rows rows = {.window = t->ranking.long_form ? &t->window : &t->rows,
					  .before = &t->before,
					  .last = &t->last,
					  .ranges = t->ranges,
					  .ranges_count = t->ranges_count};
	struct tally users = {0};
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	int result = EXIT_FAILURE;
	if (quality_count(&t->session.quality, rows.window) == 0 && ranking_fill(&t->ranking, &rows) == 0 &&
	    tally_by(rows.window, LABEL_BIT(LABEL_USER), &users) == 0) {
		tally_sort_names(&users);
		describe(t, &users, &heading);
		result = session_show(&t->session, &heading, members(t, &users), &t->ranking.view);
	} else {
		session_fail(&t->session);
	}
	tally_free(&users);
	buf_free(&heading);
	return result;
}

static int top(const struct options *o)
{
	struct top t = {0};
	choose(&t, o);
	int result = session_open(&t.session, o, &t.ranking.view);
	if (result == 0)
		result = cut(&t, o);
	if (result == 0)
		result = ask(&t) == 0 ? show(&t) : EXIT_FAILURE;
	ranking_free(&t.ranking);
	tally_free(&t.rows);
	tally_free(&t.window);
	tally_free(&t.before);
	tally_free(&t.last);
	free(t.ranges);
	session_close(&t.session);
	return result;
}

const struct command top_command = {.name = "top",
				    .summary = "rank the verbs by how often they ran",
				    .extra = OPTION_LONG | OPTION_ALL | OPTION_BY,
				    .by = ranking_names,
				    .run = top};
