#include "unused.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "json_out.h"
#include "known.h"
#include "session.h"
#include "when.h"

#include "banned.h"

enum { NAMES_MAX = 1300 /* bytes; three in a URL for each, which should stay below 4,000 */ };

/* So far before the window's end a last use is looked for. */
static const int64_t LOOK_BACK_S = 365LL * 24 * 3600;

static const struct view_column columns[] = {
	{"verb", "verb", VIEW_TEXT, VIEW_AT_END, 0},
	{"count", "runs", VIEW_COUNT, 0, 0},
	{"users", "users", VIEW_COUNT, 0, 0},
	{"last", "last", VIEW_AGE, 0, 0},
	{"tier", "tier", VIEW_TEXT, VIEW_DATA_ONLY, 0},
	{"summary", "summary", VIEW_TEXT, VIEW_AT_END | VIEW_BLANK, 60},
};

/* A known verb that is used too little. */
struct finding {
	const struct verb_entry *verb;
	int64_t runs;
	int64_t users;
	int64_t last_s; /* 0: not within what was looked at */
};

struct unused {
	const struct options *options;
	struct session session;
	struct known known;
	size_t known_count; /* of those that --verb selects */
	struct tally rows;
	struct tally last;
	struct finding *findings; /* owned */
	size_t count;
	struct range look[2]; /* where a last use is looked for: before the window, and in it */
	size_t look_count;
};

static size_t min_runs(const struct options *o)
{
	return o->min_runs ? o->min_runs : o->min_users ? 0 : 1;
}

static int64_t of_verb(const struct tally *t, const char *verb)
{
	struct span labels[LABELS] = {{.text = ""}, {.text = ""}, {.text = ""}, {.text = ""}};
	labels[LABEL_VERB] = (struct span){.text = verb, .len = strlen(verb)};
	const struct row *r = tally_find(t, labels, 0);
	return r ? r->count : 0;
}

static int find(struct unused *u)
{
	const struct options *o = u->options;
	const struct question selected = {.verbs = o->verbs, .verbs_count = o->verbs_count};
	struct tally runs = {0};
	struct tally users = {0};
	int result = tally_by(&u->rows, LABEL_BIT(LABEL_VERB), &runs);
	for (size_t i = 0; i < u->rows.count && result == 0; i++) {
		const char *verb = u->rows.rows[i].labels[LABEL_VERB];
		const struct span labels[LABELS] = {{verb, strlen(verb)}, {.text = ""}, {.text = ""}, {.text = ""}};
		result = tally_add(&users, labels, 0, 1);
	}
	u->findings = calloc(u->known.verbs.count + 1, sizeof *u->findings);
	for (size_t i = 0; i < u->known.verbs.count && u->findings && result == 0; i++) {
		const struct verb_entry *e = &u->known.verbs.entries[i];
		struct finding f = {.verb = e, .runs = of_verb(&runs, e->verb), .users = of_verb(&users, e->verb)};
		if (!question_selects(&selected, e->verb, strlen(e->verb)))
			continue;
		u->known_count++;
		if ((size_t)f.runs < min_runs(o) || (size_t)f.users < o->min_users)
			u->findings[u->count++] = f;
	}
	tally_free(&runs);
	tally_free(&users);
	return u->findings ? result : -1;
}

/* Where a last use may be: in the window only if some of the verbs were used there. */
static void look_where(struct unused *u)
{
	const struct window *w = &u->options->window;
	int64_t back_s = w->to_s > LOOK_BACK_S ? w->to_s - LOOK_BACK_S : 0;
	bool used = false;
	for (size_t i = 0; i < u->count; i++)
		used = used || u->findings[i].runs;
	if (back_s < w->from_s)
		u->look[u->look_count++] = (struct range){.window = {.from_s = back_s, .to_s = w->from_s}};
	if (used)
		u->look[u->look_count++] = (struct range){.window = *w};
}

/* Few events are of these verbs, so Loki has little to read, however far back. */
static int look_back(struct unused *u)
{
	const char **names = calloc(u->count + 1, sizeof *names);
	struct question q = session_question(&u->session, u->look, u->look_count, LABEL_BIT(LABEL_VERB));
	int result = names ? 0 : -1;
	q.what = QUESTION_LAST;
	q.exact = true;
	q.verbs = names;
	for (size_t i = 0; i < u->count && result == 0;) {
		size_t bytes = 0;
		for (q.verbs_count = 0; i < u->count && bytes < NAMES_MAX; i++) {
			names[q.verbs_count++] = u->findings[i].verb->verb;
			bytes += strlen(u->findings[i].verb->verb) + 1;
		}
		result = u->look_count ? session_ask(&u->session, &q, &u->last) : 0;
	}
	for (size_t i = 0; i < u->count; i++)
		u->findings[i].last_s = of_verb(&u->last, u->findings[i].verb->verb);
	free(names);
	return result;
}

/* The least used first; of these, whose last use is longest ago, or never. */
static int by_use(const void *a, const void *b)
{
	const struct finding *x = a;
	const struct finding *y = b;
	if (x->runs != y->runs)
		return (x->runs > y->runs) - (x->runs < y->runs);
	if (x->users != y->users)
		return (x->users > y->users) - (x->users < y->users);
	if (x->last_s != y->last_s)
		return (x->last_s > y->last_s) - (x->last_s < y->last_s);
	return strcmp(x->verb->verb, y->verb->verb);
}

static void fill(const struct unused *u, struct view *v)
{
	for (size_t i = 0; i < u->count; i++) {
		const struct finding *f = &u->findings[i];
		view_text(v, f->verb->verb);
		view_count(v, f->runs);
		view_count(v, f->users);
		view_time(v, f->last_s);
		view_text(v, strcmp(f->verb->tier, "-") == 0 ? "" : f->verb->tier);
		view_text(v, f->verb->summary);
	}
}

static void describe(struct unused *u, struct buf *b)
{
	const struct options *o = u->options;
	struct session *s = &u->session;
	if (s->quality.users)
		session_heading(s, b);
	else
		session_nothing(s, "usage", b);
	buf_printf(b, ": %zu of %zu %s of %s", u->count, u->known_count, u->known_count == 1 ? "verb" : "verbs",
		   u->known.name);
	if (min_runs(o) > 1)
		buf_printf(b, " ran fewer than %zu times", o->min_runs);
	else if (min_runs(o) == 1)
		buf_puts(b, " never ran");
	if (o->min_users)
		buf_printf(b, "%s fewer than %zu %s", min_runs(o) ? ", or had" : " had", o->min_users,
			   o->min_users == 1 ? "user" : "users");
}

/* How far back a last use was looked for. */
static int64_t looked_back_to(const struct unused *u)
{
	return u->look_count && u->look[0].window.from_s < u->options->window.from_s ? u->look[0].window.from_s
										     : u->options->window.from_s;
}

static struct json_object *members(const struct unused *u)
{
	const struct options *o = u->options;
	struct json_object *m = session_json(&u->session);
	if (json_out_member(m, "table", json_out_text(u->known.name)) == 0 &&
	    json_out_member(m, "known", json_object_new_int64((int64_t)u->known_count)) == 0 &&
	    json_out_member(m, "min_runs", json_object_new_int64((int64_t)min_runs(o))) == 0 &&
	    json_out_member(m, "min_users", json_object_new_int64((int64_t)o->min_users)) == 0 &&
	    json_out_member(m, "looked_back_to", json_out_time(looked_back_to(u))) == 0)
		return m;
	json_object_put(m);
	return NULL;
}

static int show(struct unused *u, struct view *v)
{
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	char back[TIME_TEXT_MAX];
	int result;
	if (u->count)
		qsort(u->findings, u->count, sizeof *u->findings, by_use);
	fill(u, v);
	describe(u, &heading);
	if (u->count) {
		when_text(looked_back_to(u), u->options->utc, back);
		buf_printf(&u->session.advice, "last use looked for back to %s", back);
	}
	result = session_show(&u->session, &heading, members(u), v);
	buf_free(&heading);
	return result;
}

static int ask(struct unused *u, struct view *v)
{
	const struct range range = {.window = u->options->window};
	struct question q = session_question(&u->session, &range, 1, LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER));
	if (session_ask(&u->session, &q, &u->rows) != 0)
		return EXIT_FAILURE;
	if (quality_count(&u->session.quality, &u->rows) != 0 || find(u) != 0)
		return session_fail(&u->session);
	look_where(u);
	return look_back(u) == 0 ? show(u, v) : EXIT_FAILURE;
}

static int unused(const struct options *o)
{
	struct unused u = {.options = o};
	struct view v = {.name = "verbs", .one = "verb", .many = "verbs", .columns = columns,
			 .columns_count = sizeof columns / sizeof *columns, .now_s = o->window.to_s, .utc = o->utc};
	int result = known_read(&u.known, o);
	if (result == 0 && (result = session_open(&u.session, o, &v)) == 0)
		result = ask(&u, &v);
	view_free(&v);
	free(u.findings);
	tally_free(&u.rows);
	tally_free(&u.last);
	known_free(&u.known);
	session_close(&u.session);
	return result;
}

const struct command unused_command = {.name = "unused",
				       .summary = "known verbs that nobody ran, or hardly anybody",
				       .since = "90d",
				       .extra = OPTION_TABLE | OPTION_FEWER,
				       .run = unused};
