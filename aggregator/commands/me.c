#include "me.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "json_out.h"
#include "logql.h"
#include "msg.h"
#include "session.h"
#include "state.h"
#include "user.h"
#include "when.h"

#include "banned.h"

static const struct view_column columns[] = {
	{"verb", "verb", VIEW_TEXT, VIEW_AT_END, 0},
	{"count", "runs", VIEW_COUNT, 0, 0},
	{"failed", "failed", VIEW_COUNT, 0, 0},
	{"interrupted", "interrupted", VIEW_COUNT, 0, 72},
	{"first", "first", VIEW_TIME, 0, 0},
	{"last", "last", VIEW_TIME, 0, 0},
};

struct mine {
	char user[USER_MAX];
	struct tally rows;
	struct tally first;
	struct tally last;
};

static int64_t of_verb(const struct tally *t, const char *verb)
{
	const struct span labels[LABELS] = {{verb, strlen(verb)}, {.text = ""}, {.text = ""}, {.text = ""}};
	const struct row *r = tally_find(t, labels, 0);
	return r ? r->count : 0;
}

static void fill(struct view *v, const struct mine *m, const struct groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		view_text(v, g->groups[i].key);
		view_count(v, g->groups[i].count);
		view_count(v, g->groups[i].failed);
		view_count(v, g->groups[i].interrupted);
		view_time(v, of_verb(&m->first, g->groups[i].key));
		view_time(v, of_verb(&m->last, g->groups[i].key));
	}
}

/* How to have it deleted: a request of Loki's API for whoever runs it, or a file. */
static void put_deletion(const struct session *s, const struct mine *m, struct buf *b)
{
	char path[STATE_PATH_MAX];
	const char *why;
	if (strcmp(s->source->name, "journal") == 0) {
		buf_printf(b, "remove the files journal* of %s",
			   state_path(&s->config, path, &why) == 0 ? path : "your state directory");
		return;
	}
	buf_puts(b, "ask who runs Loki for: POST /loki/api/v1/delete, query {job=\"homelab-usage\", user=");
	logql_string(b, m->user);
	buf_puts(b, "} (docs/privacy.md)");
}

static void describe(struct session *s, const struct mine *m, const struct groups *g, struct buf *b)
{
	if (!g->count) {
		session_nothing(s, "usage", b);
		return;
	}
	session_heading(s, b);
	buf_printf(b, ": %lld %s of %s", (long long)g->total, g->total == 1 ? "event" : "events", m->user);
	buf_puts(&s->advice, "to have this deleted, ");
	put_deletion(s, m, &s->advice);
}

static struct json_object *members(struct session *s, const struct mine *m, const struct groups *g)
{
	struct buf deletion = BUF_INIT(SESSION_TEXT_MAX);
	struct json_object *o = session_json(s);
	put_deletion(s, m, &deletion);
	int r = deletion.failed || json_out_member(o, "user", json_out_text(m->user)) != 0 ||
		json_out_member(o, "total", json_object_new_int64(g->total)) != 0 ||
		json_out_member(o, "deletion", json_out_text(deletion.data)) != 0;
	buf_free(&deletion);
	if (!r)
		return o;
	json_object_put(o);
	return NULL;
}

static int ask(struct session *s, struct mine *m, const struct range *range)
{
	const char *const user = m->user;
	struct question q = session_question(s, range, 1, LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT));
	q.users = &user;
	q.users_count = 1;
	if (session_ask(s, &q, &m->rows) != 0)
		return -1;
	q.labels = LABEL_BIT(LABEL_VERB);
	q.what = QUESTION_FIRST;
	if (session_ask(s, &q, &m->first) != 0)
		return -1;
	q.what = QUESTION_LAST;
	return session_ask(s, &q, &m->last);
}

static int me(const struct options *o)
{
	struct session s;
	struct mine m = {.user = ""};
	struct groups g = {0};
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	const struct range range = {.window = o->window};
	struct view v = {.name = "verbs",
			 .one = "verb",
			 .many = "verbs",
			 .columns = columns,
			 .columns_count = sizeof columns / sizeof *columns,
			 .utc = o->utc};
	user_label(m.user);
	if (o->users_count) {
		msg("me: --user has no meaning here: it is %s", m.user);
		return EXIT_MISUSE;
	}
	int result = session_open(&s, o, &v);
	if (result != 0)
		goto out;
	result = EXIT_FAILURE;
	if (ask(&s, &m, &range) != 0)
		goto out;
	if (quality_count(&s.quality, &m.rows) != 0 || groups_make(&g, &m.rows, LABEL_BIT(LABEL_VERB), GROUP_ALL) != 0) {
		session_fail(&s);
		goto out;
	}
	fill(&v, &m, &g);
	describe(&s, &m, &g, &heading);
	result = session_show(&s, &heading, members(&s, &m, &g), &v);
out:
	buf_free(&heading);
	groups_free(&g);
	view_free(&v);
	tally_free(&m.rows);
	tally_free(&m.first);
	tally_free(&m.last);
	session_close(&s);
	return result;
}

const struct command me_command = {
	.name = "me", .summary = "all that is stored about you, and how to have it deleted", .since = "365d", .run = me};
