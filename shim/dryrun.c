#include "dryrun.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "event.h"
#include "loki.h"
#include "msg.h"
#include "payload.h"
#include "state.h"
#include "user.h"
#include "verb.h"

#include "banned.h"

enum { ORIGIN_MAX = STATE_PATH_MAX + 32 };

/* "NAME=value (origin)", or "NAME is not set". */
static void setting(const struct config *c, enum config_key key, char *out, size_t size)
{
	char origin[ORIGIN_MAX];
	const char *text = config_text(c, key);
	config_origin(c, key, origin, sizeof origin);
	if (text)
		snprintf(out, size, "%s=%s (%s)", config_name(key), text, origin);
	else
		snprintf(out, size, "%s is not set", config_name(key));
}

static int parse(const char *verb, const char *status, struct event *e)
{
	char *end;
	long n = strtol(status, &end, 10);
	enum verb_kind kind = verb_kind(verb, strlen(verb));
	if (kind == VERB_INVALID) {
		msg("not a verb: 1 to 8 words of letters, digits, '.', '_' and '-', 128 bytes in all");
		return -1;
	}
	if (!*status || *end || n < 0 || n > 255 || strspn(status, "0123456789") != strlen(status)) {
		msg("not an exit status: a number from 0 to 255");
		return -1;
	}
	*e = (struct event){
		.ns = clock_now_ns(),
		.status = (int)n,
		.version = VERSION,
		.version_len = strlen(VERSION),
		.verb = verb,
		.verb_len = strlen(verb),
	};
	return 0;
}

/* Why it would not be recorded, or NULL. path is where it would be. */
static const char *obstacle(const struct config *c, const struct event *e, char path[STATE_PATH_MAX])
{
	static char decided_by[CONFIG_VALUE_MAX + ORIGIN_MAX];
	enum config_key decided;
	const char *why = NULL;
	if (verb_kind(e->verb, e->verb_len) == VERB_DISCOVERY)
		return "discovery verbs (manifest, version, help) and usage never are";
	if (config_off(c, &decided)) {
		setting(c, decided, decided_by, sizeof decided_by);
		return decided_by;
	}
	return state_path(c, path, &why) == 0 && state_check(path, &why) == 0 ? NULL : why;
}

int dry_run(const struct config *c, const char *verb, const char *status)
{
	char text[CONFIG_VALUE_MAX + ORIGIN_MAX];
	char path[STATE_PATH_MAX];
	char user[USER_MAX];
	char why_not[LOKI_WHY_MAX];
	struct event e;
	struct loki loki;
	struct buf out = BUF_INIT(64 * 1024);
	if (parse(verb, status, &e) != 0)
		return 2;
	const char *why = obstacle(c, &e, path);
	if (why) {
		buf_printf(&out, "recorded: no: %s\nsent: no\n", why);
		goto print;
	}
	setting(c, CONFIG_TELEMETRY, text, sizeof text);
	buf_printf(&out, "recorded: yes: %s\nstate: %s\n", text, path);
	setting(c, CONFIG_LOKI_URL, text, sizeof text);
	int ready = loki_from_config(&loki, c, why_not);
	if (!loki.url) {
		char line[EVENT_LINE_MAX];
		buf_printf(&out, "sent: no: %s, so it stays in the journal\n", text);
		buf_puts(&out, "record: ");
		buf_add(&out, line, event_format(&e, line));
	} else {
		if (ready == 0)
			buf_printf(&out, "sent: yes: %s\n", text);
		else
			buf_printf(&out, "sent: not before this is mended: %s\n", why_not);
		if (loki_warning(&loki))
			buf_printf(&out, "warning: %s\n", loki_warning(&loki));
		buf_printf(&out, "url: %s/loki/api/v1/push\n", loki.url);
		if (loki.tenant)
			buf_printf(&out, "tenant: %s\n", loki.tenant);
		user_label(user);
		buf_puts(&out, "body: ");
		payload_compose(&out, user, &e, 1);
		buf_putc(&out, '\n');
	}
	loki_free(&loki);
print:
	if (out.failed || fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
		msg("the answer can't be written");
		buf_free(&out);
		return 1;
	}
	buf_free(&out);
	return 0;
}
