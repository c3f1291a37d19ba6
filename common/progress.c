#include "progress.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"

#include "banned.h"

enum { FILE_BYTES = 1024 };

static const char name[] = "push";

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{"target", offsetof(struct progress, target)},	   {"next", offsetof(struct progress, next_s)},
	{"failures", offsetof(struct progress, failures)},
	{"success", offsetof(struct progress, success_s)}, {"failure", offsetof(struct progress, failure_s)},
	{"segment", offsetof(struct progress, segment)},   {"first", offsetof(struct progress, first)},
	{"offset", offsetof(struct progress, offset)},
};

enum { FIELDS = sizeof fields / sizeof *fields };

static void read_line(struct progress *p, const char *line)
{
	const char *value = strchr(line, ' ');
	if (!value)
		return;
	size_t len = (size_t)(value++ - line);
	for (int i = 0; i < FIELDS; i++)
		if (strlen(fields[i].name) == len && memcmp(fields[i].name, line, len) == 0) {
			long long n = strtoll(value, NULL, 10);
			*(int64_t *)((char *)p + fields[i].offset) = n > 0 ? n : 0;
		}
	if (len == strlen("reason") && memcmp(line, "reason", len) == 0)
		snprintf(p->reason, sizeof p->reason, "%s", value);
}

void progress_read(struct state *s, struct progress *p)
{
	char text[FILE_BYTES];
	*p = (struct progress){0};
	int fd = openat(s->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *line = text; *line;) {
		char *end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end;
		*end = '\0';
		read_line(p, line);
		line = next;
	}
}

int progress_write(struct state *s, const struct progress *p)
{
	struct buf text = BUF_INIT(FILE_BYTES - 1);
	for (int i = 0; i < FIELDS; i++)
		buf_printf(&text, "%s %lld\n", fields[i].name,
			   (long long)*(const int64_t *)((const char *)p + fields[i].offset));
	if (p->reason[0])
		buf_printf(&text, "reason %s\n", p->reason);
	int r = text.failed ? -1 : state_replace(s, name, text.data, text.len);
	buf_free(&text);
	return r;
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
