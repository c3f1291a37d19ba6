#include "logql.h"

#include <string.h>

#include "tally.h"

#include "banned.h"

enum { QUERY_MAX = 1 << 20 };

/* One byte of a Go string literal. Bytes above ASCII are UTF-8 and stay. */
static void put(struct buf *b, char c)
{
	if (c == '"' || c == '\\')
		buf_putc(b, '\\');
	if ((unsigned char)c < 0x20 || c == 0x7f)
		buf_printf(b, "\\x%02x", (unsigned)(unsigned char)c);
	else
		buf_putc(b, c);
}

void logql_string(struct buf *b, const char *value)
{
	buf_putc(b, '"');
	for (; *value; value++)
		put(b, *value);
	buf_putc(b, '"');
}

void logql_quoted(struct buf *b, const char *value)
{
	for (; *value; value++) {
		if (strchr("\\.+*?()|[]{}^$", *value))
			put(b, '\\');
		put(b, *value);
	}
}

void logql_matcher(struct buf *b, const char *label, const char *const *values, size_t count)
{
	buf_puts(b, label);
	if (count == 1) {
		buf_putc(b, '=');
		logql_string(b, values[0]);
		return;
	}
	buf_puts(b, "=~\"");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_putc(b, '|');
		logql_quoted(b, values[i]);
	}
	buf_putc(b, '"');
}

void logql_count(struct buf *b, const char *matchers, const struct window *w)
{
	buf_puts(b, "sum by (");
	for (int i = 0; i < LABELS; i++)
		buf_printf(b, "%s%s", i ? ", " : "", label_names[i]);
	buf_printf(b, ") (count_over_time({%s}[%llds]))", matchers, (long long)(w->to_s - w->from_s));
}

void url_escape(struct buf *b, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	for (; *text; text++) {
		if (strchr(plain, *text))
			buf_putc(b, *text);
		else
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)*text);
	}
}

void url_count(struct buf *b, const char *base, const char *matchers, const struct window *w)
{
	struct buf query = BUF_INIT(QUERY_MAX);
	logql_count(&query, matchers, w);
	buf_printf(b, "%s/loki/api/v1/query_range?query=", base);
	url_escape(b, query.failed ? "" : query.data);
	/* Both on a whole second: otherwise a step of 1 s gives two points. */
	buf_printf(b, "&start=%lld000000000&end=%lld000000000&step=1", (long long)w->to_s, (long long)w->to_s);
	b->failed = b->failed || query.failed;
	buf_free(&query);
}

void url_series(struct buf *b, const char *base, const char *matchers, const struct window *w)
{
	buf_printf(b, "%s/loki/api/v1/series?match%%5B%%5D=%%7B", base);
	url_escape(b, matchers);
	/* A nanosecond more than asked for does no harm: what isn't in the window isn't counted. */
	buf_printf(b, "%%7D&start=%lld000000000&end=%lld000000001", (long long)w->from_s, (long long)w->to_s);
}
