#include "ask.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "waiting.h"

#include "banned.h"

enum { POLL_MS = 250 };

struct transfer {
	struct transfer *next; /* in the queue */
	char *url;
	CURL *handle; /* NULL until it is under way */
	struct buf body;
	char detail[CURL_ERROR_SIZE];
	ask_done *done;
	void *arg;
};

struct ask {
	const struct loki *loki;
	CURLM *multi; /* loki's */
	int64_t deadline_ms;
	int64_t begun_ms;
	size_t added;
	size_t answered;
	struct transfer *first; /* the queue */
	struct transfer **end;
	struct transfer *active[ASK_AT_ONCE];
};

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t receive(char *data, size_t size, size_t count, void *arg)
{
	struct buf *body = arg;
	buf_add(body, data, size * count);
	return body->failed ? 0 : size * count;
}

struct ask *ask_new(struct loki *l, int timeout_s)
{
	struct ask *a = calloc(1, sizeof *a);
	if (!a)
		return NULL;
	a->loki = l;
	a->end = &a->first;
	a->begun_ms = clock_ms();
	a->deadline_ms = a->begun_ms + 1000LL * timeout_s;
	if (!l->multi)
		l->multi = curl_multi_init();
	a->multi = l->multi;
	if (!a->multi) {
		free(a);
		return NULL;
	}
	return a;
}

int ask_add(struct ask *a, const char *url, ask_done *done, void *arg)
{
	struct transfer *t = calloc(1, sizeof *t);
	char *copy = strdup(url);
	if (!t || !copy) {
		free(t);
		free(copy);
		return -1;
	}
	*t = (struct transfer){.url = copy, .body = BUF_INIT(ASK_BODY_MAX), .done = done, .arg = arg};
	*a->end = t;
	a->end = &t->next;
	a->added++;
	return 0;
}

static void transfer_free(struct ask *a, struct transfer *t)
{
	if (t->handle) {
		curl_multi_remove_handle(a->multi, t->handle);
		curl_easy_cleanup(t->handle);
	}
	buf_free(&t->body);
	free(t->url);
	free(t);
}

void ask_drop(struct ask *a, const void *arg)
{
	for (int i = 0; i < ASK_AT_ONCE; i++)
		if (a->active[i] && a->active[i]->arg == arg) {
			transfer_free(a, a->active[i]);
			a->active[i] = NULL;
			a->added--;
		}
	for (struct transfer **t = &a->first; *t;) {
		struct transfer *dropped = *t;
		if (dropped->arg != arg) {
			t = &dropped->next;
			continue;
		}
		*t = dropped->next;
		if (a->end == &dropped->next)
			a->end = t;
		transfer_free(a, dropped);
		a->added--;
	}
}

#define SET(option, value)                                                                                             \
	if (curl_easy_setopt(t->handle, option, value) != CURLE_OK)                                                    \
	return -1

static int start(struct ask *a, struct transfer *t)
{
	int64_t left_ms = a->deadline_ms - clock_ms();
	t->handle = loki_handle(a->loki, t->url, left_ms > 0 ? (long)left_ms : 1);
	if (!t->handle)
		return -1;
	SET(CURLOPT_ACCEPT_ENCODING, "");
	SET(CURLOPT_WRITEFUNCTION, receive);
	SET(CURLOPT_WRITEDATA, &t->body);
	SET(CURLOPT_ERRORBUFFER, t->detail);
	SET(CURLOPT_PRIVATE, t);
	return curl_multi_add_handle(a->multi, t->handle) == CURLM_OK ? 0 : -1;
}

/* Fills free places from the queue: how many are under way, or -1. */
static int fill(struct ask *a)
{
	int active = 0;
	for (int i = 0; i < ASK_AT_ONCE; i++) {
		struct transfer *t = a->first;
		if (!a->active[i] && t) {
			a->active[i] = t;
			a->first = t->next;
			if (!a->first)
				a->end = &a->first;
			if (start(a, t) != 0)
				return -1;
		}
		active += a->active[i] != NULL;
	}
	return active;
}

static int finish(struct ask *a, CURL *handle, CURLcode result)
{
	struct transfer *t = NULL;
	char *redirect = NULL;
	long system_error = 0;
	struct reply r = {.result = result, .body = ""};
	curl_easy_getinfo(handle, CURLINFO_PRIVATE, &t);
	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &r.status);
	curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &redirect);
	curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &system_error);
	r.detail = t->detail;
	r.redirect = redirect;
	r.system_error = (int)system_error;
	r.too_large = t->body.failed;
	if (t->body.data) {
		if (r.status != 200)
			loki_hide(a->loki, t->body.data);
		r.body = t->body.data;
		r.len = t->body.len;
	}
	for (int i = 0; i < ASK_AT_ONCE; i++)
		if (a->active[i] == t)
			a->active[i] = NULL;
	a->answered++;
	int answer = t->done(&r, t->arg);
	transfer_free(a, t);
	return answer;
}

static int run(struct ask *a)
{
	for (;;) {
		int running;
		int left;
		bool finished = false;
		int active = fill(a);
		if (active <= 0)
			return active;
		if (curl_multi_perform(a->multi, &running) != CURLM_OK)
			return -1;
		for (CURLMsg *m; (m = curl_multi_info_read(a->multi, &left)); finished = true)
			if (m->msg == CURLMSG_DONE && finish(a, m->easy_handle, m->data.result) != 0)
				return -1;
		if (clock_ms() - a->begun_ms > WAITING_AFTER_MS)
			waiting_show(a->loki->url, a->answered, a->added);
		if (!finished && curl_multi_poll(a->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK)
			return -1;
	}
}

int ask_run(struct ask *a)
{
	/* A peer that closes while OpenSSL writes must be an error, not our end. */
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before;
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGPIPE, &ignore, &before);
	int r = run(a);
	waiting_clear();
	sigaction(SIGPIPE, &before, NULL);
	return r;
}

void ask_free(struct ask *a)
{
	if (!a)
		return;
	for (int i = 0; i < ASK_AT_ONCE; i++)
		if (a->active[i])
			transfer_free(a, a->active[i]);
	while (a->first) {
		struct transfer *t = a->first;
		a->first = t->next;
		transfer_free(a, t);
	}
	free(a);
}
