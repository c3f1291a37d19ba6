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
#include "when.h"

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
	uint32_t part;
	struct tally pairs; /* (verb, user), if it was too much for one answer */
};

/* Streams of a piece that are asked for apart from its others. */
struct share {
	struct share *next; /* of all, to be freed in the end */
	struct piece *piece;
	struct part streams;
};

struct loki_source {
	struct source source; /* first: a source is cast back to what it is part of */
	struct loki loki;
	int timeout_s;
	/* for the length of a question: */
	const struct question *question;
	struct ask *ask;
	struct tally *rows;
	struct buf matchers; /* what all of its requests select by */
	struct buf warnings;
	struct piece *pieces;
	size_t pieces_count;
	struct share *shares;
	size_t series_max; /* as Loki told */
	int64_t data_from_s; /* where the oldest piece with an event begins, 0: none has one */
	char *why;
};

static int refuse(const struct piece *p, const struct reply *r)
{
	explain_reply(p->source->why, SOURCE_WHY_MAX, p->source->loki.url, r, p->source->timeout_s);
	return -1;
}

static int parse(struct piece *p, const struct reply *r, enum answer_kind kind, struct tally *rows)
{
	struct loki_source *s = p->source;
	size_t before = rows->adds;
	enum answer_fault fault = answer_parse(r->body, r->len, kind, p->part, rows, &s->warnings);
	if (rows->adds > before && (s->data_from_s == 0 || p->window.from_s < s->data_from_s))
		s->data_from_s = p->window.from_s;
	if (fault == ANSWER_OK)
		return 0;
	explain_answer(s->why, SOURCE_WHY_MAX, s->loki.url, r, fault);
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

static int add_metric(struct piece *p, const struct part *streams, ask_done *done, void *arg)
{
	struct loki_source *s = p->source;
	struct buf matchers = BUF_INIT(MATCHERS_MAX);
	struct buf url = BUF_INIT(URL_MAX);
	buf_puts(&matchers, s->matchers.data);
	if (streams) {
		buf_puts(&matchers, ", ");
		partition_matchers(&matchers, streams);
	}
	if (!matchers.failed)
		url_metric(&url, s->loki.url, s->question, matchers.data, &p->window);
	int r = matchers.failed || url.failed ? -1 : ask_add(s->ask, url.data, done, arg);
	buf_free(&matchers);
	buf_free(&url);
	return r;
}

static int add_share(struct piece *p, const struct part *streams);

static int counted_share(const struct reply *r, void *arg)
{
	struct share *share = arg;
	struct piece *p = share->piece;
	struct part halves[2];
	size_t limit = series_limit(r);
	if (!limit)
		return explain_fine(r) ? parse(p, r, ANSWER_COUNTS, p->source->rows) : refuse(p, r);
	if (partition_halve(&share->streams, halves) != 0) {
		const char *const *labels = (const char *const *)p->pairs.rows[share->streams.first].labels;
		snprintf(p->source->why, SOURCE_WHY_MAX,
			 "%s: '%s' of '%s' alone has more than the %zu series that this Loki answers with: ask without exit "
			 "status or version",
			 p->source->loki.url, labels[LABEL_VERB], labels[LABEL_USER], limit);
		return -1;
	}
	return add_share(p, &halves[0]) == 0 ? add_share(p, &halves[1]) : -1;
}

static int add_share(struct piece *p, const struct part *streams)
{
	struct share *share = calloc(1, sizeof *share);
	if (!share)
		return -1;
	*share = (struct share){.next = p->source->shares, .piece = p, .streams = *streams};
	p->source->shares = share;
	return add_metric(p, streams, counted_share, share);
}

static int share_out(const struct part *streams, void *arg)
{
	return add_share(arg, streams);
}

/* How many streams to ask for at once, so that it is rarely too much: a fifth less than the limit, as somebody may
 * run a verb meanwhile, and fewer if each has several series. */
static size_t streams_at_once(const struct loki_source *s)
{
	size_t each = 1 + !!(s->question->labels & LABEL_BIT(LABEL_EXIT)) + !!(s->question->labels & LABEL_BIT(LABEL_VERSION));
	size_t count = (s->series_max - s->series_max / 5) / each;
	return count ? count : 1;
}

static int listed(const struct reply *r, void *arg)
{
	struct piece *p = arg;
	if (!explain_fine(r))
		return refuse(p, r);
	if (parse(p, r, ANSWER_SERIES, &p->pairs) != 0)
		return -1;
	return partition(&p->pairs, streams_at_once(p->source), share_out, p);
}

static int counted(const struct reply *r, void *arg)
{
	struct piece *p = arg;
	size_t limit = series_limit(r);
	if (!limit)
		return explain_fine(r) ? parse(p, r, ANSWER_COUNTS, p->source->rows) : refuse(p, r);
	p->source->series_max = limit;
	struct buf url = BUF_INIT(URL_MAX);
	url_series(&url, p->source->loki.url, p->source->matchers.data, &p->window);
	int result = url.failed ? -1 : ask_add(p->source->ask, url.data, listed, p);
	buf_free(&url);
	return result;
}

/* One range is cut into about four pieces, several into as few as each of them needs. */
static int cut(struct loki_source *s, const struct question *q)
{
	struct window windows[WINDOW_PIECES_MAX];
	size_t each = q->ranges_count < WINDOW_PIECES ? WINDOW_PIECES / q->ranges_count : 1;
	size_t total = 0;
	for (size_t i = 0; i < q->ranges_count; i++)
		total += window_pieces(&q->ranges[i].window, each, windows);
	s->pieces_count = 0;
	s->pieces = calloc(total, sizeof *s->pieces);
	if (!s->pieces)
		return -1;
	for (size_t i = 0; i < q->ranges_count; i++) {
		size_t count = window_pieces(&q->ranges[i].window, each, windows);
		for (size_t k = 0; k < count; k++)
			s->pieces[s->pieces_count++] =
				(struct piece){.source = s, .window = windows[k], .part = q->ranges[i].part};
	}
	return 0;
}

/* 0, or -1: no memory. end() in any case. */
static int begin(struct loki_source *s, const struct question *q)
{
	s->question = q;
	s->data_from_s = 0;
	s->matchers = (struct buf)BUF_INIT(MATCHERS_MAX);
	s->warnings = (struct buf)BUF_INIT(WARNINGS_MAX);
	logql_select(&s->matchers, q);
	return s->matchers.failed ? -1 : cut(s, q);
}

static void end(struct loki_source *s)
{
	ask_free(s->ask);
	s->ask = NULL;
	while (s->shares) {
		struct share *share = s->shares;
		s->shares = share->next;
		free(share);
	}
	for (size_t i = 0; i < s->pieces_count; i++)
		tally_free(&s->pieces[i].pairs);
	free(s->pieces);
	s->pieces = NULL;
	s->pieces_count = 0;
	buf_free(&s->matchers);
	buf_free(&s->warnings);
}

static int ask_all(struct loki_source *s)
{
	s->ask = ask_new(&s->loki, s->timeout_s);
	if (!s->ask)
		return -1;
	for (size_t i = 0; i < s->pieces_count; i++)
		if (add_metric(&s->pieces[i], NULL, counted, &s->pieces[i]) != 0)
			return -1;
	return ask_run(s->ask);
}

static int ask(struct source *source, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct loki_source *s = (struct loki_source *)source;
	int result = -1;
	if (q->ranges_count == 0)
		return 0;
	snprintf(why, SOURCE_WHY_MAX, "out of memory");
	s->why = why;
	s->rows = rows;
	if (begin(s, q) == 0)
		result = ask_all(s);
	if (s->warnings.len)
		snprintf(source->note, sizeof source->note, "%s: Loki warns: %s", s->loki.url, s->warnings.data);
	source->empty_until_s = s->data_from_s > q->ranges[0].window.from_s ? s->data_from_s : 0;
	end(s);
	return result;
}

static int explain(struct source *source, const struct question *q, struct buf *out)
{
	struct loki_source *s = (struct loki_source *)source;
	int result = q->ranges_count ? begin(s, q) : 0;
	for (size_t i = 0; i < s->pieces_count && result == 0; i++) {
		const struct window *w = &s->pieces[i].window;
		char until[TIME_TEXT_MAX];
		when_text(w->to_s, true, until);
		buf_printf(out, "up to %s:\n", until);
		logql_metric(out, q, s->matchers.data, w);
		buf_puts(out, "\nGET ");
		url_metric(out, s->loki.url, q, s->matchers.data, w);
		buf_puts(out, "\n\n");
	}
	buf_printf(out,
		   "%zu requests, %d at once, within %d s. One that would have more than %d series is answered with 400. It is "
		   "then\nasked again in parts: its streams are listed by /series, shared out by verbs, a verb of very many "
		   "users by\nthese, each share with a matcher of its own; a share that is still too large is halved.\n",
		   s->pieces_count, ASK_AT_ONCE, s->timeout_s, SERIES_MAX);
	end(s);
	return result == 0 && !out->failed ? 0 : -1;
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
	s->source = (struct source){.ask = ask, .explain = explain, .close = close_loki};
	if (loki_from_config(&s->loki, c, wrong) != 0 || logcli_fill(&s->loki, wrong) != 0 || loki_ready(&s->loki) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "%s", wrong);
		close_loki(&s->source);
		return NULL;
	}
	s->source.name = s->loki.url;
	s->timeout_s = timeout_s;
	return &s->source;
}
