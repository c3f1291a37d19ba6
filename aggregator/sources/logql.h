/* Questions to Loki as text: LogQL, and the URLs that carry it. */
#ifndef LOGQL_H
#define LOGQL_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "question.h"

/* A Go string literal with its quotes: LogQL's strings. */
void logql_string(struct buf *b, const char *value);
/* The inside of a Go string literal that holds an RE2 regular expression which matches value alone. */
void logql_quoted(struct buf *b, const char *value);
/* label="a", or label=~"a|b" for several values; count > 0. */
void logql_matcher(struct buf *b, const char *label, const char *const *values, size_t count);

/* verb=~"k8s( .*)?": verbs by their first words; count > 0. */
void logql_prefixes(struct buf *b, const char *const *verbs, size_t count);

/* What stands between the braces of a question's selector. */
void logql_select(struct buf *b, const struct question *q);

/* The question over w, as one metric query. The matchers stand between the selector's braces. */
void logql_metric(struct buf *b, const struct question *q, const char *matchers, const struct window *w);

/* As much of a URL's query as is text: percent-encoded. */
void url_escape(struct buf *b, const char *text);

/* GET …/query_range: one exact window as a range query of a single point. */
void url_metric(struct buf *b, const char *base, const struct question *q, const char *matchers,
		const struct window *w);
/* GET …/series: the streams of a window, without counting. */
void url_series(struct buf *b, const char *base, const char *matchers, const struct window *w);

#endif
