#include "ranking.h"

#include <string.h>

#include "meaning.h"
#include "when.h"

#include "banned.h"

const char *const ranking_names[BYS + 1] = {"verb", "user", "exit", "version", "day", "week", "hour", NULL};

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

_Static_assert((int)WHATS == (int)RANKING_COLUMNS, "all columns have room");

enum unit ranking_unit(enum ranking_by by)
{
	return groupings[by].unit;
}

void ranking_choose(struct ranking *r, enum ranking_by by, const struct options *o)
{
	r->by = by;
	r->long_form = o->long_form && groupings[by].unit == UNITS;
	r->all = o->all;
	r->view = (struct view){.name = by == BY_VERB ? "verbs" : "rows",
				.one = groupings[by].one,
				.many = groupings[by].many,
				.columns = r->columns,
				.ranked = groupings[by].unit == UNITS,
				.now_s = when_now(),
				.utc = o->utc};
	for (enum what what = KEY; what < WHATS; what++) {
		if (!(all_columns[what].by & 1U << by) || (all_columns[what].long_form && !r->long_form))
			continue;
		struct view_column *column = &r->columns[r->view.columns_count];
		r->whats[r->view.columns_count++] = what;
		*column = all_columns[what].column;
		if (what == KEY)
			column->id = column->heading = ranking_names[by];
		if (what == KEY && groupings[by].unit != UNITS)
			column->flags = 0;
	}
}

static double ratio(int64_t part, int64_t all)
{
	return all ? (double)part / (double)all : 0;
}

static int64_t last_of(const struct ranking *r, const struct tally *last, const char *key)
{
	struct span labels[LABELS];
	for (int i = 0; i < LABELS; i++)
		labels[i] = (struct span){.text = groupings[r->by].label == LABEL_BIT(i) ? key : ""};
	for (int i = 0; i < LABELS; i++)
		labels[i].len = strlen(labels[i].text);
	const struct row *found = tally_find(last, labels, 0);
	return found ? found->count : 0;
}

static int64_t count_before(const struct ranking *r, const char *key)
{
	for (size_t i = 0; i < r->groups_before.count; i++)
		if (strcmp(r->groups_before.groups[i].key, key) == 0)
			return r->groups_before.groups[i].count;
	return 0;
}

static void fill_row(struct ranking *r, const struct ranking_rows *rows, const struct group *g, int64_t most)
{
	struct view *v = &r->view;
	char text[TIME_TEXT_MAX] = "";
	for (size_t i = 0; i < v->columns_count; i++) {
		switch (r->whats[i]) {
		case KEY:
			if (groupings[r->by].unit != UNITS)
				when_unit_text(rows->ranges[g->part].window.from_s, groupings[r->by].unit, v->utc, text);
			view_text(v, groupings[r->by].unit != UNITS ? text : g->key);
			break;
		case FROM:
			view_time(v, rows->ranges[g->part].window.from_s);
			break;
		case MEANING:
			view_text(v, meaning_of(g->key));
			break;
		case COUNT:
			view_count(v, g->count);
			break;
		case SHARE:
			view_fraction(v, ratio(g->count, r->groups.total));
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
			view_time(v, g->count ? last_of(r, rows->last, g->key) : 0);
			break;
		case CHANGE:
			view_change(v, count_before(r, g->key), g->count);
			break;
		default:
			view_count(v, count_before(r, g->key));
		}
	}
}

/* Units without a run are zeros. */
static void fill_units(struct ranking *r, const struct ranking_rows *rows, int64_t most)
{
	size_t next = 0;
	for (uint32_t part = 0; part < rows->ranges_count; part++) {
		const struct group empty = {.key = "", .part = part};
		bool some = next < r->groups.count && r->groups.groups[next].part == part;
		fill_row(r, rows, some ? &r->groups.groups[next++] : &empty, most);
	}
}

static bool in_window(const struct ranking *r, const char *key)
{
	for (size_t i = 0; i < r->groups.count; i++)
		if (strcmp(r->groups.groups[i].key, key) == 0)
			return true;
	return false;
}

static void fill(struct ranking *r, const struct ranking_rows *rows)
{
	int64_t most = 0;
	for (size_t i = 0; i < r->groups.count; i++)
		most = r->groups.groups[i].count > most ? r->groups.groups[i].count : most;
	if (groupings[r->by].unit != UNITS) {
		if (rows->window->count)
			fill_units(r, rows, most);
		return;
	}
	for (size_t i = 0; i < r->groups.count; i++)
		fill_row(r, rows, &r->groups.groups[i], most);
	for (size_t i = 0; r->all && i < r->groups_before.count; i++) {
		const struct group gone = {.key = r->groups_before.groups[i].key};
		if (!in_window(r, gone.key))
			fill_row(r, rows, &gone, most);
	}
}

int ranking_fill(struct ranking *r, const struct ranking_rows *rows)
{
	const struct tally none = {0};
	const struct tally *before = rows->before ? rows->before : &none;
	if (groups_make(&r->groups, rows->window, groupings[r->by].label, GROUP_RUNS) != 0 ||
	    groups_make(&r->groups_before, before, groupings[r->by].label, GROUP_RUNS) != 0)
		return -1;
	fill(r, rows);
	return 0;
}

void ranking_free(struct ranking *r)
{
	view_free(&r->view);
	groups_free(&r->groups);
	groups_free(&r->groups_before);
}
