#include "logql.h"

#include <stdbool.h>
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

void logql_prefixes(struct buf *b, const char *const *verbs, size_t count)
{
	buf_printf(b, "%s=~\"", label_names[LABEL_VERB]);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_putc(b, '|');
		logql_quoted(b, verbs[i]);
		buf_puts(b, "( .*)?");
	}
	buf_putc(b, '"');
}

void logql_select(struct buf *b, const struct question *q)
{
	buf_puts(b, "job=\"homelab-usage\"");
	if (q->users_count) {
		buf_puts(b, ", ");
		logql_matcher(b, label_names[LABEL_USER], q->users, q->users_count);
	}
	if (q->verbs_count) {
		buf_puts(b, ", ");
		if (q->exact)
			logql_matcher(b, label_names[LABEL_VERB], q->verbs, q->verbs_count);
		else
			logql_prefixes(b, q->verbs, q->verbs_count);
	}
}

void logql_metric(struct buf *b, const struct question *q, const char *matchers, const struct window *w)
{
	static const struct {
		const char *outer, *inner, *stages;
	} forms[] = {
		[QUESTION_COUNTS] = {"sum", "count_over_time", ""},
		[QUESTION_LAST] = {"max", "max_over_time", " | label_format ts=`{{__timestamp__ | unixEpoch}}` | unwrap ts"},
		[QUESTION_FIRST] = {"min", "min_over_time", " | label_format ts=`{{__timestamp__ | unixEpoch}}` | unwrap ts"},
	};
	const char *comma = "";
	buf_printf(b, "%s by (", forms[q->what].outer);
	for (int i = 0; i < LABELS; i++)
		if (q->labels & LABEL_BIT(i)) {
			buf_printf(b, "%s%s", comma, label_names[i]);
			comma = ", ";
		}
	bool line = q->labels & (LABEL_BIT(LABEL_EXIT) | LABEL_BIT(LABEL_VERSION));
	buf_printf(b, ") (%s({%s}%s%s [%llds]))", forms[q->what].inner, matchers, line ? " | logfmt" : "",
		   forms[q->what].stages, (long long)(w->to_s - w->from_s));
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

void url_metric(struct buf *b, const char *base, const struct question *q, const char *matchers,
		const struct window *w)
{
	struct buf query = BUF_INIT(QUERY_MAX);
	logql_metric(&query, q, matchers, w);
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
