#include "payload.h"

#include <string.h>

#include "text.h"

#include "banned.h"

static const char job[] = "homelab-usage";

/* A JSON string; what isn't UTF-8 becomes U+FFFD, which is what Loki would make of it. */
static void add_string(struct buf *b, const char *s, size_t len)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < len;) {
		uint32_t code = 0;
		size_t n = text_utf8(s + i, len - i, &code);
		if (n == 0)
			buf_puts(b, "\\ufffd");
		else if (code < 0x20 || code == 0x7f)
			buf_printf(b, "\\u%04x", (unsigned)code);
		else if (code == '"' || code == '\\')
			buf_printf(b, "\\%c", (char)code);
		else
			buf_add(b, s + i, n);
		i += n ? n : 1;
	}
	buf_putc(b, '"');
}

static bool same_verb(const struct event *a, const struct event *b)
{
	return a->verb_len == b->verb_len && memcmp(a->verb, b->verb, a->verb_len) == 0;
}

static bool verb_came_before(const struct event *events, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_verb(&events[j], &events[i]))
			return true;
	return false;
}

static void add_stream(struct buf *b, const char *user, const struct event *events, size_t first, size_t count)
{
	buf_printf(b, "{\"stream\":{\"job\":\"%s\",\"user\":", job);
	add_string(b, user, strlen(user));
	buf_puts(b, ",\"verb\":");
	add_string(b, events[first].verb, events[first].verb_len);
	buf_puts(b, "},\"values\":[");
	for (size_t i = first; i < count; i++) {
		if (!same_verb(&events[i], &events[first]))
			continue;
		buf_printf(b, "%s[\"%lld\",\"", i == first ? "" : ",", (long long)events[i].ns);
		event_line(b, &events[i]);
		buf_puts(b, "\"]");
	}
	buf_puts(b, "]}");
}

void payload_compose(struct buf *b, const char *user, const struct event *events, size_t count)
{
	buf_puts(b, "{\"streams\":[");
	for (size_t i = 0; i < count; i++) {
		if (verb_came_before(events, i))
			continue;
		if (i > 0)
			buf_putc(b, ',');
		add_stream(b, user, events, i, count);
	}
	buf_puts(b, "]}");
}
