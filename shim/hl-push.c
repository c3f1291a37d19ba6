/*
 * hl-push: delivers the spool to Loki, oldest first, and ends.
 *
 * Started by hl-emit when events wait and none of it runs; it never sees the command that they
 * are about. One for each user: it holds STATE_PUSH as long as it runs.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"
#include "dryrun.h"
#include "evlog.h"
#include "msg.h"
#include "payload.h"
#include "progress.h"
#include "state.h"
#include "user.h"

#include "banned.h"

enum {
	LIFE_S = 60,	  /* hard limit on everything, name resolution included */
	RENEW_S = 40,	  /* a stream of verbs that goes on goes on in a new process */
	GATHER_MS = 700,  /* a burst of verbs shares a request, */
	GATHER_MIN_MS = 100,
	ARRIVAL_MS = 1800, /* and yet an event is in Loki within 2 s */
	BATCH_EVENTS = 1000,
	BATCH_BYTES = 512 * 1024,
	OLDEST_S = 7 * 24 * 3600 - 60, /* Loki refuses what is older than 7 days (record push-too-old) */
};

struct push {
	struct state state;
	struct progress progress;
	struct loki loki;
	CURL *handle;
	char user[USER_MAX];
	int64_t started_ms;
	int64_t took_ms; /* the last request */
};

/* Events of one segment, in order; ends[i] is the offset behind event i. */
struct batch {
	struct event events[BATCH_EVENTS];
	size_t ends[BATCH_EVENTS];
	size_t count;
};

static const char usage[] = "usage: hl-push\n"
			    "       hl-push --dry-run VERB STATUS\n"
			    "Delivers the spooled events to Loki. Started by hl-emit; see hl-emit(1).\n";

static volatile sig_atomic_t hurry;

static void on_hurry(int signal_number)
{
	(void)signal_number;
	hurry = 1;
}

static int64_t now_s(void)
{
	return (int64_t)time(NULL);
}

static int64_t uptime_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 0 to 1: two machines that lost the same Loki must not come back together. */
static double jitter(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (double)(t.tv_nsec / 1000 % 1000) / 999;
}

/*
 * Waits for more events to share the request, unless somebody waits for us (SIGUSR1, which ends the
 * sleep). The first of them may have come when the last request had just left, and will wait for its own.
 */
static void gather(const struct push *p)
{
	int64_t ms = ARRIVAL_MS - 2 * p->took_ms;
	ms = ms > GATHER_MS ? GATHER_MS : ms < GATHER_MIN_MS ? GATHER_MIN_MS : ms;
	struct timespec t = {.tv_nsec = ms * 1000000L};
	while (!hurry && nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

static void count_dropped(struct push *p, const char *reason, unsigned long long count)
{
	if (count == 0 || state_lock(&p->state, STATE_WRITE, true) != 0)
		return;
	state_count_dropped(&p->state, reason, count);
	state_unlock(&p->state, STATE_WRITE);
}

/*
 * Reads the next events behind *at, at most limit of them, and moves *at behind the lines read.
 * What is no record is skipped; what is too old is skipped and counted in *old.
 */
static void next_batch(const struct buf *text, size_t *at, size_t limit, struct batch *batch, unsigned long long *old)
{
	int64_t oldest_ns = (now_s() - OLDEST_S) * 1000000000;
	batch->count = 0;
	*old = 0;
	while (*at < text->len && batch->count < limit) {
		const char *line = text->data + *at;
		const char *newline = memchr(line, '\n', text->len - *at);
		struct event *e = &batch->events[batch->count];
		*at = newline ? (size_t)(newline + 1 - text->data) : text->len;
		if (!newline || event_parse(line, (size_t)(newline - line), e) != 0)
			continue;
		if (e->ns < oldest_ns) {
			++*old;
			continue;
		}
		batch->ends[batch->count++] = *at;
	}
}

/* Sends the batch: its outcome, with what Loki refused counted. TOO_LARGE is left to the caller. */
static enum delivery send_batch(struct push *p, const struct batch *batch)
{
	struct buf body = BUF_INIT(BATCH_BYTES);
	struct answer answer = {.outcome = TOO_LARGE};
	payload_compose(&body, p->user, batch->events, batch->count);
	int64_t start_ms = uptime_ms();
	if (!body.failed)
		deliver(p->handle, body.data, body.len, &answer);
	p->took_ms = uptime_ms() - start_ms;
	buf_free(&body);
	if (answer.outcome == TOO_LARGE && batch->count == 1)
		answer.outcome = REFUSED;
	if (answer.outcome == REFUSED) {
		count_dropped(p, "refused", answer.refused >= 0 ? (unsigned long long)answer.refused : batch->count);
		p->progress.failure_s = now_s();
		snprintf(p->progress.reason, sizeof p->progress.reason, "%.*s", PROGRESS_REASON_MAX - 1, answer.reason);
	}
	if (answer.outcome == KEEP)
		progress_failed(&p->progress, now_s(), jitter(), answer.reason);
	return answer.outcome;
}

/* Delivers segment number from where the last run came to. 0, or -1: Loki can't be had now. */
static int push_segment(struct push *p, unsigned number)
{
	struct buf text = BUF_INIT((size_t)evlog_spool.segment_max + EVENT_LINE_MAX);
	struct batch *batch = malloc(sizeof *batch);
	size_t limit = BATCH_EVENTS;
	int result = -1;
	if (!batch)
		goto out;
	if (evlog_read(&p->state, &evlog_spool, number, &text) != 0) {
		int error = errno;
		if (error == ENOENT) /* gone by a bound, and counted */
			result = 0;
		else if (error == EPERM || error == ELOOP || error == ENXIO || error == EISDIR || error == EFBIG) {
			count_dropped(p, "not-ours", 1); /* no file that we wrote */
			result = 0;
		} else {
			progress_failed(&p->progress, now_s(), jitter(), strerror(error));
			progress_write(&p->state, &p->progress);
		}
		goto out;
	}
	/* Numbers come again; the first timestamp says whether it is the same segment. */
	int64_t first = text.len > 0 ? strtoll(text.data, NULL, 10) : 0;
	size_t at = 0;
	if (p->progress.segment == number && p->progress.first == first && p->progress.offset <= (int64_t)text.len)
		at = (size_t)p->progress.offset;
	p->progress.segment = number;
	p->progress.first = first;
	p->progress.offset = (int64_t)at;
	while (at < text.len) {
		size_t behind = at;
		unsigned long long old;
		next_batch(&text, &behind, limit, batch, &old);
		if (batch->count > 0) {
			enum delivery outcome = send_batch(p, batch);
			if (outcome == TOO_LARGE) {
				limit = (batch->count + 1) / 2;
				continue;
			}
			if (outcome == KEEP) {
				progress_write(&p->state, &p->progress);
				goto out;
			}
			if (outcome == DELIVERED)
				progress_succeeded(&p->progress, now_s());
		}
		count_dropped(p, "too-old", old);
		at = behind;
		p->progress.offset = (int64_t)at;
		if (progress_write(&p->state, &p->progress) != 0)
			goto out; /* sent again one day, and counted once */
	}
	result = 0;
out:
	free(batch);
	buf_free(&text);
	return result;
}

/*
 * The oldest segment, the live file becoming one if there is none: its number, 0 if nothing waits,
 * -1 on error. The caller holds STATE_WRITE.
 */
static long oldest_segment(struct state *s)
{
	unsigned *numbers = NULL;
	long number = -1;
	for (int tries = 0; tries < 2 && number < 0; tries++) {
		int count = evlog_segments(s, &evlog_spool, &numbers);
		if (count > 0)
			number = numbers[0];
		free(numbers);
		if (count < 0)
			break;
		if (count == 0 && evlog_rotate(s, &evlog_spool) <= 0)
			number = 0;
	}
	return number;
}

/*
 * Takes a delivered segment away: 0, or -1. Its progress is forgotten first: the next segment may have
 * the same number, and nothing of it may be taken for delivered.
 */
static int remove_segment(struct push *p, unsigned number)
{
	p->progress.segment = p->progress.first = p->progress.offset = 0;
	if (progress_write(&p->state, &p->progress) != 0)
		return -1;
	return evlog_remove(&p->state, &evlog_spool, number) == 0 || errno == ENOENT ? 0 : -1;
}

/* Until the spool is empty or Loki can't be had. Leaves with STATE_WRITE held: who appends after it starts another. */
static void push_all(struct push *p)
{
	for (;;) {
		if (uptime_ms() - p->started_ms > RENEW_S * 1000)
			execl(LIBEXECDIR "/hl-push", LIBEXECDIR "/hl-push", (char *)NULL);
		gather(p);
		if (state_lock(&p->state, STATE_WRITE, true) != 0)
			return;
		long number = oldest_segment(&p->state);
		if (number <= 0)
			return;
		state_unlock(&p->state, STATE_WRITE);
		do {
			if (push_segment(p, (unsigned)number) != 0)
				return;
			if (state_lock(&p->state, STATE_WRITE, true) != 0)
				return;
			if (remove_segment(p, (unsigned)number) != 0)
				return;
			unsigned *numbers = NULL;
			number = evlog_segments(&p->state, &evlog_spool, &numbers) > 0 ? (long)numbers[0] : 0;
			free(numbers);
			state_unlock(&p->state, STATE_WRITE);
		} while (number > 0);
	}
}

static int set_up(struct push *p, const struct config *c)
{
	char why[LOKI_WHY_MAX];
	struct buf url = BUF_INIT(CONFIG_VALUE_MAX + 64);
	int ms = config_ms(c, CONFIG_LOKI_TIMEOUT_MS);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -1;
	if (loki_from_config(&p->loki, c, why) != 0 || loki_ready(&p->loki) != 0) {
		progress_failed(&p->progress, now_s(), 0.5, why);
		progress_write(&p->state, &p->progress);
		return -1;
	}
	p->loki.headers = curl_slist_append(p->loki.headers, "Content-Type: application/json");
	buf_printf(&url, "%s/loki/api/v1/push", p->loki.url);
	p->handle = url.failed ? NULL : loki_handle(&p->loki, url.data, ms > 0 ? ms : CONFIG_PUSH_TIMEOUT_MS);
	buf_free(&url);
	user_label(p->user);
	return p->handle ? 0 : -1;
}

static void push(const struct config *c)
{
	struct push p = {.state = STATE_INIT, .started_ms = uptime_ms()};
	int64_t target = progress_target(config_text(c, CONFIG_LOKI_URL));
	char path[STATE_PATH_MAX];
	const char *why = "";
	if (state_path(c, path, &why) != 0 || state_open(&p.state, path, false, &why) != 0)
		return;
	if (state_lock(&p.state, STATE_PUSH, false) != 0)
		return; /* another one runs */
	progress_read(&p.state, &p.progress);
	if (!progress_due(&p.progress, now_s(), target))
		return;
	if (p.progress.target != target) {
		p.progress.target = target;
		p.progress.failures = 0;
	}
	hurry = config_ms(c, CONFIG_WAIT_MS) > 0;
	if (set_up(&p, c) == 0)
		push_all(&p);
	/* Cleaning libcurl up could wait for a name server; the kernel cleans up at once. */
	_exit(0);
}

static void say(const char *where, const char *why)
{
	msg("%s: %s", where, why);
}

int main(int argc, char **argv)
{
	struct config config;
	enum config_key decided;
	struct sigaction hurry_up = {.sa_handler = on_hurry};
	msg_program = "hl-push";
	if (argc == 4 && strcmp(argv[1], "--dry-run") == 0) {
		msg_program = "hl-emit"; /* who was asked */
		config_load(&config, say);
		int status = dry_run(&config, argv[2], argv[3]);
		config_free(&config);
		return status;
	}
	if (argc != 1) {
		fputs(usage, stderr);
		return 2;
	}
	config_load(&config, NULL);
	sigemptyset(&hurry_up.sa_mask);
	sigaction(SIGUSR1, &hurry_up, NULL);
	signal(SIGPIPE, SIG_IGN);
	alarm(LIFE_S);
	umask(077);
	if (!config_off(&config, &decided) && config_text(&config, CONFIG_LOKI_URL))
		push(&config);
	config_free(&config);
	return 0;
}
