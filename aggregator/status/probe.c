#include "probe.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "ask.h"
#include "buf.h"
#include "explain.h"
#include "logql.h"

#include "banned.h"

enum { URL_MAX = 16 * 1024, QUERY_MAX = 4096, EXPLAIN_MAX = 8 * 1024, HOUR_S = 3600 };

struct asking {
	struct probe *probe;
	const char *url;
	int timeout_s;
	int64_t start_ms;
};

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The URL stands in front of every explanation, and of the whole status. */
static void without_url(struct probe_answer *a, const char *url, const char *text)
{
	size_t n = strlen(url);
	if (strncmp(text, url, n) == 0 && strncmp(text + n, ": ", 2) == 0)
		text += n + 2;
	snprintf(a->text, sizeof a->text, "%s", text);
}

static void fail(struct probe_answer *a, const struct asking *asking, const struct reply *r)
{
	char text[EXPLAIN_MAX];
	a->outcome = PROBE_FAILED;
	if (r->result == CURLE_OPERATION_TIMEDOUT) {
		snprintf(a->text, sizeof a->text, "no answer within %d s: is Loki running there, and is the way to it open?",
			 asking->timeout_s);
		return;
	}
	explain_reply(text, sizeof text, asking->url, r, asking->timeout_s);
	without_url(a, asking->url, text);
}

/* Many a proxy in front of Loki passes on /loki alone. */
static int ready_done(const struct reply *r, void *arg)
{
	const struct asking *asking = arg;
	struct probe_answer *a = &asking->probe->ready;
	a->ms = clock_ms() - asking->start_ms;
	a->outcome = PROBE_OK;
	if (r->result == CURLE_OK && r->status == 200 && strncmp(r->body, "ready", strlen("ready")) == 0)
		return 0;
	if (r->result != CURLE_OK || r->status >= 500 || r->status == 429) {
		fail(a, asking, r);
		return 0;
	}
	a->outcome = PROBE_UNSURE;
	if (r->status == 200)
		snprintf(a->text, sizeof a->text, "the answer is not Loki's");
	else
		snprintf(a->text, sizeof a->text, "not offered here (%ld)", r->status);
	return 0;
}

static void read_events(const struct asking *asking, const struct reply *r)
{
	struct tally rows = {0};
	struct buf warnings = BUF_INIT(PROBE_TEXT_MAX);
	struct probe_answer *a = &asking->probe->query;
	char text[EXPLAIN_MAX];
	enum answer_fault fault = answer_parse(r->body, r->len, ANSWER_COUNTS, 0, &rows, &warnings);
	if (fault == ANSWER_OK) {
		asking->probe->events = rows.count ? rows.rows[0].count : 0; /* one user, one series */
	} else {
		a->outcome = PROBE_FAILED;
		explain_answer(text, sizeof text, asking->url, r, fault);
		without_url(a, asking->url, text);
	}
	tally_free(&rows);
	buf_free(&warnings);
}

static int query_done(const struct reply *r, void *arg)
{
	const struct asking *asking = arg;
	struct probe_answer *a = &asking->probe->query;
	a->ms = clock_ms() - asking->start_ms;
	a->outcome = PROBE_OK;
	if (explain_fine(r)) {
		read_events(asking, r);
	} else if (r->result == CURLE_OK && r->status == 403) {
		a->outcome = PROBE_UNSURE;
		snprintf(a->text, sizeof a->text, "not allowed (403): this log-in may not read; it may be right for pushing");
	} else {
		fail(a, asking, r);
	}
	return 0;
}

/* One point, which Loki does not split; nothing but one user's streams is read. */
static void query_url(struct buf *url, const char *base, const char *user)
{
	struct buf query = BUF_INIT(QUERY_MAX);
	long long now_s = (long long)time(NULL);
	buf_puts(&query, "sum by (user) (count_over_time({job=\"homelab-usage\", user=");
	logql_string(&query, user);
	buf_printf(&query, "}[%ds]))", PROBE_WINDOW_H * HOUR_S);
	buf_printf(url, "%s/loki/api/v1/query_range?query=", base);
	url_escape(url, query.failed ? "" : query.data);
	buf_printf(url, "&start=%lld000000000&end=%lld000000000&step=1", now_s, now_s);
	url->failed = url->failed || query.failed;
	buf_free(&query);
}

int probe(struct loki *l, const char *user, int timeout_s, struct probe *p)
{
	struct buf ready = BUF_INIT(URL_MAX);
	struct buf query = BUF_INIT(URL_MAX);
	struct asking asking = {.probe = p, .url = l->url, .timeout_s = timeout_s, .start_ms = clock_ms()};
	int result = -1;
	*p = (struct probe){0};
	struct ask *ask = ask_new(l, timeout_s);
	buf_printf(&ready, "%s/ready", l->url);
	query_url(&query, l->url, user);
	if (ask && !ready.failed && !query.failed && ask_add(ask, ready.data, ready_done, &asking) == 0 &&
	    ask_add(ask, query.data, query_done, &asking) == 0)
		result = ask_run(ask);
	ask_free(ask);
	buf_free(&ready);
	buf_free(&query);
	return result;
}
