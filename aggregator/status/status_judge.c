#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

#include "banned.h"

static const char hl_push[] = BINDIR "/hl-push";

static const int64_t S_NS = 1000000000;

static void decide(struct status *s, bool healthy, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void decide(struct status *s, bool healthy, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(s->verdict, sizeof s->verdict, format, args);
	va_end(args);
	s->healthy = healthy;
}

/* A setting without which events go nowhere, or elsewhere: given, not valid, and not given well by another source. */
static bool broken_setting(const struct status *s, enum config_key *which)
{
	static const enum config_key needed[] = {
		CONFIG_STATE_DIR,	   CONFIG_LOKI_URL,	      CONFIG_LOKI_RESOLVE,
		CONFIG_LOKI_TENANT,	   CONFIG_LOKI_USERNAME,      CONFIG_LOKI_PASSWORD_FILE,
		CONFIG_LOKI_BEARER_TOKEN_FILE, CONFIG_LOKI_CA_FILE,	   CONFIG_LOKI_CERT_FILE,
		CONFIG_LOKI_KEY_FILE,
	};
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (s->config.ignored[needed[i]] && !config_text(&s->config, needed[i])) {
			*which = needed[i];
			return true;
		}
	return false;
}

/* The machine and its configuration: true if they are wrong. */
static bool judge_setup(struct status *s)
{
	enum config_key key;
	if (s->obstacle[0])
		decide(s, false, "nothing can be recorded: %s", s->obstacle);
	else if (!s->emit_version[0])
		decide(s, false, "%s: %s; install homelab-usage again", BINDIR "/hl-emit", s->emit_why);
	else if (s->unreadable)
		decide(s, false, "a configuration file can't be read, see \"problem\" below; what it says is not done");
	else if (broken_setting(s, &key))
		decide(s, false, "%s is not valid, see \"problem\" below; mend it", config_name(key));
	else if (s->loki.url && s->loki_why[0])
		decide(s, false, "%s", s->loki_why);
	else if (s->loki.url && access(hl_push, X_OK) != 0)
		decide(s, false, "%s: %s; install homelab-usage again", hl_push, strerror(errno));
	return s->verdict[0];
}

static bool judge_probe(struct status *s)
{
	const struct probe_answer *bad = s->probe.ready.outcome == PROBE_FAILED ? &s->probe.ready : &s->probe.query;
	if (s->probed && bad->outcome == PROBE_FAILED)
		decide(s, false, "%s: %s", s->loki.url, bad->text);
	return s->verdict[0];
}

static const char *what_next(const struct status *s)
{
	return s->probed ? "the Loki answers now: hl-push --now delivers them"
			 : "hl-usage status --probe asks that Loki what is wrong";
}

static void judge_delivery(struct status *s)
{
	const struct progress *p = &s->progress;
	const char *plural = s->spool.events == 1 ? "" : "s";
	long long waiting = (long long)s->spool.events;
	bool late = waiting && s->now_s - s->spool.first_ns / S_NS > STATUS_LATE_S;
	bool failing = s->this_loki && p->failures > 0;
	if (late && failing)
		decide(s, false, "%s; %s", p->reason, what_next(s));
	else if (late && s->pusher < 0)
		decide(s, false,
		       "%lld event%s wait%s and nothing delivers them: the next verb should start it, or run hl-push --now",
		       waiting, plural, waiting == 1 ? "s" : "");
	else if (s->this_loki && !failing && p->failure_s > p->success_s)
		decide(s, false, "Loki refused the last of them: %s; hl-usage status --probe asks it", p->reason);
	else if (waiting && failing)
		decide(s, true, "%lld event%s wait%s for the next attempt; the last one failed: %s", waiting, plural,
		       waiting == 1 ? "s" : "", p->reason);
	else if (waiting)
		decide(s, true, "%lld event%s on the way to Loki", waiting, plural);
	else if (s->this_loki && p->success_s)
		decide(s, true, "all events are in Loki");
	else
		decide(s, true, "nothing waits, and nothing was delivered to this Loki yet");
}

void status_judge(struct status *s)
{
	s->verdict[0] = '\0';
	if (s->off)
		decide(s, true, "telemetry is off, nothing is recorded");
	else if (judge_setup(s) || judge_probe(s))
		return;
	else if (!s->loki.url)
		decide(s, true, "no Loki is configured, events stay in this user's journal");
	else
		judge_delivery(s);
}
