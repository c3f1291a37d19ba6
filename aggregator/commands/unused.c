#include "unused.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "json_out.h"
#include "msg.h"
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

static int find(struct unused *u, const struct tally *rows)
{
	const struct options *o = u->options;
	const struct question selected = {.verbs = o->verbs, .verbs_count = o->verbs_count};
	struct tally runs = {0};
	struct tally users = {0};
	int result = tally_by(rows, LABEL_BIT(LABEL_VERB), &runs);
	for (size_t i = 0; i < rows->count && result == 0; i++) {
		const char *verb = rows->rows[i].labels[LABEL_VERB];
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
static int look_back(struct unused *u, struct session *s)
{
	const char **names = calloc(u->count + 1, sizeof *names);
	struct question q = session_question(s, u->look, u->look_count, LABEL_BIT(LABEL_VERB));
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
		result = u->look_count ? session_ask(s, &q, &u->last) : 0;
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

int unused_find(struct unused *u, struct session *s, const struct tally *rows)
{
	if (find(u, rows) != 0) {
		session_fail(s);
		return -1;
	}
	look_where(u);
	if (look_back(u, s) != 0)
		return -1;
	if (u->count)
		qsort(u->findings, u->count, sizeof *u->findings, by_use);
	return 0;
}

void unused_free(struct unused *u)
{
	free(u->findings);
	tally_free(&u->last);
	known_free(&u->known);
}

struct view unused_view(const struct options *o)
{
	return (struct view){.name = "verbs",
			     .one = "verb",
			     .many = "verbs",
			     .columns = columns,
			     .columns_count = sizeof columns / sizeof *columns,
			     .now_s = o->window.to_s,
			     .utc = o->utc};
}

void unused_fill(struct view *v, const struct unused *u)
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

void unused_text(const struct unused *u, struct buf *b)
{
	const struct options *o = u->options;
	buf_printf(b, "%zu of %zu %s of %s", u->count, u->known_count, u->known_count == 1 ? "verb" : "verbs",
		   u->known.name);
	if (min_runs(o) > 1)
		buf_printf(b, " ran fewer than %zu times", o->min_runs);
	else if (min_runs(o) == 1)
		buf_puts(b, " never ran");
	if (o->min_users)
		buf_printf(b, "%s fewer than %zu %s", min_runs(o) ? ", or had" : " had", o->min_users,
			   o->min_users == 1 ? "user" : "users");
}

static int64_t looked_back_to(const struct unused *u)
{
	return u->look_count && u->look[0].window.from_s < u->options->window.from_s ? u->look[0].window.from_s
										     : u->options->window.from_s;
}

void unused_advice(const struct unused *u, struct buf *b)
{
	char back[TIME_TEXT_MAX];
	if (!u->count)
		return;
	when_text(looked_back_to(u), u->options->utc, back);
	buf_printf(b, "last use looked for back to %s", back);
}

static struct json_object *members(const struct unused *u, const struct session *s)
{
	const struct options *o = u->options;
	struct json_object *m = session_json(s);
	if (json_out_member(m, "table", json_out_text(u->known.name)) == 0 &&
	    json_out_member(m, "known", json_object_new_int64((int64_t)u->known_count)) == 0 &&
	    json_out_member(m, "min_runs", json_object_new_int64((int64_t)min_runs(o))) == 0 &&
	    json_out_member(m, "min_users", json_object_new_int64((int64_t)o->min_users)) == 0 &&
	    json_out_member(m, "looked_back_to", json_out_time(looked_back_to(u))) == 0)
		return m;
	json_object_put(m);
	return NULL;
}

static int show(const struct unused *u, struct session *s, struct view *v)
{
	struct buf heading = BUF_INIT(SESSION_TEXT_MAX);
	int result;
	unused_fill(v, u);
	if (s->quality.users)
		session_heading(s, &heading);
	else
		session_nothing(s, "usage", &heading);
	buf_puts(&heading, ": ");
	unused_text(u, &heading);
	unused_advice(u, &s->advice);
	result = session_show(s, &heading, members(u, s), v);
	buf_free(&heading);
	return result;
}

static int ask(struct unused *u, struct session *s, struct view *v)
{
	const struct range range = {.window = u->options->window};
	struct question q = session_question(s, &range, 1, LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER));
	struct tally rows = {0};
	int result = EXIT_FAILURE;
	if (session_ask(s, &q, &rows) != 0)
		goto out;
	if (quality_count(&s->quality, &rows) != 0)
		session_fail(s);
	else if (unused_find(u, s, &rows) == 0)
		result = show(u, s, v);
out:
	tally_free(&rows);
	return result;
}

static int unused(const struct options *o)
{
	struct session s = {0};
	struct unused u = {.options = o};
	struct view v = unused_view(o);
	int result = known_read(&u.known, o);
	if (result == 0 && !u.known.name) {
		msg("unused: whose verbs? no wrapper homelab is in PATH: give --wrapper FILE or --manifest FILE");
		result = EXIT_MISUSE;
	}
	if (result == 0 && (result = session_open(&s, o, &v)) == 0)
		result = ask(&u, &s, &v);
	view_free(&v);
	unused_free(&u);
	session_close(&s);
	return result;
}

const struct command unused_command = {.name = "unused",
				       .summary = "known verbs that nobody ran, or hardly anybody",
				       .since = "90d",
				       .extra = OPTION_TABLE | OPTION_FEWER,
				       .run = unused};
