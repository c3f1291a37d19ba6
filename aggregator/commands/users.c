#include "users.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "history.h"
#include "json_out.h"
#include "session.h"
#include "when.h"

#include "banned.h"

enum { FAVOURITES = 3, FAVOURITES_MAX = 1024 /* bytes */ };

static const struct view_column columns[] = {
	{"user", "user", VIEW_TEXT, 0, 0},
	{"runs", "runs", VIEW_COUNT, 0, 0},
	{"share", "share", VIEW_SHARE, 0, 60},
	{"verbs", "verbs", VIEW_COUNT, 0, 0},
	{"failed", "failed", VIEW_SHARE, 0, 60},
	{"misses", "misses", VIEW_COUNT, 0, 70},
	{"last", "last", VIEW_AGE, 0, 0},
	{"favourites", "favourites", VIEW_TEXT, VIEW_AT_END, 50},
};

/* The most used verbs of a user, as "k8s logs, net check". */
static int favourites(const struct tally *rows, const char *user, struct buf *b)
{
	struct tally verbs = {0};
	int result = 0;
	for (size_t i = 0; i < rows->count && result == 0; i++) {
		const struct row *r = &rows->rows[i];
		const char *verb = r->labels[LABEL_VERB];
		const struct span labels[LABELS] = {{verb, strlen(verb)}, {.text = ""}, {.text = ""}, {.text = ""}};
		if (!is_miss(verb) && strcmp(r->labels[LABEL_USER], user) == 0)
			result = tally_add(&verbs, labels, 0, r->count);
	}
	tally_sort_counts(&verbs);
	buf_puts(b, "");
	for (size_t i = 0; i < verbs.count && i < FAVOURITES; i++)
		buf_printf(b, "%s%s", i ? ", " : "", verbs.rows[i].labels[LABEL_VERB]);
	tally_free(&verbs);
	return b->failed ? -1 : result;
}

static int64_t of_user(const struct tally *t, const char *user)
{
	struct span labels[LABELS] = {{.text = ""}, {.text = ""}, {.text = ""}, {.text = ""}};
	labels[LABEL_USER] = (struct span){.text = user, .len = strlen(user)};
	const struct row *r = tally_find(t, labels, 0);
	return r ? r->count : 0;
}

static int fill_user(struct view *v, const struct tally *rows, const struct group *runs, int64_t total,
		     const struct group *all, const struct tally *last)
{
	struct buf verbs = BUF_INIT(FAVOURITES_MAX);
	int64_t count = runs ? runs->count : 0;
	int result = favourites(rows, all->key, &verbs);
	view_text(v, all->key);
	view_count(v, count);
	view_fraction(v, total ? (double)count / (double)total : 0);
	view_count(v, runs ? (int64_t)runs->verbs : 0);
	view_fraction(v, count ? (double)runs->failed / (double)count : 0);
	view_count(v, all->count - count);
	view_time(v, of_user(last, all->key));
	view_text(v, result == 0 && *verbs.data ? verbs.data : "-");
	buf_free(&verbs);
	return result;
}

struct view users_view(const struct options *o)
{
	return (struct view){.name = "users",
			     .one = "user",
			     .many = "users",
			     .columns = columns,
			     .columns_count = sizeof columns / sizeof *columns,
			     .now_s = when_now(),
			     .utc = o->utc};
}

/* Also who has misses alone, behind the others. */
static int fill(struct view *v, const struct tally *rows, const struct groups *runs, const struct groups *all,
		const struct tally *last)
{
	int result = 0;
	for (size_t i = 0; i < runs->count && result == 0; i++)
		for (size_t k = 0; k < all->count && result == 0; k++)
			if (strcmp(all->groups[k].key, runs->groups[i].key) == 0)
				result = fill_user(v, rows, &runs->groups[i], runs->total, &all->groups[k], last);
	for (size_t k = 0; k < all->count && result == 0; k++) {
		bool runner = false;
		for (size_t i = 0; i < runs->count; i++)
			runner = runner || strcmp(all->groups[k].key, runs->groups[i].key) == 0;
		if (!runner)
			result = fill_user(v, rows, NULL, runs->total, &all->groups[k], last);
	}
	return result;
}

int users_fill(struct view *v, const struct tally *rows, const struct tally *last, struct groups *runs)
{
	struct groups all = {0};
	int result = groups_make(runs, rows, LABEL_BIT(LABEL_USER), GROUP_RUNS);
	if (result == 0)
		result = groups_make(&all, rows, LABEL_BIT(LABEL_USER), GROUP_ALL);
	if (result == 0)
		result = fill(v, rows, runs, &all, last);
	groups_free(&all);
	return result;
}

static void describe(struct session *s, const struct groups *runs, struct buf *b)
{
	if (!s->quality.users) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_printf(b, ": %zu %s, %lld %s", s->quality.users, s->quality.users == 1 ? "user" : "users",
		   (long long)runs->total, runs->total == 1 ? "run" : "runs");
}

static int show(struct session *s, const struct tally *rows, const struct tally *last, struct view *v)
{
	struct groups runs = {0};
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	int result;
	if (quality_count(&s->quality, rows) != 0 || users_fill(v, rows, last, &runs) != 0) {
		result = session_fail(s);
		goto out;
	}
	describe(s, &runs, &heading);
	struct json_object *members = session_json(s);
	if (json_out_member(members, "total", json_object_new_int64(runs.total)) != 0) {
		json_object_put(members);
		members = NULL;
	}
	result = session_show(s, &heading, members, v);
out:
	groups_free(&runs);
	buf_free(&heading);
	return result;
}

static int users(const struct options *o)
{
	struct session s;
	struct history h;
	struct tally rows = {0};
	struct tally last = {0};
	struct view v = users_view(o);
	int result = session_open(&s, o, &v);
	if (result == 0) {
		history_cut(&h, &o->window, false);
		struct question q = session_question(
			&s, h.ranges, h.count, LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT));
		if (session_ask(&s, &q, &rows) != 0 || history_last(&s, h.ranges, h.count, &rows, LABEL_USER, &last) != 0)
			result = EXIT_FAILURE;
		else
			result = show(&s, &rows, &last, &v);
	}
	view_free(&v);
	tally_free(&rows);
	tally_free(&last);
	session_close(&s);
	return result;
}

const struct command users_command = {
	.name = "users", .summary = "who ran what: runs, verbs, favourites, last seen", .run = users};
