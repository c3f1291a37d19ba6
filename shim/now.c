#include "now.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backlog.h"
#include "clock.h"
#include "evlog.h"
#include "msg.h"
#include "push.h"

#include "banned.h"

enum {
	LIFE_S = 600,	/* hard limit on everything */
	WAIT_S = 70,	/* for another hl-push: longer than its own hard limit */
	WAIT_STEP_MS = 20,
	ORIGIN_MAX = STATE_PATH_MAX + 32,
};

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

/* The push lock, from another hl-push if there is one: it is told to hurry, and waited for. */
static bool claim(struct push *p, const struct config *c)
{
	struct timespec step = {.tv_nsec = WAIT_STEP_MS * 1000000L};
	int64_t until_ms = clock_uptime_ms() + WAIT_S * 1000;
	while (!push_claim(p, c)) {
		pid_t other = state_pusher(&p->state);
		if (clock_uptime_ms() > until_ms)
			return false;
		if (other > 0)
			kill(other, SIGUSR1);
		nanosleep(&step, NULL);
	}
	return true;
}

static void say_dropped(const struct progress *before, const struct progress *after)
{
	for (int i = 0; i < DROPPED_BY_PUSH; i++) {
		int64_t n = after->dropped[i] - before->dropped[i];
		if (n > 0)
			printf("Dropped %lld event%s: %s.\n", (long long)n, plural(n), dropped_names[i]);
	}
}

static int report(struct push *p, const struct progress *before, enum drained result)
{
	const struct drain *d = &p->drain;
	if (d->delivered)
		printf("Delivered %lld event%s in %lld request%s to %s.\n", (long long)d->delivered, plural(d->delivered),
		       (long long)d->requests, plural(d->requests), p->loki.url);
	say_dropped(before, &p->progress);
	if (result == DRAIN_EMPTY) {
		if (!d->requests)
			puts("Nothing waits to be delivered.");
		return 0;
	}
	struct backlog backlog;
	backlog_count(&p->state, &evlog_spool, &p->progress, &backlog);
	int64_t left = backlog.events;
	if (result == DRAIN_BROKEN)
		msg("the state directory can't be used: %s; %lld event%s wait%s", strerror(errno), (long long)left, plural(left),
		    left == 1 ? "s" : "");
	else
		msg("%lld event%s wait%s: %s", (long long)left, plural(left), left == 1 ? "s" : "", p->progress.reason);
	return 1;
}

int now_main(const struct config *c)
{
	struct push p = PUSH_INIT;
	enum config_key decided;
	const char *why = "";
	alarm(LIFE_S);
	if (config_off(c, &decided)) {
		char origin[ORIGIN_MAX];
		config_origin(c, decided, origin, sizeof origin);
		msg("telemetry is off: %s (%s); nothing is sent", config_name(decided), origin);
		return 1;
	}
	if (!config_text(c, CONFIG_LOKI_URL)) {
		msg("no Loki is configured: set HOMELAB_LOKI_URL; what is recorded without it stays in the journal");
		return 1;
	}
	if (push_open(&p, c, &why) != 0) {
		if (errno == ENOENT) {
			puts("Nothing waits to be delivered.");
			return 0;
		}
		msg("%s", why);
		return 1;
	}
	if (!claim(&p, c)) {
		msg("another hl-push is running and does not end");
		return 1;
	}
	struct progress before = p.progress;
	enum drained result = DRAIN_KEPT;
	push_hurry = 1;
	if (push_ready(&p, c) == 0)
		result = drain(&p.drain, &push_hurry, NULL, NULL);
	state_release_push(p.lock);
	return report(&p, &before, result);
}
