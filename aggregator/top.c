#include "top.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "json_out.h"
#include "session.h"
#include "when.h"

#include "banned.h"

static const char *const by_names[] = {"verb", "user", "exit", "version", "day", "week", "hour", NULL};

static const struct view_column verb_columns[] = {
	{"verb", "verb", VIEW_TEXT, VIEW_AT_END, 0},
	{"count", "runs", VIEW_COUNT, 0, 0},
	{"share", "share", VIEW_SHARE, 0, 0},
	{"bar", "", VIEW_BAR, 0, 0},
	{"users", "users", VIEW_COUNT, 0, 50},
	{"failed", "failed", VIEW_SHARE, 0, 58},
};

enum { VERB_COLUMNS = sizeof verb_columns / sizeof *verb_columns };

static const char *plural(int64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static double ratio(int64_t part, int64_t all)
{
	return all ? (double)part / (double)all : 0;
}

static void fill(struct view *v, const struct groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct group *group = &g->groups[i];
		view_text(v, group->key);
		view_count(v, group->count);
		view_fraction(v, ratio(group->count, g->total));
		view_fraction(v, ratio(group->count, g->groups[0].count));
		view_count(v, (int64_t)group->users);
		view_fraction(v, ratio(group->failed, group->count));
	}
}

static void describe(struct session *s, const struct groups *g, const struct tally *users, struct buf *b)
{
	if (!users->count) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_printf(b, ": %lld %s by ", (long long)g->total, plural(g->total, "run", "runs"));
	const char *name = users->rows[0].labels[LABEL_USER];
	if (users->count == 1)
		buf_puts(b, *name ? name : "(none)");
	else
		buf_printf(b, "%zu users", users->count);
	buf_printf(b, ", %lld %s", (long long)s->quality.misses, plural(s->quality.misses, "miss", "misses"));
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

static int show(struct session *s, const struct tally *rows, struct view *v)
{
	struct groups g = {0};
	struct tally users = {0};
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	struct json_object *members = NULL;
	int result;
	if (quality_count(&s->quality, rows) != 0 || groups_make(&g, rows, LABEL_BIT(LABEL_VERB), GROUP_RUNS) != 0 ||
	    tally_by(rows, LABEL_BIT(LABEL_USER), &users) != 0) {
		result = session_fail(s);
		goto out;
	}
	tally_sort_names(&users);
	fill(v, &g);
	describe(s, &g, &users, &heading);
	members = session_json(s);
	if (json_out_member(members, "users", users_json(&users)) != 0 ||
	    json_out_member(members, "total", json_object_new_int64(g.total)) != 0) {
		json_object_put(members);
		members = NULL;
	}
	result = session_show(s, &heading, members, v);
out:
	groups_free(&g);
	tally_free(&users);
	buf_free(&heading);
	return result;
}

static int top(const struct options *o)
{
	struct session s;
	struct tally rows = {0};
	struct view v = {.name = "verbs", .one = "verb", .many = "verbs", .columns = verb_columns, .columns_count = VERB_COLUMNS,
			 .ranked = true, .now_s = o->window.to_s, .utc = o->utc};
	const struct range range = {.window = o->window};
	int result = session_open(&s, o, &v);
	if (result == 0) {
		struct question q = session_question(&s, &range, 1,
						     LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT));
		result = session_ask(&s, &q, &rows) == 0 ? show(&s, &rows, &v) : EXIT_FAILURE;
	}
	view_free(&v);
	tally_free(&rows);
	session_close(&s);
	return result;
}

const struct command top_command = {
	.name = "top", .summary = "rank the verbs by how often they ran", .by = by_names, .run = top};
