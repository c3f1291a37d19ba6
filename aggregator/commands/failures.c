#include "failures.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "json_out.h"
#include "meaning.h"
#include "session.h"

#include "banned.h"

enum {
	EXITS_MAX = 8 * 1024, /* bytes of a line's statuses: all 255 that there are */
	EXIT_MAX = 128,       /* bytes of one; what others pushed may be anything */
};

static const struct view_column columns[] = {
	{"verb", "verb", VIEW_TEXT, 0, 0},
	{"failed", "failed", VIEW_COUNT, 0, 0},
	{"runs", "runs", VIEW_COUNT, 0, 0},
	{"share", "share", VIEW_SHARE, 0, 50},
	{"interrupted", "interrupted", VIEW_COUNT, 0, 70},
	{"users", "users", VIEW_COUNT, 0, 60},
	{"exits", "exit statuses", VIEW_TEXT, VIEW_AT_END, 0},
};

/* A verb's failing statuses, the most frequent first: "1 (12), 127 not found (3)". */
static int exits(const struct tally *rows, const char *verb, struct buf *b)
{
	struct tally statuses = {0};
	int result = 0;
	for (size_t i = 0; i < rows->count && result == 0; i++) {
		const struct row *r = &rows->rows[i];
		const char *exit = r->labels[LABEL_EXIT];
		struct span labels[LABELS] = {{.text = ""}, {.text = ""}, {.text = ""}, {.text = ""}};
		labels[LABEL_EXIT] = (struct span){.text = exit, .len = strlen(exit)};
		if (strcmp(r->labels[LABEL_VERB], verb) == 0 && outcome_of(exit) == OUTCOME_FAILED)
			result = tally_add(&statuses, labels, 0, r->count);
	}
	tally_sort_counts(&statuses);
	for (size_t i = 0; i < statuses.count && result == 0; i++) {
		const char *exit = statuses.rows[i].labels[LABEL_EXIT];
		const char *meaning = strlen(exit) > 1 ? meaning_of(exit) : "";
		if (b->len > EXITS_MAX - 2 * EXIT_MAX) {
			buf_printf(b, " and %zu more", statuses.count - i);
			break;
		}
		buf_printf(b, "%s%.*s%s%s%s (%lld)", i ? ", " : "", EXIT_MAX, exit, strlen(exit) > EXIT_MAX ? "..." : "",
			   *meaning ? " " : "", meaning, (long long)statuses.rows[i].count);
	}
	tally_free(&statuses);
	return b->failed ? -1 : result;
}

static int by_failures(const void *a, const void *b)
{
	const struct group *x = a;
	const struct group *y = b;
	return x->failed != y->failed ? (x->failed < y->failed) - (x->failed > y->failed) : strcmp(x->key, y->key);
}

struct view failures_view(const struct options *o)
{
	return (struct view){.name = "verbs",
			     .one = "verb",
			     .many = "verbs",
			     .columns = columns,
			     .columns_count = sizeof columns / sizeof *columns,
			     .utc = o->utc};
}

int failures_fill(struct view *v, const struct tally *rows, struct groups *g)
{
	int result = groups_make(g, rows, LABEL_BIT(LABEL_VERB), GROUP_RUNS);
	if (result == 0 && g->count)
		qsort(g->groups, g->count, sizeof *g->groups, by_failures);
	for (size_t i = 0; i < g->count && result == 0; i++) {
		const struct group *group = &g->groups[i];
		struct buf text = BUF_INIT(EXITS_MAX);
		if (group->failed == 0)
			break;
		result = exits(rows, group->key, &text);
		view_text(v, group->key);
		view_count(v, group->failed);
		view_count(v, group->count);
		view_fraction(v, (double)group->failed / (double)group->count);
		view_count(v, group->interrupted);
		view_count(v, (int64_t)group->users);
		view_text(v, result == 0 ? text.data : "");
		buf_free(&text);
	}
	return result;
}

struct failures failures_of(const struct groups *g)
{
	struct failures s = {0};
	for (size_t i = 0; i < g->count; i++) {
		s.failed += g->groups[i].failed;
		s.interrupted += g->groups[i].interrupted;
	}
	return s;
}

void failures_text(const struct groups *g, struct buf *b)
{
	struct failures sums = failures_of(g);
	buf_printf(b, "%lld of %lld %s failed, %lld interrupted", (long long)sums.failed, (long long)g->total,
		   g->total == 1 ? "run" : "runs", (long long)sums.interrupted);
}

static void describe(struct session *s, const struct groups *g, struct buf *b)
{
	if (!s->quality.users) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_puts(b, ": ");
	failures_text(g, b);
}

static struct json_object *members(struct session *s, const struct groups *g)
{
	struct failures sums = failures_of(g);
	struct json_object *o = session_json(s);
	if (json_out_member(o, "total", json_object_new_int64(g->total)) == 0 &&
	    json_out_member(o, "failed", json_object_new_int64(sums.failed)) == 0 &&
	    json_out_member(o, "interrupted", json_object_new_int64(sums.interrupted)) == 0)
		return o;
	json_object_put(o);
	return NULL;
}

static int failures(const struct options *o)
{
	struct session s;
	struct tally rows = {0};
	struct groups g = {0};
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	const struct range range = {.window = o->window};
	struct view v = failures_view(o);
	int result = session_open(&s, o, &v);
	if (result != 0)
		goto out;
	struct question q =
		session_question(&s, &range, 1, LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT));
	result = EXIT_FAILURE;
	if (session_ask(&s, &q, &rows) != 0)
		goto out;
	if (quality_count(&s.quality, &rows) != 0 || failures_fill(&v, &rows, &g) != 0) {
		session_fail(&s);
		goto out;
	}
	describe(&s, &g, &heading);
	result = session_show(&s, &heading, members(&s, &g), &v);
out:
	buf_free(&heading);
	groups_free(&g);
	view_free(&v);
	tally_free(&rows);
	session_close(&s);
	return result;
}

const struct command failures_command = {
	.name = "failures", .summary = "rank the verbs by how often they failed, and say how", .run = failures};
