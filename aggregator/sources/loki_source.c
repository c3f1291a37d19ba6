/* The team's Loki: everybody's events, by exact windows that are asked for at once and added up. */
#include <curl/curl.h>
#include <stdbool.h>
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
	/* Streams are listed along with the count for a few long blocks; a short one is cheap to be refused. */
	LIST_BLOCKS_MAX = 8,
	LIST_MIN_S = 5 * 24 * 3600,
};

/*
 * A block is what can be asked for in one request: at most 720 h of a range. It is counted in pieces at once. Its
 * streams are listed at the same time, and if they are too many for an answer, the pieces without an answer are
 * given up and the streams shared out: Loki refuses such a piece only after all the work of counting it.
 */
struct block {
	struct loki_source *source;
	struct window window;
	uint32_t part;
	struct piece *pieces;
	size_t pieces_count;
	struct tally pairs; /* (verb, user) */
	enum { UNLISTED, LISTING, LISTED } list;
};

struct piece {
	struct block *block;
	struct window window;
	enum { ASKED, ANSWERED, REFUSED } state;
};

/* Streams that are counted apart from the block's others, over some of its pieces. */
struct share {
	struct share *next; /* of all, to be freed in the end */
	struct block *block;
	struct window window;
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
	struct block *blocks;
	size_t blocks_count;
	struct share *shares;
	size_t series_max;   /* as Loki told, or its default */
	int64_t data_from_s; /* where the oldest window with an event begins, 0: none has one */
	char *why;
};

static int refuse(const struct loki_source *s, const struct reply *r)
{
	explain_reply(s->why, SOURCE_WHY_MAX, s->loki.url, r, s->timeout_s);
	return -1;
}

static int parse(const struct block *b, const struct window *w, const struct reply *r, enum answer_kind kind,
		 struct tally *rows)
{
	struct loki_source *s = b->source;
	size_t before = rows->adds;
	enum answer_fault fault = answer_parse(r->body, r->len, kind, b->part, rows, &s->warnings);
	if (kind == ANSWER_COUNTS && rows->adds > before && (s->data_from_s == 0 || w->from_s < s->data_from_s))
		s->data_from_s = w->from_s;
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

static int add_metric(struct loki_source *s, const struct window *w, const struct part *streams, ask_done *done, void *arg)
{
	struct buf matchers = BUF_INIT(MATCHERS_MAX);
	struct buf url = BUF_INIT(URL_MAX);
	buf_puts(&matchers, s->matchers.data);
	if (streams) {
		buf_puts(&matchers, ", ");
		partition_matchers(&matchers, streams);
	}
	if (!matchers.failed)
		url_metric(&url, s->loki.url, s->question, matchers.data, w);
	int r = matchers.failed || url.failed ? -1 : ask_add(s->ask, url.data, done, arg);
	buf_free(&matchers);
	buf_free(&url);
	return r;
}

static int add_share(struct block *b, const struct window *w, const struct part *streams);

static int counted_share(const struct reply *r, void *arg)
{
	const struct share *share = arg;
	struct block *b = share->block;
	struct part halves[2];
	size_t limit = series_limit(r);
	if (!limit)
		return explain_fine(r) ? parse(b, &share->window, r, ANSWER_COUNTS, b->source->rows) : refuse(b->source, r);
	if (partition_halve(&share->streams, halves) != 0) {
		char *const *labels = b->pairs.rows[share->streams.first].labels;
		snprintf(b->source->why, SOURCE_WHY_MAX,
			 "%s: '%s' of '%s' alone has more than the %zu series that this Loki answers with: ask without exit "
			 "status or version",
			 b->source->loki.url, labels[LABEL_VERB], labels[LABEL_USER], limit);
		return -1;
	}
	return add_share(b, &share->window, &halves[0]) == 0 ? add_share(b, &share->window, &halves[1]) : -1;
}

static int add_share(struct block *b, const struct window *w, const struct part *streams)
{
	struct share *share = calloc(1, sizeof *share);
	if (!share)
		return -1;
	*share = (struct share){.next = b->source->shares, .block = b, .window = *w, .streams = *streams};
	b->source->shares = share;
	return add_metric(b->source, w, streams, counted_share, share);
}

/* How many streams to ask for at once, so that it is rarely too much: a fifth less than the limit, as somebody may
 * run a verb meanwhile, and fewer if each has several series. */
static size_t streams_at_once(const struct loki_source *s)
{
	unsigned labels = s->question->labels;
	size_t each = 1 + !!(labels & LABEL_BIT(LABEL_EXIT)) + !!(labels & LABEL_BIT(LABEL_VERSION));
	size_t count = (s->series_max - s->series_max / 5) / each;
	return count ? count : 1;
}

struct span_of_block {
	struct block *block;
	struct window window;
};

static int share_out(const struct part *streams, void *arg)
{
	const struct span_of_block *span = arg;
	return add_share(span->block, &span->window, streams);
}

/* Counts by shares what has no answer yet, neighbouring pieces as one. */
static int share_out_block(struct block *b)
{
	if (b->pairs.count == 0) {
		snprintf(b->source->why, SOURCE_WHY_MAX, "%s: too many series for an answer, and /series lists none",
			 b->source->loki.url);
		return -1;
	}
	for (size_t i = 0; i < b->pieces_count; i++) {
		struct span_of_block span = {.block = b, .window = b->pieces[i].window};
		if (b->pieces[i].state == ANSWERED)
			continue;
		for (;; i++) {
			ask_drop(b->source->ask, &b->pieces[i]);
			if (i + 1 == b->pieces_count || b->pieces[i + 1].state == ANSWERED)
				break;
		}
		span.window.to_s = b->pieces[i].window.to_s;
		if (partition(&b->pairs, streams_at_once(b->source), share_out, &span) != 0)
			return -1;
	}
	return 0;
}

static bool has(const struct block *b, int state)
{
	for (size_t i = 0; i < b->pieces_count; i++)
		if ((int)b->pieces[i].state == state)
			return true;
	return false;
}

static int listed(const struct reply *r, void *arg)
{
	struct block *b = arg;
	bool fine = explain_fine(r);
	b->list = LISTED;
	if (!fine || parse(b, &b->window, r, ANSWER_SERIES, &b->pairs) != 0) {
		/* Who may count may not be allowed to list; it is needed only if an answer is refused. */
		b->list = UNLISTED;
		tally_free(&b->pairs);
		if (has(b, REFUSED))
			return fine ? -1 : refuse(b->source, r);
		return 0;
	}
	return has(b, REFUSED) || b->pairs.count > streams_at_once(b->source) ? share_out_block(b) : 0;
}

static int list(struct block *b)
{
	struct buf url = BUF_INIT(URL_MAX);
	url_series(&url, b->source->loki.url, b->source->matchers.data, &b->window);
	int result = url.failed ? -1 : ask_add(b->source->ask, url.data, listed, b);
	buf_free(&url);
	b->list = LISTING;
	return result;
}

static int counted(const struct reply *r, void *arg)
{
	struct piece *p = arg;
	struct block *b = p->block;
	size_t limit = series_limit(r);
	if (limit) {
		p->state = REFUSED;
		b->source->series_max = limit;
		return b->list == UNLISTED ? list(b) : b->list == LISTED ? share_out_block(b) : 0;
	}
	if (!explain_fine(r))
		return refuse(b->source, r);
	p->state = ANSWERED;
	if (b->list == LISTING && !has(b, ASKED) && !has(b, REFUSED))
		ask_drop(b->source->ask, b);
	return parse(b, &p->window, r, ANSWER_COUNTS, b->source->rows);
}

/* One range is cut into about four pieces, several into as few as each of them needs. 0, or -1: no memory. */
static int cut_block(struct block *b, size_t wanted)
{
	struct window windows[WINDOW_PIECES_MAX];
	b->pieces_count = window_pieces(&b->window, wanted, windows);
	b->pieces = calloc(b->pieces_count, sizeof *b->pieces);
	if (!b->pieces)
		b->pieces_count = 0;
	for (size_t i = 0; i < b->pieces_count; i++)
		b->pieces[i] = (struct piece){.block = b, .window = windows[i]};
	return b->pieces ? 0 : -1;
}

static int cut(struct loki_source *s, const struct question *q)
{
	struct window windows[WINDOW_PIECES_MAX];
	size_t total = 0;
	for (size_t i = 0; i < q->ranges_count; i++)
		total += window_pieces(&q->ranges[i].window, 1, windows);
	s->blocks_count = 0;
	s->blocks = total ? calloc(total, sizeof *s->blocks) : NULL;
	if (!s->blocks)
		return -1;
	for (size_t i = 0; i < q->ranges_count; i++) {
		size_t count = window_pieces(&q->ranges[i].window, 1, windows);
		for (size_t k = 0; k < count; k++) {
			struct block *b = &s->blocks[s->blocks_count++];
			*b = (struct block){.source = s, .window = windows[k], .part = q->ranges[i].part};
			if (cut_block(b, total < WINDOW_PIECES ? WINDOW_PIECES / total : 1) != 0)
				return -1;
		}
	}
	return 0;
}

/* Is it worth listing the streams along with the count? */
static bool list_early(const struct loki_source *s, const struct block *b)
{
	return s->blocks_count <= LIST_BLOCKS_MAX && b->window.to_s - b->window.from_s >= LIST_MIN_S &&
	       s->question->labels & ~LABEL_BIT(LABEL_VERB);
}

/* 0, or -1: no memory. end() in any case. */
static int begin(struct loki_source *s, const struct question *q)
{
	s->question = q;
	s->data_from_s = 0;
	s->series_max = SERIES_MAX;
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
	for (size_t i = 0; i < s->blocks_count; i++) {
		tally_free(&s->blocks[i].pairs);
		free(s->blocks[i].pieces);
	}
	free(s->blocks);
	s->blocks = NULL;
	s->blocks_count = 0;
	buf_free(&s->matchers);
	buf_free(&s->warnings);
}

static int ask_all(struct loki_source *s)
{
	s->ask = ask_new(&s->loki, s->timeout_s);
	if (!s->ask)
		return -1;
	for (struct block *b = s->blocks; b < s->blocks + s->blocks_count; b++) {
		if (list_early(s, b) && list(b) != 0)
			return -1;
		for (size_t i = 0; i < b->pieces_count; i++)
			if (add_metric(s, &b->pieces[i].window, NULL, counted, &b->pieces[i]) != 0)
				return -1;
	}
	return ask_run(s->ask);
}

/* The same question about as many of its users as fit a URL, from the first that isn't done. */
static struct question some_users(const struct question *q, size_t done)
{
	struct question some = *q;
	if (q->users_count) {
		some.users = &q->users[done];
		some.users_count = partition_users(some.users, q->users_count - done);
	}
	return some;
}

static int ask(struct source *source, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct loki_source *s = (struct loki_source *)source;
	size_t done = 0;
	int64_t data_from_s = 0;
	int result = -1;
	if (q->ranges_count == 0)
		return 0;
	s->why = why;
	s->rows = rows;
	do {
		const struct question some = some_users(q, done);
		done += some.users_count;
		snprintf(why, SOURCE_WHY_MAX, "out of memory");
		result = begin(s, &some) == 0 ? ask_all(s) : -1;
		if (s->warnings.len)
			snprintf(source->note, sizeof source->note, "%s: Loki warns: %s", s->loki.url, s->warnings.data);
		if (s->data_from_s && (!data_from_s || s->data_from_s < data_from_s))
			data_from_s = s->data_from_s;
		end(s);
	} while (result == 0 && done < q->users_count);
	source->empty_until_s = data_from_s > q->ranges[0].window.from_s ? data_from_s : 0;
	return result;
}

static void explain_piece(const struct loki_source *s, const struct window *w, struct buf *out)
{
	char until[TIME_TEXT_MAX];
	when_text(w->to_s, true, until);
	buf_printf(out, "up to %s:\n", until);
	logql_metric(out, s->question, s->matchers.data, w);
	buf_puts(out, "\nGET ");
	url_metric(out, s->loki.url, s->question, s->matchers.data, w);
	buf_puts(out, "\n\n");
}

static void explain_block(const struct loki_source *s, const struct block *b, struct buf *out)
{
	for (size_t i = 0; i < b->pieces_count; i++)
		explain_piece(s, &b->pieces[i].window, out);
	if (list_early(s, b)) {
		buf_puts(out, "their streams, to know whether they are too many:\nGET ");
		url_series(out, s->loki.url, s->matchers.data, &b->window);
		buf_puts(out, "\n\n");
	}
}

static int explain(struct source *source, const struct question *q, struct buf *out)
{
	struct loki_source *s = (struct loki_source *)source;
	size_t done = 0;
	int result = 0;
	if (q->ranges_count == 0)
		return 0;
	do {
		const struct question some = some_users(q, done);
		done += some.users_count;
		result = begin(s, &some);
		for (size_t i = 0; i < s->blocks_count && result == 0; i++)
			explain_block(s, &s->blocks[i], out);
		end(s);
	} while (result == 0 && done < q->users_count);
	buf_printf(out,
		   "%d at once, within %d s. An answer holds %d series at most. Where there would be more, the streams that\n"
		   "/series lists are shared out by verbs, a verb of very many users by these, and each share is asked for\n"
		   "with a matcher of its own; a share that is still too large is halved.\n",
		   ASK_AT_ONCE, s->timeout_s, SERIES_MAX);
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
	s->source.warning = loki_warning(&s->loki);
	s->source.tenant = s->loki.tenant;
	s->timeout_s = timeout_s;
	return &s->source;
}
