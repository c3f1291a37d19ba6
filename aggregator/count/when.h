/* Points in time and calendar units, as people mean them: in the local time zone, or in UTC. Whole seconds since the epoch. */
#ifndef WHEN_H
#define WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "question.h"
#include "window.h"

enum { WHEN_WHY_MAX = 256, TIME_TEXT_MAX = 64 }; /* bytes, with the NUL */

/* What --since and --until take, for people. */
#define WHEN_FORMS                                                                                                     \
	"a span as 90m, 12h, 7d, 2w or 1d12h (up to 10 years), today, yesterday, 2026-11-01, '2026-11-01 12:30' or "   \
	"2026-11-01T12:30:00Z"

/* Reads a point in time; a span is so long before now_s. A fraction of a second is cut. 0, or -1 if it is none. */
int when_point(const char *text, int64_t now_s, bool utc, int64_t *s);

/*
 * The window from since to until (NULL: now_s). A span as since is the window's length, whatever until is; an
 * until in the future is cut to now_s. 0, or -1 and why, in one line that names the option.
 */
int when_window(const char *since, const char *until, int64_t now_s, bool utc, struct window *w, char why[WHEN_WHY_MAX]);

/* The next whole second. */
int64_t when_now(void);

enum unit { UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNITS }; /* weeks begin on Monday */

extern const char *const unit_names[UNITS];

/* When the unit began that the moment after s lies in; at a unit's first second, s itself. */
int64_t when_begin(int64_t s, enum unit unit, bool utc);
/* When the unit after that one begins. A day may have 23 or 25 hours. */
int64_t when_next(int64_t s, enum unit unit, bool utc);

enum { WHEN_RANGES_MAX = 2000 };

/*
 * Cuts a window where units begin: a range for each unit that it touches, parts from 0 on, the first and the last
 * one cut by the window's ends. The caller frees *ranges. How many, 0: no memory, or more than WHEN_RANGES_MAX
 * (then *ranges is NULL and errno ENOMEM or E2BIG).
 */
size_t when_ranges(const struct window *w, enum unit unit, bool utc, struct range **ranges);

/* "2026-11-01 12:30", or "2026-11-01 12:30 UTC". */
void when_text(int64_t s, bool utc, char out[TIME_TEXT_MAX]);
/* A unit by its beginning: "2026-11-01", "2026-11-01 12:00", "2026-W44". */
void when_unit_text(int64_t s, enum unit unit, bool utc, char out[TIME_TEXT_MAX]);
/* A span, short: "5m", "3h", "12d". */
void when_span_text(int64_t seconds, char out[TIME_TEXT_MAX]);

/* RFC 3339, in UTC; "" for a time that has no such form. */
void when_rfc3339(int64_t s, char out[TIME_TEXT_MAX]);

#endif
