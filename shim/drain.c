#include "drain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "clock.h"
#include "deliver.h"
#include "evlog.h"
#include "payload.h"

#include "banned.h"

enum {
	GATHER_MS = 700, /* a burst of verbs shares a request, */
	GATHER_MIN_MS = 100,
	ARRIVAL_MS = 1800,	       /* and yet an event is in Loki within 2 s */
	REQUEST_EVENTS = 1000,
	REQUEST_EVENTS_FIRST = 50,     /* after a failure: a slow line, or a Loki that has just come back */
	REQUEST_BYTES = 512 * 1024,
	WINDOW_EVENTS = 5 * REQUEST_EVENTS,
	ALONE_MS = 10 * 1000,
};

/* Loki refuses what is older than 7 days (record push-too-old). */
static const int64_t OLDEST_NS = (7LL * 24 * 3600 - 60) * 1000000000;

/*
 * Loki refuses what is over an hour behind the newest line of its stream (record push-too-far-behind), which another
 * machine of the same user may have sent; and a line may be 10 minutes ahead of time (record push-too-new).
 */
static const int64_t LATE_NS = 50LL * 60 * 1000000000;

/*
 * Events of one segment that are dealt with together, in one step of progress. None is over LATE_NS away from the
 * first: sent a second time after a crash, none of them is too far behind what was stored of them before.
 */
struct window {
	struct event events[WINDOW_EVENTS];
	size_t count;
	size_t end; /* offset in the segment */
	bool late;  /* over LATE_NS old */
	int64_t dropped[DROPPED_BY_PUSH];
};

/* 0 to 1: two machines that lost the same Loki must not come back together. */
static double jitter(void)
{
	return (double)(clock_now_ns() / 1000 % 1000) / 999;
}

/*
 * Waits for more events to share the request, unless somebody waits for us (a signal, which ends the
 * sleep): then true. The first of them may have come when the last request had just left, and will wait for its own.
 */
static bool gather(const struct drain *d, volatile sig_atomic_t *hurry)
{
	int64_t ms = ARRIVAL_MS - 2 * d->took_ms;
	ms = ms > GATHER_MS ? GATHER_MS : ms < GATHER_MIN_MS ? GATHER_MIN_MS : ms;
	struct timespec t = {.tv_nsec = ms * 1000000L};
	while (!*hurry && nanosleep(&t, &t) != 0 && errno == EINTR)
		;
	bool hurried = *hurry;
	*hurry = 0; /* who comes later says so again */
	return hurried;
}

static void failed(struct drain *d, const char *reason)
{
	progress_failed(d->progress, clock_now_s(), jitter(), reason);
	progress_write(d->state, d->progress);
}

static bool belongs(const struct window *w, const struct event *e, bool late)
{
	int64_t distance = w->count ? e->ns - w->events[0].ns : 0;
	return !w->count || (late == w->late && distance <= LATE_NS && distance >= -LATE_NS);
}

/* The next events of a segment from at on. */
static void next_window(const struct buf *text, size_t at, size_t limit, struct window *w)
{
	int64_t now_ns = clock_now_ns();
	w->count = 0;
	memset(w->dropped, 0, sizeof w->dropped);
	while (at < text->len) {
		const char *line = text->data + at;
		const char *newline = memchr(line, '\n', text->len - at);
		size_t len = newline ? (size_t)(newline - line) : text->len - at;
		struct event e;
		if (!newline || event_parse(line, len, &e) != 0) {
			/* A last line without its end was never recorded: its hl-emit has died. */
			w->dropped[DROPPED_UNREADABLE] += newline && len;
		} else if (e.ns < now_ns - OLDEST_NS) {
			w->dropped[DROPPED_TOO_OLD]++;
		} else {
			bool late = e.ns < now_ns - LATE_NS;
			if (!belongs(w, &e, late) || w->count == (late ? 5 * limit : limit))
				break;
			w->late = late;
			w->events[w->count++] = e;
		}
		at += len + (newline != NULL);
	}
	w->end = at;
}

/* One request, with what Loki refused added to dropped. TOO_LARGE is left to the caller. */
static enum delivery request(struct drain *d, const struct event *events, size_t count, int64_t dropped[])
{
	struct buf body = BUF_INIT(REQUEST_BYTES);
	struct answer answer = {.outcome = TOO_LARGE, .why = DROPPED_REFUSED};
	payload_compose(&body, d->user, events, count);
	int64_t start_ms = clock_uptime_ms();
	if (!body.failed) {
		deliver(d->handle, body.data, body.len, &answer);
		d->requests++;
	}
	d->took_ms = clock_uptime_ms() - start_ms;
	buf_free(&body);
	if (answer.outcome == TOO_LARGE && count == 1)
		answer.outcome = REFUSED;
	if (answer.outcome == REFUSED) {
		bool told = answer.refused >= 0 && answer.refused <= (long)count;
		int64_t refused = told ? answer.refused : (int64_t)count;
		dropped[answer.why] += refused;
		d->delivered += (int64_t)count - refused;
		d->progress->failure_s = clock_now_s();
		snprintf(d->progress->reason, sizeof d->progress->reason, "%.*s", PROGRESS_REASON_MAX - 1, answer.reason);
	} else if (answer.outcome == DELIVERED) {
		d->delivered += (int64_t)count;
		progress_succeeded(d->progress, clock_now_s());
	} else if (answer.outcome == KEEP) {
		failed(d, answer.reason);
	}
	return answer.outcome;
}

/* As many requests as it takes: 0, or -1: Loki can't be had. */
static int send_events(struct drain *d, const struct event *events, size_t count, int64_t dropped[])
{
	for (size_t done = 0; done < count;) {
		size_t n = count - done < d->limit ? count - done : d->limit;
		enum delivery outcome = request(d, events + done, n, dropped);
		if (outcome == KEEP)
			return -1;
		if (outcome == TOO_LARGE) {
			d->limit = (n + 1) / 2;
			continue;
		}
		done += n;
		d->limit = 2 * d->limit < REQUEST_EVENTS ? 2 * d->limit : REQUEST_EVENTS;
	}
	return 0;
}

static int by_verb(const void *a, const void *b)
{
	const struct event *x = a;
	const struct event *y = b;
	size_t n = x->verb_len < y->verb_len ? x->verb_len : y->verb_len;
	int order = memcmp(x->verb, y->verb, n);
	if (order == 0)
		order = (x->verb_len > y->verb_len) - (x->verb_len < y->verb_len);
	return order ? order : (x->ns > y->ns) - (x->ns < y->ns);
}

static uint64_t hash(const struct event *e)
{
	uint64_t h = 14695981039346656037U; /* FNV-1a */
	for (size_t i = 0; i < e->verb_len; i++)
		h = (h ^ (unsigned char)e->verb[i]) * 1099511628211U;
	return h;
}

static bool is_alone(const struct drain *d, const struct event *e)
{
	uint64_t verb = hash(e);
	for (size_t i = 0; i < d->alone_count; i++)
		if (d->alone[i].verb == verb && clock_uptime_ms() < d->alone[i].until_ms)
			return true;
	return false;
}

static void remember_alone(struct drain *d, const struct event *e)
{
	uint64_t verb = hash(e);
	size_t i = 0;
	while (i < d->alone_count && d->alone[i].verb != verb)
		i++;
	if (i == DRAIN_ALONE_MAX)
		return;
	d->alone[i].verb = verb;
	d->alone[i].until_ms = clock_uptime_ms() + ALONE_MS;
	if (i == d->alone_count)
		d->alone_count++;
}

static int64_t sum(const int64_t dropped[])
{
	int64_t n = 0;
	for (int i = 0; i < DROPPED_BY_PUSH; i++)
		n += dropped[i];
	return n;
}

/*
 * Of several streams in a request Loki tells the fate of the last one alone (its ingester's Push: "the returned error
 * only reflects what happened to the last stream in the request"). So events that may be refused for being too late
 * go by one stream in each request: none is lost without being counted. If Loki takes them all, no other machine is
 * ahead with that verb, and what follows of it shares requests for a while.
 */
static int send_late(struct drain *d, struct window *w)
{
	size_t shared = 0;
	qsort(w->events, w->count, sizeof *w->events, by_verb);
	for (size_t first = 0, next; first < w->count; first = next) {
		struct event *e = &w->events[first];
		for (next = first + 1; next < w->count; next++)
			if (w->events[next].verb_len != e->verb_len ||
			    memcmp(w->events[next].verb, e->verb, e->verb_len) != 0)
				break;
		if (is_alone(d, e)) {
			memmove(&w->events[shared], e, (next - first) * sizeof *e);
			shared += next - first;
			continue;
		}
		int64_t before = sum(w->dropped);
		if (send_events(d, e, next - first, w->dropped) != 0)
			return -1;
		if (sum(w->dropped) == before)
			remember_alone(d, e);
	}
	return send_events(d, w->events, shared, w->dropped);
}

/* Delivers a segment's text from where the last run came to. What is dropped is counted in the same write. */
static enum drained deliver_text(struct drain *d, const struct buf *text, struct window *w)
{
	struct progress *p = d->progress;
	int64_t first;
	size_t at = progress_offset(p, text->data, text->len, text->len, &first);
	p->first = first;
	p->offset = (int64_t)at;
	while (at < text->len) {
		next_window(text, at, d->limit, w);
		if (w->count && (w->late ? send_late(d, w) : send_events(d, w->events, w->count, w->dropped)) != 0)
			return DRAIN_KEPT;
		for (int i = 0; i < DROPPED_BY_PUSH; i++)
			p->dropped[i] += w->dropped[i];
		p->offset = (int64_t)(at = w->end);
		if (progress_write(d->state, p) != 0)
			return DRAIN_BROKEN; /* sent again one day, and counted once */
	}
	return DRAIN_EMPTY;
}

static enum drained deliver_segment(struct drain *d, unsigned number)
{
	struct buf text = BUF_INIT(EVLOG_FILE_MAX);
	struct window *w = malloc(sizeof *w);
	enum drained result = DRAIN_KEPT;
	if (!w) {
		failed(d, "out of memory");
	} else if (evlog_read(d->state, &evlog_spool, number, &text) == 0) {
		result = text.len ? deliver_text(d, &text, w) : DRAIN_EMPTY;
	} else if (errno == ENOENT) { /* gone by a bound, and counted */
		result = DRAIN_EMPTY;
	} else {
		char reason[PROGRESS_REASON_MAX];
		snprintf(reason, sizeof reason, "spool.%u: %s", number, strerror(errno));
		failed(d, reason);
	}
	free(w);
	buf_free(&text);
	return result;
}

/* The oldest segment's number, 0 if there is none, -1 on error. */
static long oldest_segment(struct state *s)
{
	unsigned *numbers = NULL;
	int count = evlog_segments(s, &evlog_spool, &numbers);
	long number = count > 0 ? (long)numbers[0] : count;
	free(numbers);
	return number;
}

/* The same, the live file becoming one if there is none; then *live. */
static long next_segment(struct state *s, bool *live)
{
	long number = oldest_segment(s);
	*live = number == 0 && evlog_rotate(s, &evlog_spool) > 0;
	return *live ? oldest_segment(s) : number;
}

void drain_init(struct drain *d)
{
	d->limit = d->progress->failures > 0 ? REQUEST_EVENTS_FIRST : REQUEST_EVENTS;
}

enum drained drain(struct drain *d, volatile sig_atomic_t *hurry, void (*renew)(void *arg), void *arg)
{
	int at_once = 0;
	bool live;
	for (;;) {
		/* Who hurries us waits for all that there is, the live file last, and then for our end. */
		if (!at_once && gather(d, hurry))
			at_once = 2;
		if (state_lock(d->state) != 0)
			return DRAIN_BROKEN;
		long number = next_segment(d->state, &live);
		if (number <= 0)
			return number < 0 ? DRAIN_BROKEN : DRAIN_EMPTY;
		if (at_once && live)
			at_once--;
		do {
			state_unlock(d->state);
			if (renew)
				renew(arg);
			enum drained result = deliver_segment(d, (unsigned)number);
			if (result != DRAIN_EMPTY)
				return result;
			if (state_lock(d->state) != 0 ||
			    (evlog_remove(d->state, &evlog_spool, (unsigned)number) != 0 && errno != ENOENT))
				return DRAIN_BROKEN;
			number = oldest_segment(d->state);
		} while (number > 0);
		state_unlock(d->state);
	}
}
