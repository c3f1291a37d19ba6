#include "event.h"

#include <stdio.h>
#include <string.h>

#include "verb.h"

#include "banned.h"

enum { NUMBER_DIGITS = 19 };

size_t event_format(const struct event *e, char line[EVENT_LINE_MAX])
{
	int n = snprintf(line, EVENT_LINE_MAX, "%lld %d %.*s %.*s\n", (long long)e->ns, e->status, (int)e->version_len,
			 e->version, (int)e->verb_len, e->verb);
	return n > 0 && n < EVENT_LINE_MAX ? (size_t)n : 0;
}

/* Reads digits up to the next space; returns where the next field starts, NULL if there is none. */
static const char *number(const char *s, const char *end, int64_t max, int64_t *out)
{
	const char *start = s;
	uint64_t n = 0;
	/* So many digits always fit, which saves a check of each: a journal has a million of these. */
	const char *stop = end - s > NUMBER_DIGITS ? s + NUMBER_DIGITS : end;
	for (unsigned digit; s < stop && (digit = (unsigned char)*s - (unsigned)'0') <= 9; s++)
		n = n * 10 + digit;
	if (s == start || s == end || *s != ' ' || n > (uint64_t)max)
		return NULL;
	*out = (int64_t)n;
	return s + 1;
}

int event_split(const char *line, size_t len, struct event *e)
{
	const char *end = line + len;
	int64_t status;
	const char *s = number(line, end, INT64_MAX, &e->ns);
	if (s)
		s = number(s, end, 255, &status);
	const char *space = s ? memchr(s, ' ', (size_t)(end - s)) : NULL;
	if (!space)
		return -1;
	e->status = (int)status;
	e->version = s;
	e->version_len = (size_t)(space - s);
	e->verb = space + 1;
	e->verb_len = (size_t)(end - e->verb);
	return e->version_len <= EVENT_VERSION_MAX && verb_word_valid(e->version, e->version_len) ? 0 : -1;
}

bool event_verb_valid(const struct event *e)
{
	enum verb_kind kind = verb_kind(e->verb, e->verb_len);
	return kind == VERB_PLAIN || kind == VERB_MISS;
}

int event_parse(const char *line, size_t len, struct event *e)
{
	return event_split(line, len, e) == 0 && event_verb_valid(e) ? 0 : -1;
}

size_t event_each(const char *text, size_t len, void (*each)(const struct event *e, void *arg), void *arg)
{
	size_t skipped = 0;
	for (const char *end = text + len; text < end;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct event e;
		if (newline && event_parse(text, (size_t)(newline - text), &e) == 0)
			each(&e, arg);
		else
			skipped++;
		text = newline ? newline + 1 : end;
	}
	return skipped;
}

void event_line(struct buf *b, const struct event *e)
{
	buf_printf(b, "exit=%d ver=%.*s", e->status, (int)e->version_len, e->version);
}
