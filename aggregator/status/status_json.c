/* The status for programs. A member that has no value is left out. */
#include <curl/curl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "status.h"

#include "banned.h"

static const int64_t S_NS = 1000000000;

static int add_text(struct json_object *object, const char *name, const char *text)
{
	return text && *text ? json_out_member(object, name, json_out_text(text)) : 0;
}

static int add_number(struct json_object *object, const char *name, int64_t number)
{
	return json_out_member(object, name, json_object_new_int64(number));
}

static int add_bool(struct json_object *object, const char *name, bool value)
{
	return json_out_member(object, name, json_object_new_boolean(value));
}

static int add_time(struct json_object *object, const char *name, int64_t s)
{
	return s ? json_out_member(object, name, json_out_time(s)) : 0;
}

/* object if all went well, else NULL. */
static struct json_object *finished(struct json_object *object, bool complete)
{
	if (complete)
		return object;
	json_object_put(object);
	return NULL;
}

static struct json_object *telemetry_json(const struct status *s)
{
	char origin[STATE_PATH_MAX + 32];
	struct json_object *o = json_object_new_object();
	config_origin(&s->config, s->decided, origin, sizeof origin);
	return finished(o, add_bool(o, "on", !s->off) == 0 && add_text(o, "variable", config_name(s->decided)) == 0 &&
				   add_text(o, "value", config_text(&s->config, s->decided)) == 0 &&
				   add_text(o, "origin", origin) == 0);
}

static struct json_object *loki_json(const struct status *s)
{
	char origin[STATE_PATH_MAX + 32];
	struct json_object *o = json_object_new_object();
	config_origin(&s->config, CONFIG_LOKI_URL, origin, sizeof origin);
	return finished(o, add_text(o, "url", s->loki.url) == 0 && add_text(o, "origin", origin) == 0 &&
				   add_text(o, "tenant", s->loki.tenant) == 0 && add_text(o, "problem", s->loki_why) == 0);
}

static struct json_object *state_json(const struct status *s)
{
	struct json_object *o = json_object_new_object();
	return finished(o, add_text(o, "directory", s->path) == 0 && add_bool(o, "usable", !s->obstacle[0]) == 0 &&
				   add_text(o, "problem", s->obstacle) == 0);
}

static struct json_object *backlog_json(const struct backlog *b)
{
	struct json_object *o = json_object_new_object();
	return finished(o, add_number(o, "events", b->events) == 0 && add_number(o, "bytes", b->bytes) == 0 &&
				   add_time(o, "first", b->first_ns / S_NS) == 0 &&
				   add_number(o, "skipped_lines", b->skipped) == 0 &&
				   add_text(o, "problem", b->error ? strerror(b->error) : NULL) == 0);
}

static struct json_object *delivery_json(const struct status *s)
{
	const struct progress *p = &s->progress;
	bool waits = s->this_loki && !progress_due(p, s->now_s, p->target);
	struct json_object *o = json_object_new_object();
	return finished(o, add_bool(o, "running", s->pusher >= 0) == 0 &&
				   add_time(o, "last_success", p->success_s) == 0 &&
				   add_time(o, "last_failure", p->failure_s) == 0 &&
				   add_text(o, "reason", p->failure_s ? p->reason : NULL) == 0 &&
				   add_number(o, "failures", s->this_loki ? p->failures : 0) == 0 &&
				   add_time(o, "not_before", waits ? p->next_s : 0) == 0);
}

static struct json_object *dropped_json(const struct status *s)
{
	struct json_object *list = json_object_new_array();
	for (int i = 0; i < DROPPED_REASONS; i++) {
		if (!s->dropped[i])
			continue;
		struct json_object *o = json_object_new_object();
		o = finished(o, json_out_member(o, "reason", json_out_text(dropped_names[i])) == 0 &&
					add_number(o, "count", s->dropped[i]) == 0);
		if (json_out_element(list, o) != 0)
			return finished(list, false);
	}
	return list;
}

static struct json_object *problems_json(const struct status *s)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < s->problems_count; i++) {
		const struct status_problem *p = &s->problems[i];
		struct json_object *o = json_object_new_object();
		o = finished(o, add_text(o, "where", p->where) == 0 &&
					(p->line == 0 || add_number(o, "line", p->line) == 0) &&
					add_text(o, "reason", p->why) == 0);
		if (json_out_element(list, o) != 0)
			return finished(list, false);
	}
	return list;
}

static struct json_object *versions_json(const struct status *s)
{
	struct json_object *o = json_object_new_object();
	return finished(o, add_text(o, "hl-usage", VERSION) == 0 && add_text(o, "hl-emit", s->emit_version) == 0 &&
				   add_text(o, "libcurl", curl_version_info(CURLVERSION_NOW)->version) == 0 &&
				   add_text(o, "json-c", json_c_version()) == 0);
}

static struct json_object *answer_json(const struct probe_answer *a, const int64_t *events)
{
	static const char *const outcomes[] = {"works", "unclear", "failed"};
	struct json_object *o = json_object_new_object();
	return finished(o, add_text(o, "outcome", outcomes[a->outcome]) == 0 && add_number(o, "ms", a->ms) == 0 &&
				   add_text(o, "reason", a->text) == 0 &&
				   (!events || a->outcome != PROBE_OK || add_number(o, "events", *events) == 0));
}

static struct json_object *probe_json(const struct probe *p)
{
	struct json_object *o = json_object_new_object();
	return finished(o, json_out_member(o, "ready", answer_json(&p->ready, NULL)) == 0 &&
				   json_out_member(o, "query", answer_json(&p->query, &p->events)) == 0);
}

int status_print_json(const struct status *s)
{
	struct json_object *root = json_object_new_object();
	int result = -1;
	if (add_bool(root, "healthy", s->healthy) == 0 && add_text(root, "verdict", s->verdict) == 0 &&
	    json_out_member(root, "telemetry", telemetry_json(s)) == 0 &&
	    add_text(root, "sink", s->loki.url ? "loki" : "journal") == 0 &&
	    (!s->loki.url || json_out_member(root, "loki", loki_json(s)) == 0) && add_text(root, "user", s->user) == 0 &&
	    json_out_member(root, "state", state_json(s)) == 0 &&
	    json_out_member(root, "spool", backlog_json(&s->spool)) == 0 &&
	    json_out_member(root, "delivery", delivery_json(s)) == 0 &&
	    json_out_member(root, "dropped", dropped_json(s)) == 0 &&
	    json_out_member(root, "journal", backlog_json(&s->journal)) == 0 &&
	    json_out_member(root, "versions", versions_json(s)) == 0 &&
	    json_out_member(root, "problems", problems_json(s)) == 0 &&
	    (!s->probed || json_out_member(root, "probe", probe_json(&s->probe)) == 0))
		result = json_out_print(root, stdout);
	json_object_put(root);
	return result;
}
