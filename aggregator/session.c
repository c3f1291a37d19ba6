#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "msg.h"
#include "text.h"
#include "when.h"

#include "banned.h"

enum {
	EXPLANATION_MAX = 64 * 1024 * 1024,
	NAMES_SHOWN = 8,
	NAME_SHOWN_MAX = 128, /* bytes: no verb is longer */
};

static void say_problem(const char *where, const char *why)
{
	msg("%s: %s", where, why);
}

int session_open(struct session *s, const struct options *o, const struct view *v)
{
	char why[SOURCE_WHY_MAX];
	*s = (struct session){.o = o, .quality.note = "", .second = BUF_INIT(SESSION_TEXT_MAX),
			      .advice = BUF_INIT(SESSION_TEXT_MAX)};
	if (o->sort && !view_sortable(v, o->sort)) {
		struct buf ids = BUF_INIT(SESSION_TEXT_MAX);
		view_ids(v, &ids);
		msg("%s: --sort '%s': it is one of %s", o->command->name, o->sort, ids.data ? ids.data : "");
		buf_free(&ids);
		return EXIT_MISUSE;
	}
	config_load(&s->config, say_problem);
	s->source = source_open(&s->config, &o->source, why);
	if (!s->source) {
		msg("%s", why);
		return EXIT_FAILURE;
	}
	if (s->source->warning)
		msg("%s: %s", s->source->name, s->source->warning);
	return 0;
}

void session_close(struct session *s)
{
	buf_free(&s->second);
	buf_free(&s->advice);
	source_close(s->source);
	config_free(&s->config);
}

struct question session_question(const struct session *s, const struct range *ranges, size_t count, unsigned labels)
{
	return (struct question){.ranges = ranges,
				 .ranges_count = count,
				 .labels = labels,
				 .users = s->o->users,
				 .users_count = s->o->users_count,
				 .verbs = s->o->verbs,
				 .verbs_count = s->o->verbs_count};
}

static int explain(struct session *s, const struct question *q)
{
	struct buf text = BUF_INIT(EXPLANATION_MAX);
	int result = source_explain(s->source, q, &text);
	if (result == 0 && text.data)
		fputs(text.data, stdout);
	else if (result != 0)
		msg("out of memory");
	buf_free(&text);
	return result;
}

int session_ask(struct session *s, const struct question *q, struct tally *rows)
{
	char why[SOURCE_WHY_MAX];
	if (s->o->explain)
		return explain(s, q);
	if (source_ask(s->source, q, rows, why) != 0) {
		msg("%s", why);
		return -1;
	}
	if (q->what == QUESTION_COUNTS && s->source->empty_until_s > s->o->window.from_s)
		s->quality.empty_until_s = s->source->empty_until_s;
	/* Several questions of a command often bring the same warning. */
	if (*s->source->note && strcmp(s->source->note, s->note) != 0) {
		msg("%s", s->source->note);
		snprintf(s->note, sizeof s->note, "%s", s->source->note);
		s->quality.note = s->note;
	}
	return 0;
}

static bool is_span(const struct options *o)
{
	int64_t span_s;
	return duration_parse(o->since, &span_s) == 0 && !o->until;
}

static void put_window(const struct options *o, struct buf *b)
{
	char from[TIME_TEXT_MAX];
	char to[TIME_TEXT_MAX];
	when_text(o->window.from_s, o->utc, from);
	when_text(o->window.to_s, o->utc, to);
	buf_printf(b, "%s to %s", from, to);
}

void session_heading(const struct session *s, struct buf *b)
{
	if (is_span(s->o))
		buf_printf(b, "Last %s (", s->o->since);
	put_window(s->o, b);
	buf_printf(b, "%s, %s", is_span(s->o) ? ")" : "", s->source->name);
}

void session_names(const char *before, const char *const *names, size_t count, struct buf *b)
{
	size_t shown = count <= NAMES_SHOWN ? count : NAMES_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		bool cut = strlen(names[i]) > NAME_SHOWN_MAX;
		buf_printf(b, "%s%.*s%s", i ? ", " : before, NAME_SHOWN_MAX, names[i], cut ? "..." : "");
	}
	if (count > shown)
		buf_printf(b, " and %zu more", count - shown);
}

void session_nothing(const struct session *s, const char *what, struct buf *b)
{
	const struct options *o = s->o;
	buf_printf(b, "no %s recorded ", what);
	if (is_span(o)) {
		buf_printf(b, "in the last %s", o->since);
	} else {
		buf_puts(b, "from ");
		put_window(o, b);
	}
	session_names(" of ", o->verbs, o->verbs_count, b);
	session_names(" by ", o->users, o->users_count, b);
}

struct json_object *session_json(const struct session *s)
{
	const struct options *o = s->o;
	struct json_object *root = json_object_new_object();
	if (json_out_member(root, "since", json_out_text(o->since)) == 0 &&
	    (!o->until || json_out_member(root, "until", json_out_text(o->until)) == 0) &&
	    json_out_member(root, "from", json_out_time(o->window.from_s)) == 0 &&
	    json_out_member(root, "to", json_out_time(o->window.to_s)) == 0 &&
	    json_out_member(root, "source", json_out_text(s->source->name)) == 0)
		return root;
	json_object_put(root);
	return NULL;
}

static int show_json(struct session *s, struct json_object *members, const struct view *v)
{
	if (json_out_member(members, v->name, view_json(v)) != 0 ||
	    json_out_member(members, "quality", quality_json(&s->quality)) != 0)
		return -1;
	return json_out_print(members, stdout);
}

static int show_table(struct session *s, const struct buf *heading, const struct view *v)
{
	struct buf footer = BUF_INIT(SESSION_TEXT_MAX);
	struct screen screen;
	int result = -1;
	quality_text(&s->quality, s->o->utc, &footer);
	if (footer.failed || s->second.failed || s->advice.failed || heading->failed || !heading->data)
		goto out;
	screen_detect(&screen, stdout, s->o->no_color);
	text_clean(heading->data, heading->len);
	if (s->quality.users)
		screen_heading(&screen, stdout, heading->data);
	else
		printf("%s\n", heading->data);
	if (s->second.data) {
		text_clean(s->second.data, s->second.len);
		printf("%s\n", s->second.data);
	}
	result = view_print_table(v, &screen, stdout);
	if (s->quality.users || s->quality.own.waiting || s->quality.own.dropped)
		screen_note(&screen, stdout, footer.data);
	if (s->advice.data) {
		text_clean(s->advice.data, s->advice.len);
		screen_note(&screen, stdout, s->advice.data);
	}
out:
	buf_free(&footer);
	return result;
}

void session_quality(struct session *s)
{
	own_read(&s->config, &s->quality.own);
	s->quality.archive = s->source->archive;
	s->quality.archived = s->source->archived;
}

int session_show(struct session *s, const struct buf *heading, struct json_object *members, struct view *v)
{
	const struct options *o = s->o;
	int result = -1;
	errno = 0;
	if (o->explain) {
		result = 0;
		goto out;
	}
	session_quality(s);
	errno = 0;
	if (!members || view_arrange(v, o->sort, o->reverse, o->limit) != 0)
		goto out;
	result = o->json ? show_json(s, members, v) : o->csv ? view_print_csv(v, stdout) : show_table(s, heading, v);
out:
	json_object_put(members);
	return result == 0 ? EXIT_SUCCESS : session_fail(s);
}

int session_fail(const struct session *s)
{
	msg("%s: the answer can't be shown: %s", s->source->name,
	    errno == EOVERFLOW ? "its counts are too large to be true" : "out of memory");
	return EXIT_FAILURE;
}
