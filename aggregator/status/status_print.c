/* The status for people: a verdict, then a line for each thing that is known. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <json-c/json.h>

#include "status.h"
#include "text.h"

#include "banned.h"

enum { LINE_BYTES = 8 * 1024, WHEN_MAX = 96, SIZE_MAX_BYTES = 32, ORIGIN_MAX = STATE_PATH_MAX + 32 };

static const int64_t S_NS = 1000000000;

static void line(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(const char *key, const char *format, ...)
{
	char text[LINE_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_clean(text, strlen(text));
	printf("%-10s %s\n", key, text);
}

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

/* "3 min ago", "in 25 s" */
static void age(int64_t s, char *out, size_t size)
{
	int64_t n = s < 0 ? -s : s;
	const char *unit = "s";
	if (n >= 48 * 3600) {
		n /= 24 * 3600;
		unit = "days";
	} else if (n >= 3600) {
		n /= 3600;
		unit = "h";
	} else if (n >= 60) {
		n /= 60;
		unit = "min";
	}
	snprintf(out, size, "%s%" PRId64 " %s%s", s < 0 ? "in " : "", n, unit, s < 0 ? "" : " ago");
}

/* "2026-11-23 18:03 (3 min ago)", in local time. */
static const char *when(const struct status *st, int64_t s, char out[WHEN_MAX])
{
	char time_text[32];
	char age_text[32];
	struct tm tm;
	time_t t = (time_t)s;
	if (!localtime_r(&t, &tm) || strftime(time_text, sizeof time_text, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(time_text, sizeof time_text, "%" PRId64, s);
	age(st->now_s - s, age_text, sizeof age_text);
	snprintf(out, WHEN_MAX, "%s (%s)", time_text, age_text);
	return out;
}

static const char *size_text(int64_t bytes, char out[SIZE_MAX_BYTES])
{
	if (bytes < 1024)
		snprintf(out, SIZE_MAX_BYTES, "%" PRId64 " byte%s", bytes, plural(bytes));
	else if (bytes < 1024 * 1024)
		snprintf(out, SIZE_MAX_BYTES, "%.1f KiB", (double)bytes / 1024);
	else
		snprintf(out, SIZE_MAX_BYTES, "%.1f MiB", (double)bytes / (1024 * 1024));
	return out;
}

static void print_setting(const struct status *s)
{
	char origin[ORIGIN_MAX];
	const char *name = config_name(s->decided);
	const char *value = config_text(&s->config, s->decided);
	config_origin(&s->config, s->decided, origin, sizeof origin);
	if (value)
		line("telemetry", "%s: %s=%s (%s)", s->off ? "off" : "on", name, value, origin);
	else
		line("telemetry", "on: %s is not set", name);
}

static void print_sink(const struct status *s)
{
	char origin[ORIGIN_MAX];
	if (s->loki.url) {
		config_origin(&s->config, CONFIG_LOKI_URL, origin, sizeof origin);
		line("sink", "Loki at %s (%s)", s->loki.url, origin);
		line("tenant", "%s", s->loki.tenant ? s->loki.tenant : "none");
	} else {
		line("sink", "journal: %s is not set", config_name(CONFIG_LOKI_URL));
	}
	line("user", "%s", s->user);
	line("state", "%s", s->obstacle[0] ? s->obstacle : s->path);
}

static void print_backlog(const struct status *s, const char *key, const struct backlog *b, const char *first)
{
	char text[LINE_BYTES / 2];
	char bytes[SIZE_MAX_BYTES];
	char since[WHEN_MAX];
	size_t n = (size_t)snprintf(text, sizeof text, "%" PRId64 " event%s", b->events, plural(b->events));
	if (b->bytes)
		n += (size_t)snprintf(text + n, sizeof text - n, ", %s", size_text(b->bytes, bytes));
	if (b->events)
		n += (size_t)snprintf(text + n, sizeof text - n, "; %s %s", first, when(s, b->first_ns / S_NS, since));
	if (b->skipped)
		n += (size_t)snprintf(text + n, sizeof text - n, "; %" PRId64 " line%s no record%s", b->skipped,
				      b->skipped == 1 ? " is" : "s are", plural(b->skipped));
	if (b->error)
		snprintf(text + n, sizeof text - n, "; not all can be read: %s", strerror(b->error));
	line(key, "%s", text);
}

static void print_delivery(const struct status *s)
{
	char text[WHEN_MAX];
	const struct progress *p = &s->progress;
	const char *other = s->this_loki ? "" : ", to another Loki";
	if (p->success_s)
		line("delivered", "%s", when(s, p->success_s, text));
	else
		line("delivered", "never");
	if (p->failure_s && p->failures > 1)
		line("failed", "%s%s, %" PRId64 " times in a row: %s", when(s, p->failure_s, text), other, p->failures,
		     p->reason);
	else if (p->failure_s)
		line("failed", "%s%s: %s", when(s, p->failure_s, text), other, p->reason);
	if (s->this_loki && !progress_due(p, s->now_s, p->target))
		line("back-off", "no attempt before %s", when(s, p->next_s, text));
	if (s->pusher > 0)
		line("hl-push", "running, process %ld", (long)s->pusher);
	else
		line("hl-push", "%s", s->pusher == 0 ? "running" : "not running");
}

static void print_dropped(const struct status *s)
{
	char text[DROPPED_REASONS * 64] = "none";
	size_t n = 0;
	for (int i = 0; i < DROPPED_REASONS; i++)
		if (s->dropped[i])
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%" PRId64 " %s", n ? ", " : "", s->dropped[i],
					      dropped_names[i]);
	line("dropped", "%s", text);
}

static void print_versions(const struct status *s)
{
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	const char *emit = s->emit_version[0] ? s->emit_version : s->emit_why;
	bool differs = strcmp(emit, VERSION) != 0;
	line("versions", "hl-usage %s%s%s, libcurl %s, json-c %s", VERSION, differs ? ", hl-emit " : "",
	     differs ? emit : "", curl->version, json_c_version());
}

static void print_problems(const struct status *s)
{
	for (size_t i = 0; i < s->problems_count; i++) {
		const struct status_problem *p = &s->problems[i];
		if (p->line)
			line("problem", "%s:%d: %s", p->where, p->line, p->why);
		else
			line("problem", "%s: %s", p->where, p->why);
	}
	if (s->problems_more)
		line("problem", "and %zu more", s->problems_more);
}

static void print_answer(const struct status *s, const char *key, const struct probe_answer *a, const char *found)
{
	int limit_ms = config_ms(&s->config, CONFIG_LOKI_TIMEOUT_MS);
	if (!limit_ms)
		limit_ms = CONFIG_PUSH_TIMEOUT_MS;
	if (a->outcome != PROBE_OK)
		line(key, "%s, after %" PRId64 " ms: %s", a->outcome == PROBE_FAILED ? "failed" : "unclear", a->ms, a->text);
	else if (a->ms > limit_ms)
		line(key, "works, %" PRId64 " ms%s; a delivery is given %d ms", a->ms, found, limit_ms);
	else
		line(key, "works, %" PRId64 " ms%s", a->ms, found);
}

static void print_probe(const struct status *s)
{
	char found[USER_MAX + 96];
	snprintf(found, sizeof found, ": %" PRId64 " event%s of %s in the last %d h", s->probe.events,
		 plural(s->probe.events), s->user, PROBE_WINDOW_H);
	print_answer(s, "/ready", &s->probe.ready, "");
	print_answer(s, "query", &s->probe.query, found);
}

void status_print(const struct status *s)
{
	char verdict[STATUS_VERDICT_MAX];
	snprintf(verdict, sizeof verdict, "%s", s->verdict);
	text_clean(verdict, strlen(verdict));
	printf("%s: %s\n\n", s->healthy ? "Healthy" : "Events are not getting out", verdict);
	print_setting(s);
	print_sink(s);
	if (s->loki.url || s->spool.events || s->progress.failure_s || s->progress.success_s) {
		print_backlog(s, "waiting", &s->spool, "the oldest from");
		print_delivery(s);
	}
	print_backlog(s, "journal", &s->journal, "the first from");
	print_dropped(s);
	print_problems(s);
	if (s->probed)
		print_probe(s);
	print_versions(s);
}
