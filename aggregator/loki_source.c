/* The team's Loki: everybody's events, by exact windows that are asked for at once and added up. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "ask.h"
#include "explain.h"
#include "logcli.h"
#include "logql.h"
#include "loki.h"
#include "partition.h"
#include "source.h"

#include "banned.h"

enum {
	MATCHERS_MAX = 1 << 20,
	URL_MAX = 1 << 22,
	WARNINGS_MAX = 1024,
	SERIES_MAX = 500, /* Loki's own default */
};

struct piece {
	struct loki_source *source;
	struct window window;
	struct tally pairs; /* (verb, user), if it was too much for one answer */
	size_t series_max;
};

struct loki_source {
	struct source source; /* first: a source is cast back to what it is part of */
	struct loki loki;
	int timeout_s;
	/* for the length of a question: */
	struct ask *ask;
	struct tally *rows;
	struct buf matchers; /* what all of its requests select by */
	struct buf warnings;
	struct piece pieces[WINDOW_PIECES_MAX];
	char *why;
};

static int refuse(const struct piece *p, const struct reply *r)
{
	explain_reply(p->source->why, SOURCE_WHY_MAX, p->source->loki.url, r, p->source->timeout_s);
	return -1;
}

static int parse(const struct piece *p, const struct reply *r, enum answer_kind kind, struct tally *rows)
{
	enum answer_fault fault = answer_parse(r->body, r->len, kind, rows, &p->source->warnings);
	if (fault == ANSWER_OK)
		return 0;
	explain_answer(p->source->why, SOURCE_WHY_MAX, p->source->loki.url, r, fault);
	return -1;
}

/* The limit that Loki names when a question has passed it, 0 if that isn't what it says. */
static size_t series_limit(const struct reply *r)
{
	static const char start[] = "maximum number of series";
	if (r->result != CURLE_OK || r->status != 400 || strncmp(r->body, start, sizeof start - 1) != 0)
		return 0;
	const char *number = strchr(r->body, '(');
	unsigned long limit = number ? strtoul(number + 1, NULL, 10) : 0;
	return limit && limit < SERIES_MAX ? limit : SERIES_MAX;
}

static int counted_part(const struct reply *r, void *arg)
{
	struct piece *p = arg;
	return explain_fine(r) ? parse(p, r, ANSWER_COUNTS, p->source->rows) : refuse(p, r);
}

static int ask_count(struct piece *p, const char *more_matchers, ask_done *done)
{
	struct buf matchers = BUF_INIT(MATCHERS_MAX);
	struct buf url = BUF_INIT(URL_MAX);
	buf_puts(&matchers, p->source->matchers.data);
	if (*more_matchers)
		buf_printf(&matchers, ", %s", more_matchers);
	if (!matchers.failed)
		url_count(&url, p->source->loki.url, matchers.data, &p->window);
	int r = matchers.failed || url.failed ? -1 : ask_add(p->source->ask, url.data, done, p);
	buf_free(&matchers);
	buf_free(&url);
	return r;
}

static int ask_part(const char *matchers, void *arg)
{
	return ask_count(arg, matchers, counted_part);
}

static int listed(const struct reply *r, void *arg)
{
	struct piece *p = arg;
	if (!explain_fine(r))
		return refuse(p, r);
	if (parse(p, r, ANSWER_SERIES, &p->pairs) != 0)
		return -1;
	return partition(&p->pairs, p->series_max, ask_part, p);
}

static int counted(const struct reply *r, void *arg)
{
	struct piece *p = arg;
	size_t limit = series_limit(r);
	if (!limit)
		return counted_part(r, p);
	/* A fifth less: somebody may run a verb between the listing and the count. */
	p->series_max = limit - limit / 5;
	struct buf url = BUF_INIT(URL_MAX);
	url_series(&url, p->source->loki.url, p->source->matchers.data, &p->window);
	int result = url.failed ? -1 : ask_add(p->source->ask, url.data, listed, p);
	buf_free(&url);
	return result;
}

static void select_events(struct buf *matchers, const struct question *q)
{
	buf_puts(matchers, "job=\"homelab-usage\"");
	if (q->users_count) {
		buf_puts(matchers, ", ");
		logql_matcher(matchers, label_names[LABEL_USER], q->users, q->users_count);
	}
}

static int ask_all(struct loki_source *s, const struct question *q)
{
	struct window windows[WINDOW_PIECES_MAX];
	size_t count = window_pieces(&q->window, windows);
	for (size_t i = 0; i < count; i++) {
		s->pieces[i] = (struct piece){.source = s, .window = windows[i]};
		if (ask_count(&s->pieces[i], "", counted) != 0)
			return -1;
	}
	return ask_run(s->ask);
}

static int count(struct source *source, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct loki_source *s = (struct loki_source *)source;
	int result = -1;
	snprintf(why, SOURCE_WHY_MAX, "out of memory");
	s->why = why;
	s->rows = rows;
	s->matchers = (struct buf)BUF_INIT(MATCHERS_MAX);
	s->warnings = (struct buf)BUF_INIT(WARNINGS_MAX);
	s->ask = ask_new(&s->loki, s->timeout_s);
	select_events(&s->matchers, q);
	if (s->ask && !s->matchers.failed)
		result = ask_all(s, q);
	if (s->warnings.len)
		snprintf(source->note, sizeof source->note, "%s: Loki warns: %s", s->loki.url, s->warnings.data);
	ask_free(s->ask);
	for (size_t i = 0; i < WINDOW_PIECES_MAX; i++)
		tally_free(&s->pieces[i].pairs);
	buf_free(&s->matchers);
	buf_free(&s->warnings);
	return result;
}

static void close_loki(struct source *source)
{
	struct loki_source *s = (struct loki_source *)source;
	loki_free(&s->loki);
	free(s);
	curl_global_cleanup();
}

struct source *source_loki(const struct config *c, int timeout_s, char why[SOURCE_WHY_MAX])
{
	char wrong[LOKI_WHY_MAX] = "out of memory";
	struct loki_source *s = calloc(1, sizeof *s);
	if (!s || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		snprintf(why, SOURCE_WHY_MAX, "%s", wrong);
		free(s);
		return NULL;
	}
	s->source = (struct source){.count = count, .close = close_loki};
	if (loki_from_config(&s->loki, c, wrong) != 0 || logcli_fill(&s->loki, wrong) != 0 || loki_ready(&s->loki) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "%s", wrong);
		close_loki(&s->source);
		return NULL;
	}
	s->source.name = s->loki.url;
	s->source.warning = loki_warning(&s->loki);
	s->timeout_s = timeout_s;
	return &s->source;
}
