#include "when.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "banned.h"

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, YEAR_MIN = 1970, YEAR_MAX = 2200, RANGES_FIRST = 64 };

const char *const unit_names[UNITS] = {[UNIT_HOUR] = "hour", [UNIT_DAY] = "day", [UNIT_WEEK] = "week"};

/* Days since the epoch of a date of the proleptic Gregorian calendar. */
static int64_t days_of(int64_t year, int month, int day)
{
	/* Years that begin in March: the leap day is the last one. */
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool broken_down(int64_t s, bool utc, struct tm *tm)
{
	time_t t = (time_t)s;
	return utc ? gmtime_r(&t, tm) : localtime_r(&t, tm);
}

/* Fields as a person writes them; a local time that a clock change skips or repeats is one of those it can mean. */
static int64_t seconds_of(struct tm tm, bool utc)
{
	tm.tm_isdst = -1;
	if (!utc)
		return (int64_t)mktime(&tm);
	int64_t days = days_of(tm.tm_year + 1900LL, tm.tm_mon + 1, 1) + tm.tm_mday - 1;
	return days * DAY_S + tm.tm_hour * 3600LL + tm.tm_min * 60LL + tm.tm_sec;
}

/* Exactly count digits, a number from min to max: the text behind them, or NULL. */
static const char *digits(const char *text, int count, int min, int max, int *value)
{
	*value = 0;
	for (; count && *text >= '0' && *text <= '9'; count--)
		*value = *value * 10 + (*text++ - '0');
	return count == 0 && *value >= min && *value <= max ? text : NULL;
}

static const char *literal(const char *text, const char *of)
{
	return text && *text && strchr(of, *text) ? text + 1 : NULL;
}

static bool month_has(int year, int month, int day)
{
	int64_t next = month == 12 ? days_of(year + 1LL, 1, 1) : days_of(year, month + 1, 1);
	return day <= next - days_of(year, month, 1);
}

static const char *read_date(const char *text, struct tm *tm)
{
	int year;
	int month;
	text = digits(text, 4, YEAR_MIN, YEAR_MAX, &year);
	text = literal(text, "-");
	text = text ? digits(text, 2, 1, 12, &month) : NULL;
	text = literal(text, "-");
	text = text ? digits(text, 2, 1, 31, &tm->tm_mday) : NULL;
	if (!text || !month_has(year, month, tm->tm_mday))
		return NULL;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	return text;
}

/* 12:30, 12:30:05, 12:30:05.25 */
static const char *read_clock(const char *text, struct tm *tm)
{
	text = digits(text, 2, 0, 23, &tm->tm_hour);
	text = literal(text, ":");
	text = text ? digits(text, 2, 0, 59, &tm->tm_min) : NULL;
	if (!text || *text != ':')
		return text;
	text = digits(text + 1, 2, 0, 60, &tm->tm_sec);
	if (text && *text == '.') {
		size_t fraction = strspn(text + 1, "0123456789");
		text = fraction ? text + 1 + fraction : NULL;
	}
	return text;
}

/* Z or +01:00, in seconds east. */
static const char *read_zone(const char *text, int64_t *east_s)
{
	int hours;
	int minutes;
	int sign = *text == '-' ? -1 : 1;
	*east_s = 0;
	if (*text == 'Z' || *text == 'z')
		return text + 1;
	text = literal(text, "+-");
	text = text ? digits(text, 2, 0, 23, &hours) : NULL;
	text = literal(text, ":");
	text = text ? digits(text, 2, 0, 59, &minutes) : NULL;
	if (text)
		*east_s = sign * (hours * 3600LL + minutes * 60LL);
	return text;
}

static int read_stamp(const char *text, bool utc, int64_t *s)
{
	struct tm tm = {0};
	int64_t east_s;
	text = read_date(text, &tm);
	if (text && *text) {
		text = literal(text, "Tt ");
		text = text ? read_clock(text, &tm) : NULL;
		if (text && *text) {
			text = read_zone(text, &east_s);
			*s = seconds_of(tm, true) - east_s;
			return text && !*text && *s >= 0 ? 0 : -1;
		}
	}
	if (!text)
		return -1;
	*s = seconds_of(tm, utc);
	return *s >= 0 ? 0 : -1;
}

int when_point(const char *text, int64_t now_s, bool utc, int64_t *s)
{
	int64_t span_s;
	int64_t today_s = when_begin(now_s, UNIT_DAY, utc);
	if (strcmp(text, "now") == 0)
		*s = now_s;
	else if (strcmp(text, "today") == 0)
		*s = today_s;
	else if (strcmp(text, "yesterday") == 0)
		*s = when_begin(today_s - 1, UNIT_DAY, utc);
	else if (duration_parse(text, &span_s) == 0)
		*s = now_s - span_s;
	else
		return read_stamp(text, utc, s);
	return 0;
}

static int complain(char why[WHEN_WHY_MAX], const char *option, const char *text, const char *what)
{
	snprintf(why, WHEN_WHY_MAX, "%s '%.40s': %s", option, text, what);
	return -1;
}

int when_window(const char *since, const char *until, int64_t now_s, bool utc, struct window *w, char why[WHEN_WHY_MAX])
{
	int64_t span_s;
	w->to_s = now_s;
	if (until && when_point(until, now_s, utc, &w->to_s) != 0)
		return complain(why, "--until", until, "not a time: " WHEN_FORMS);
	if (w->to_s > now_s)
		w->to_s = now_s;
	if (duration_parse(since, &span_s) == 0)
		w->from_s = w->to_s - span_s;
	else if (when_point(since, now_s, utc, &w->from_s) != 0)
		return complain(why, "--since", since, "not a time: " WHEN_FORMS);
	if (w->from_s < 0)
		return complain(why, "--since", since, "before 1970");
	if (w->from_s >= now_s)
		return complain(why, "--since", since, "not in the past");
	if (w->from_s >= w->to_s)
		return complain(why, "--until", until ? until : "now", "not after --since");
	if (w->to_s - w->from_s > WINDOW_MAX_S)
		return complain(why, "--since", since, "more than 10 years before the end of the window");
	return 0;
}

int64_t when_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec + (now.tv_nsec > 0);
}

/* The unit's beginning, so many units on. A midnight that a clock change skips is moved on to the day's first moment. */
static int64_t begin(int64_t s, enum unit unit, bool utc, int on)
{
	struct tm tm;
	if (!broken_down(s, utc, &tm))
		return s;
	tm.tm_min = tm.tm_sec = 0;
	tm.tm_hour = 0;
	tm.tm_mday += unit == UNIT_WEEK ? 7 * on - (tm.tm_wday + 6) % 7 : on;
	struct tm wanted = tm;
	int64_t at = seconds_of(tm, utc);
	/* Where there is no midnight, mktime may answer with the evening before. */
	if (broken_down(at, utc, &tm) && tm.tm_hour > 12) {
		wanted.tm_hour = 1;
		at = seconds_of(wanted, utc);
	}
	return at;
}

/* An hour of the clock is 3600 s also where it is repeated; zones are off by whole minutes. */
static int64_t begin_hour(int64_t s, bool utc)
{
	struct tm tm;
	return broken_down(s, utc, &tm) ? s - tm.tm_min * 60LL - tm.tm_sec : s;
}

int64_t when_begin(int64_t s, enum unit unit, bool utc)
{
	return unit == UNIT_HOUR ? begin_hour(s, utc) : begin(s, unit, utc, 0);
}

int64_t when_next(int64_t s, enum unit unit, bool utc)
{
	int64_t next = unit == UNIT_HOUR ? begin_hour(begin_hour(s, utc) + HOUR_S, utc) : begin(s, unit, utc, 1);
	return next > s ? next : s + HOUR_S;
}

size_t when_ranges(const struct window *w, enum unit unit, bool utc, struct range **ranges)
{
	size_t room = 0;
	size_t count = 0;
	*ranges = NULL;
	for (int64_t from = w->from_s; from < w->to_s;) {
		int64_t next = when_next(from, unit, utc);
		if (count == room) {
			room = room ? 2 * room : RANGES_FIRST;
			struct range *more = count < WHEN_RANGES_MAX ? realloc(*ranges, room * sizeof *more) : NULL;
			if (!more) {
				errno = count < WHEN_RANGES_MAX ? ENOMEM : E2BIG;
				free(*ranges);
				*ranges = NULL;
				return 0;
			}
			*ranges = more;
		}
		next = next < w->to_s ? next : w->to_s;
		(*ranges)[count] = (struct range){.window = {.from_s = from, .to_s = next}, .part = (uint32_t)count};
		count++;
		from = next;
	}
	return count;
}

/* strftime's format is to be seen where it is called, so that the compiler can check it. */
void when_text(int64_t s, bool utc, char out[TIME_TEXT_MAX])
{
	struct tm tm;
	if (!broken_down(s, utc, &tm) || strftime(out, TIME_TEXT_MAX, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(out, TIME_TEXT_MAX, "%lld", (long long)s);
	else if (utc)
		memcpy(out + strlen(out), " UTC", sizeof " UTC");
}

void when_unit_text(int64_t s, enum unit unit, bool utc, char out[TIME_TEXT_MAX])
{
	struct tm tm = {0};
	size_t len = 0;
	broken_down(s, utc, &tm);
	if (unit == UNIT_HOUR)
		len = strftime(out, TIME_TEXT_MAX, "%Y-%m-%d %H:00", &tm);
	else if (unit == UNIT_DAY)
		len = strftime(out, TIME_TEXT_MAX, "%Y-%m-%d", &tm);
	else
		len = strftime(out, TIME_TEXT_MAX, "%G-W%V", &tm);
	out[len] = '\0';
}

void when_span_text(int64_t seconds, char out[TIME_TEXT_MAX])
{
	static const struct {
		int64_t least_s, unit_s;
		char name;
	} units[] = {{2 * DAY_S, DAY_S, 'd'}, {2 * HOUR_S, HOUR_S, 'h'}, {120, 60, 'm'}, {0, 1, 's'}};
	size_t i = 0;
	seconds = seconds > 0 ? seconds : 0;
	while (seconds < units[i].least_s)
		i++;
	snprintf(out, TIME_TEXT_MAX, "%lld%c", (long long)(seconds / units[i].unit_s), units[i].name);
}

void when_rfc3339(int64_t s, char out[TIME_TEXT_MAX])
{
	struct tm utc;
	time_t t = (time_t)s;
	if (!gmtime_r(&t, &utc) || strftime(out, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		out[0] = '\0';
}
