#include "top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "history.h"
#include "json_out.h"
#include "meaning.h"
#include "msg.h"
#include "session.h"
#include "when.h"

#include "banned.h"

enum by { BY_VERB, BY_USER, BY_EXIT, BY_VERSION, BY_DAY, BY_WEEK, BY_HOUR, BYS };

static const char *const by_names[BYS + 1] = {"verb", "user", "exit", "version", "day", "week", "hour", NULL};

static const struct {
	unsigned label; /* LABEL_BIT or LABEL_PART */
	enum unit unit;
	const char *one, *many;
} groupings[BYS] = {
	[BY_VERB] = {LABEL_BIT(LABEL_VERB), UNITS, "verb", "verbs"},
	[BY_USER] = {LABEL_BIT(LABEL_USER), UNITS, "user", "users"},
	[BY_EXIT] = {LABEL_BIT(LABEL_EXIT), UNITS, "exit status", "exit statuses"},
	[BY_VERSION] = {LABEL_BIT(LABEL_VERSION), UNITS, "version", "versions"},
	[BY_DAY] = {LABEL_PART, UNIT_DAY, "day", "days"},
	[BY_WEEK] = {LABEL_PART, UNIT_WEEK, "week", "weeks"},
	[BY_HOUR] = {LABEL_PART, UNIT_HOUR, "hour", "hours"},
};

enum what { KEY, FROM, MEANING, COUNT, SHARE, BAR, USERS, VERBS, FAILED, LAST, CHANGE, BEFORE, WHATS };

enum { TIMES = 1 << BY_DAY | 1 << BY_WEEK | 1 << BY_HOUR, LABELLED = (1 << BYS) - 1 - TIMES };

/* A column, and by what it is shown. */
static const struct {
	struct view_column column;
	unsigned by; /* bits */
	bool long_form;
} all_columns[WHATS] = {
	[KEY] = {{"", "", VIEW_TEXT, VIEW_AT_END, 0}, LABELLED | TIMES, false},
	[FROM] = {{"from", "from", VIEW_TIME, VIEW_DATA_ONLY, 0}, TIMES, false},
	[MEANING] = {{"meaning", "meaning", VIEW_TEXT, VIEW_AT_END | VIEW_BLANK, 0}, 1 << BY_EXIT, false},
	[COUNT] = {{"count", "runs", VIEW_COUNT, 0, 0}, LABELLED | TIMES, false},
	[SHARE] = {{"share", "share", VIEW_SHARE, 0, 0}, LABELLED | TIMES, false},
	[BAR] = {{"bar", "", VIEW_BAR, 0, 0}, LABELLED | TIMES, false},
	[USERS] = {{"users", "users", VIEW_COUNT, 0, 50}, (LABELLED | TIMES) & ~(1 << BY_USER), false},
	[VERBS] = {{"verbs", "verbs", VIEW_COUNT, 0, 50}, (LABELLED | TIMES) & ~(1 << BY_VERB), false},
	[FAILED] = {{"failed", "failed", VIEW_SHARE, 0, 58}, (LABELLED | TIMES) & ~(1 << BY_EXIT), false},
	[LAST] = {{"last", "last", VIEW_AGE, 0, 64}, LABELLED, true},
	[CHANGE] = {{"change", "change", VIEW_CHANGE, 0, 72}, LABELLED, true},
	[BEFORE] = {{"before", "before", VIEW_COUNT, VIEW_DATA_ONLY, 0}, LABELLED, true},
};

struct top {
	struct session session;
	enum by by;
	bool long_form;
	struct view view;
	struct view_column columns[WHATS];
	enum what whats[WHATS]; /* of the columns */
	struct history history; /* for the long form */
	struct range *ranges;   /* of the units, owned */
	size_t ranges_count;
	struct tally rows;   /* as answered */
	struct tally window; /* of the window alone */
	struct tally before; /* of the one before it */
	struct tally last;
	struct groups groups;
	struct groups groups_before;
};

static void choose_columns(struct top *t, const struct options *o)
{
	t->by = BY_VERB;
	while (strcmp(by_names[t->by], o->by) != 0)
		t->by++;
	t->long_form = o->long_form && groupings[t->by].unit == UNITS;
	t->view = (struct view){.name = t->by == BY_VERB ? "verbs" : "rows",
				.one = groupings[t->by].one,
				.many = groupings[t->by].many,
				.columns = t->columns,
				.ranked = groupings[t->by].unit == UNITS,
				.now_s = when_now(),
				.utc = o->utc};
	for (enum what what = KEY; what < WHATS; what++) {
		if (!(all_columns[what].by & 1U << t->by) || (all_columns[what].long_form && !t->long_form))
			continue;
		struct view_column *column = &t->columns[t->view.columns_count];
		t->whats[t->view.columns_count++] = what;
		*column = all_columns[what].column;
		if (what == KEY)
			column->id = column->heading = by_names[t->by];
		if (what == KEY && groupings[t->by].unit != UNITS)
			column->flags = 0;
	}
}

/* 0, or the exit status to end with. */
static int cut(struct top *t, const struct options *o)
{
	if (t->long_form) {
		history_cut(&t->history, &o->window, true);
		return 0;
	}
	if (groupings[t->by].unit == UNITS) {
		t->ranges = malloc(sizeof *t->ranges);
		t->ranges_count = t->ranges ? 1 : 0;
		if (t->ranges)
			*t->ranges = (struct range){.window = o->window};
	} else {
		t->ranges_count = when_ranges(&o->window, groupings[t->by].unit, o->utc, &t->ranges);
	}
	if (t->ranges_count)
		return 0;
	if (errno == E2BIG)
		msg("%s: more than %d %s: ask for a shorter --since", o->command->name, WHEN_RANGES_MAX, groupings[t->by].many);
	else
		msg("out of memory");
	return errno == E2BIG ? EXIT_MISUSE : EXIT_FAILURE;
}

static int ask(struct top *t)
{
	unsigned labels = LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT);
	if (t->by == BY_VERSION)
		labels |= LABEL_BIT(LABEL_VERSION);
	struct question q = t->long_form ? session_question(&t->session, t->history.ranges, t->history.count, labels)
					 : session_question(&t->session, t->ranges, t->ranges_count, labels);
	if (session_ask(&t->session, &q, &t->rows) != 0)
		return -1;
	if (!t->long_form)
		return 0;
	if (history_split(&t->rows, &t->window, &t->before) != 0) {
		session_fail(&t->session);
		return -1;
	}
	/* Each of these is a label's bit. */
	static const enum label labels_of[] = {[BY_VERB] = LABEL_VERB, [BY_USER] = LABEL_USER, [BY_EXIT] = LABEL_EXIT,
					       [BY_VERSION] = LABEL_VERSION};
	return history_last(&t->session, &t->history, &t->rows, labels_of[t->by], &t->last);
}

static double ratio(int64_t part, int64_t all)
{
	return all ? (double)part / (double)all : 0;
}

static int64_t last_of(const struct top *t, const char *key)
{
	struct span labels[LABELS];
	for (int i = 0; i < LABELS; i++)
		labels[i] = (struct span){.text = groupings[t->by].label == LABEL_BIT(i) ? key : ""};
	for (int i = 0; i < LABELS; i++)
		labels[i].len = strlen(labels[i].text);
	const struct row *r = tally_find(&t->last, labels, 0);
	return r ? r->count : 0;
}

static int64_t count_before(const struct top *t, const char *key)
{
	for (size_t i = 0; i < t->groups_before.count; i++)
		if (strcmp(t->groups_before.groups[i].key, key) == 0)
			return t->groups_before.groups[i].count;
	return 0;
}

static void fill_row(struct top *t, const struct group *g, int64_t most)
{
	struct view *v = &t->view;
	char text[TIME_TEXT_MAX] = "";
	for (size_t i = 0; i < v->columns_count; i++) {
		switch (t->whats[i]) {
		case KEY:
			if (groupings[t->by].unit != UNITS)
				when_unit_text(t->ranges[g->part].window.from_s, groupings[t->by].unit, v->utc, text);
			view_text(v, groupings[t->by].unit != UNITS ? text : g->key);
			break;
		case FROM:
			view_time(v, t->ranges[g->part].window.from_s);
			break;
		case MEANING:
			view_text(v, meaning_of(g->key));
			break;
		case COUNT:
			view_count(v, g->count);
			break;
		case SHARE:
			view_fraction(v, ratio(g->count, t->groups.total));
			break;
		case BAR:
			view_fraction(v, ratio(g->count, most));
			break;
		case USERS:
			view_count(v, (int64_t)g->users);
			break;
		case VERBS:
			view_count(v, (int64_t)g->verbs);
			break;
		case FAILED:
			view_fraction(v, ratio(g->failed, g->count));
			break;
		case LAST:
			view_time(v, g->count ? last_of(t, g->key) : 0);
			break;
		case CHANGE:
			view_change(v, count_before(t, g->key), g->count);
			break;
		default:
			view_count(v, count_before(t, g->key));
		}
	}
}

/* Units without a run are zeros. */
static void fill_units(struct top *t, int64_t most)
{
	size_t next = 0;
	for (uint32_t part = 0; part < t->ranges_count; part++) {
		const struct group empty = {.key = "", .part = part};
		bool some = next < t->groups.count && t->groups.groups[next].part == part;
		fill_row(t, some ? &t->groups.groups[next++] : &empty, most);
	}
}

static bool in_window(const struct top *t, const char *key)
{
	for (size_t i = 0; i < t->groups.count; i++)
		if (strcmp(t->groups.groups[i].key, key) == 0)
			return true;
	return false;
}

static void fill(struct top *t)
{
	int64_t most = 0;
	for (size_t i = 0; i < t->groups.count; i++)
		most = t->groups.groups[i].count > most ? t->groups.groups[i].count : most;
	if (groupings[t->by].unit != UNITS) {
		if (t->session.quality.users)
			fill_units(t, most);
		return;
	}
	for (size_t i = 0; i < t->groups.count; i++)
		fill_row(t, &t->groups.groups[i], most);
	for (size_t i = 0; t->session.o->all && i < t->groups_before.count; i++) {
		const struct group gone = {.key = t->groups_before.groups[i].key};
		if (!in_window(t, gone.key))
			fill_row(t, &gone, most);
	}
}

static void describe(struct top *t, const struct tally *users, struct buf *b)
{
	const struct session *s = &t->session;
	if (!users->count) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_printf(b, ": %lld %s by ", (long long)t->groups.total, t->groups.total == 1 ? "run" : "runs");
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
	    json_out_member(o, "total", json_object_new_int64(t->groups.total)) == 0 &&
	    (t->by == BY_VERB || json_out_member(o, "by", json_object_new_string(by_names[t->by])) == 0))
		return o;
	json_object_put(o);
	return NULL;
}

static int show(struct top *t)
{
	const struct tally *rows = t->long_form ? &t->window : &t->rows;
	struct tally users = {0};
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	int result = EXIT_FAILURE;
	if (quality_count(&t->session.quality, rows) == 0 &&
	    groups_make(&t->groups, rows, groupings[t->by].label, GROUP_RUNS) == 0 &&
	    groups_make(&t->groups_before, &t->before, groupings[t->by].label, GROUP_RUNS) == 0 &&
	    tally_by(rows, LABEL_BIT(LABEL_USER), &users) == 0) {
		tally_sort_names(&users);
		fill(t);
		describe(t, &users, &heading);
		result = session_show(&t->session, &heading, members(t, &users), &t->view);
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
	choose_columns(&t, o);
	int result = session_open(&t.session, o, &t.view);
	if (result == 0)
		result = cut(&t, o);
	if (result == 0)
		result = ask(&t) == 0 ? show(&t) : EXIT_FAILURE;
	view_free(&t.view);
	groups_free(&t.groups);
	groups_free(&t.groups_before);
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
				    .by = by_names,
				    .run = top};
