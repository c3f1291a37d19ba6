#include "progress.h"

#include <stddef.h>
#include <stdio.h>

#include "event.h"
#include "fields.h"

#include "banned.h"

static const char file[] = "push";

#define NUMBER(name, member) {name, offsetof(struct progress, member), 0}
#define DROPPED(name, which) {name, offsetof(struct progress, dropped) + (which) * sizeof(int64_t), 0}

static const struct field fields[] = {
	NUMBER("target", target),
	NUMBER("next", next_s),
	NUMBER("failures", failures),
	NUMBER("success", success_s),
	NUMBER("failure", failure_s),
	NUMBER("first", first),
	NUMBER("offset", offset),
	DROPPED("too-old", DROPPED_TOO_OLD),
	DROPPED("too-far-behind", DROPPED_TOO_FAR_BEHIND),
	DROPPED("too-new", DROPPED_TOO_NEW),
	DROPPED("refused", DROPPED_REFUSED),
	DROPPED("unreadable", DROPPED_UNREADABLE),
	{"reason", offsetof(struct progress, reason), PROGRESS_REASON_MAX},
};

enum { FIELDS = sizeof fields / sizeof *fields };

void progress_read(struct state *s, struct progress *p)
{
	*p = (struct progress){0};
	fields_read(s, file, fields, FIELDS, p);
}

int progress_write(struct state *s, const struct progress *p)
{
	return fields_write(s, file, fields, FIELDS, p);
}

int64_t progress_target(const char *url)
{
	uint64_t hash = 14695981039346656037U; /* FNV-1a */
	for (; *url; url++)
		hash = (hash ^ (unsigned char)*url) * 1099511628211U;
	return (int64_t)(hash >> 2);
}

bool progress_due(const struct progress *p, int64_t now_s, int64_t target)
{
	return p->target != target || now_s >= p->next_s || p->next_s - now_s > 2 * PROGRESS_BACKOFF_MAX_S;
}

void progress_failed(struct progress *p, int64_t now_s, double jitter, const char *reason)
{
	double wait_s = PROGRESS_BACKOFF_FIRST_S;
	for (int64_t i = 0; i < p->failures && wait_s < PROGRESS_BACKOFF_MAX_S; i++)
		wait_s *= 2;
	if (wait_s > PROGRESS_BACKOFF_MAX_S)
		wait_s = PROGRESS_BACKOFF_MAX_S;
	p->failures++;
	p->failure_s = now_s;
	p->next_s = now_s + (int64_t)(wait_s * (0.8 + 0.4 * jitter));
	snprintf(p->reason, sizeof p->reason, "%s", reason);
}

void progress_succeeded(struct progress *p, int64_t now_s)
{
	p->next_s = 0;
	p->failures = 0;
	p->success_s = now_s;
}

static void remember_first(const struct event *e, void *arg)
{
	int64_t *first = arg;
	if (!*first)
		*first = e->ns;
}

size_t progress_offset(const struct progress *p, const char *head, size_t len, size_t size, int64_t *first)
{
	*first = 0;
	event_each(head, len, remember_first, first);
	return *first && *first == p->first && p->offset <= (int64_t)size ? (size_t)p->offset : 0;
}
