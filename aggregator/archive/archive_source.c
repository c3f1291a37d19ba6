/* An archive in front of Loki: whole days that it holds are counted from it, Loki is asked for the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive_file.h"
#include "archive_split.h"
#include "source.h"

#include "banned.h"

enum { DAY_S = 24 * 3600 };

static const unsigned ARCHIVED_LABELS = LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT);

struct archive_source {
	struct source source; /* first: a source is cast back to what it is part of */
	struct source *loki;
	const char *path; /* the caller's */
	struct archive archive;
	bool usable;
	struct buf notes; /* of a question */
	struct buf said;  /* days that were named as damaged */
};

/* What one archived day adds to an answer. */
struct counting {
	const struct question *question;
	struct tally *rows;
	int64_t day;
	uint32_t part;
	int64_t count; /* of the rows that are selected */
};

static bool selects(const struct question *q, const struct archive_row *row)
{
	bool user = q->users_count == 0;
	for (size_t i = 0; i < q->users_count && !user; i++)
		user = strlen(q->users[i]) == row->user.len && memcmp(q->users[i], row->user.text, row->user.len) == 0;
	return user && question_selects(q, row->verb.text, row->verb.len);
}

/*
 * A time in a day that is only known as that: not later than the last event, or not before the first, so that the
 * exact time from Loki is what stays where Loki has it.
 */
static int64_t value(const struct counting *c, const struct archive_row *row)
{
	switch (c->question->what) {
	case QUESTION_LAST:
		return c->day * DAY_S;
	case QUESTION_FIRST:
		return (c->day + 1) * DAY_S - 1;
	default:
		return row->count;
	}
}

static int count_row(const struct archive_row *row, void *arg)
{
	struct counting *c = arg;
	const struct span all[LABELS] = {[LABEL_VERB] = row->verb, [LABEL_USER] = row->user, [LABEL_EXIT] = row->exit};
	struct span labels[LABELS];
	if (!selects(c->question, row))
		return 0;
	for (int i = 0; i < LABELS; i++)
		labels[i] = c->question->labels & LABEL_BIT(i) && all[i].text ? all[i] : (struct span){.text = ""};
	c->count += row->count;
	return c->rows ? tally_add(c->rows, labels, c->part, value(c, row)) : 0;
}

/* How many of the question's events the archive has of that day: -1 if it hasn't the day, or with rows, no memory. */
static int64_t count_day(struct archive_source *s, const struct question *q, int64_t day, uint32_t part, struct tally *rows)
{
	const struct archive_block *block;
	struct counting c = {.question = q, .rows = rows, .day = day, .part = part};
	if (archive_day(&s->archive, day, &block) != ARCHIVE_GOOD)
		return -1;
	return archive_block_rows(&s->archive, block, count_row, &c) == 0 ? c.count : -1;
}

static void note(struct archive_source *s, const char *text)
{
	if (s->notes.len)
		buf_puts(&s->notes, "; ");
	buf_puts(&s->notes, text);
}

/* For archive_split: is the day there, and fit to be used? Says once what isn't. */
static bool has_day(int64_t day, void *arg)
{
	struct archive_source *s = arg;
	const struct archive_block *block;
	char date[ARCHIVE_DATE_MAX];
	char text[SOURCE_WHY_MAX];
	enum archive_state state = archive_day(&s->archive, day, &block);
	if (state == ARCHIVE_GOOD || state == ARCHIVE_ABSENT)
		return state == ARCHIVE_GOOD;
	archive_date(day, date);
	if (s->said.len && strstr(s->said.data, date))
		return false;
	buf_puts(&s->said, date);
	snprintf(text, sizeof text, "%s: %s %s: Loki is asked instead", s->path, date,
		 state == ARCHIVE_DAMAGED ? "is damaged, its checksum is wrong" : "stands there twice, not the same");
	note(s, text);
	return false;
}

/* How many events Loki has of an archived day that the question selects: -1 and why. */
static int64_t count_loki(struct archive_source *s, const struct question *q, int64_t day, char why[SOURCE_WHY_MAX])
{
	const struct range range = {.window = {.from_s = day * DAY_S, .to_s = (day + 1) * DAY_S}};
	struct question whole = *q;
	struct tally rows = {0};
	whole.what = QUESTION_COUNTS;
	whole.labels = LABEL_BIT(LABEL_VERB);
	whole.ranges = &range;
	whole.ranges_count = 1;
	int64_t count = source_ask(s->loki, &whole, &rows, why);
	for (size_t i = 0; i < rows.count && count >= 0; i++)
		count = rows.rows[i].count <= INT64_MAX - count ? count + rows.rows[i].count : INT64_MAX;
	tally_free(&rows);
	return count;
}

/*
 * Days of which Loki alone can say what is asked for: does it still have them? It drops the oldest first, so if it has
 * the first it has all, and the last that it hasn't is found by halving.
 */
static int check_lost(struct archive_source *s, const struct question *q, struct archive_split *split, char why[SOURCE_WHY_MAX])
{
	char first[ARCHIVE_DATE_MAX];
	char last[ARCHIVE_DATE_MAX];
	char text[SOURCE_WHY_MAX];
	size_t count = 0;
	for (size_t i = 0; i < split->asked_count; i++)
		if (count_day(s, q, split->asked[i], 0, NULL) > 0)
			split->asked[count++] = split->asked[i];
	size_t lost = 0;
	size_t kept = count;
	for (size_t i = 0; lost < kept; i = lost + (kept - lost) / 2) {
		int64_t loki = count_loki(s, q, split->asked[i], why);
		if (loki < 0)
			return -1;
		if (loki < count_day(s, q, split->asked[i], 0, NULL))
			lost = i + 1;
		else
			kept = i;
	}
	if (lost == 0)
		return 0;
	archive_date(split->asked[0], first);
	archive_date(split->asked[lost - 1], last);
	snprintf(text, sizeof text, "%s%s%s: Loki no longer has all of %s, and the archive can't tell %s: counts there are too low",
		 first, lost > 1 ? " to " : "", lost > 1 ? last : "", lost > 1 ? "these days" : "this day",
		 q->labels & ~ARCHIVED_LABELS ? "versions apart" : "the parts of a UTC day apart");
	note(s, text);
	return 0;
}

/* The answer's days, for the footer: those of the largest question. */
static void remember(struct archive_source *s, const struct archive_split *split)
{
	const struct archive_block *block;
	struct source_days *days = &s->source.archived;
	if (split->taken_count <= days->count)
		return;
	*days = (struct source_days){
		.count = split->taken_count,
		.from_s = split->taken[0].day * DAY_S,
		.to_s = (split->taken[split->taken_count - 1].day + 1) * DAY_S,
	};
	for (size_t i = 0; i < split->taken_count && !days->incomplete; i++)
		days->incomplete = archive_day(&s->archive, split->taken[i].day, &block) == ARCHIVE_GOOD && block->first;
}

/* 0, or -1: no memory, or a count that is too large. *from_s: where the first day with an event begins. */
static int add_archived(struct archive_source *s, const struct question *q, const struct archive_split *split,
			struct tally *rows, int64_t *from_s)
{
	for (size_t i = 0; i < split->taken_count; i++) {
		int64_t count = count_day(s, q, split->taken[i].day, split->taken[i].part, rows);
		if (count < 0)
			return -1;
		if (count > 0 && split->taken[i].day * DAY_S < *from_s)
			*from_s = split->taken[i].day * DAY_S;
	}
	return 0;
}

static int ask_loki(struct archive_source *s, const struct question *q, struct tally *rows, int64_t *from_s,
		    char why[SOURCE_WHY_MAX])
{
	size_t adds = rows->adds;
	s->loki->empty_until_s = 0;
	*s->loki->note = '\0';
	if (q->ranges_count == 0)
		return 0;
	if (source_ask(s->loki, q, rows, why) != 0)
		return -1;
	if (rows->adds > adds) {
		int64_t begins_s = s->loki->empty_until_s ? s->loki->empty_until_s : q->ranges[0].window.from_s;
		*from_s = begins_s < *from_s ? begins_s : *from_s;
	}
	if (*s->loki->note)
		note(s, s->loki->note);
	return 0;
}

static int answer(struct archive_source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct archive_split split;
	struct question rest = *q;
	bool counts = q->what == QUESTION_COUNTS;
	bool take = s->usable && !(q->labels & ~ARCHIVED_LABELS);
	int64_t from_s = INT64_MAX;
	int result = -1;
	if (archive_split(&split, q, s->usable ? has_day : NULL, s, take) != 0)
		goto out;
	if (counts) {
		rest.ranges = split.rest;
		rest.ranges_count = split.rest_count;
	}
	if (add_archived(s, q, &split, rows, &from_s) != 0)
		goto out;
	*why = '\0';
	if (ask_loki(s, &rest, rows, &from_s, why) != 0 || (counts && check_lost(s, q, &split, why) != 0))
		goto out;
	if (counts)
		remember(s, &split);
	s->source.empty_until_s = from_s != INT64_MAX && from_s > q->ranges[0].window.from_s ? from_s : 0;
	result = 0;
out:
	if (result != 0 && !*why)
		snprintf(why, SOURCE_WHY_MAX, "%s: out of memory, or counts that are too large to be true", s->path);
	archive_split_free(&split);
	return result;
}

static int ask(struct source *source, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct archive_source *s = (struct archive_source *)source;
	*why = '\0';
	if (q->ranges_count == 0)
		return 0;
	int result = answer(s, q, rows, why);
	if (s->notes.len)
		snprintf(source->note, sizeof source->note, "%s", s->notes.data);
	buf_reset(&s->notes);
	return result;
}

static int explain(struct source *source, const struct question *q, struct buf *out)
{
	struct archive_source *s = (struct archive_source *)source;
	struct archive_split split;
	struct question rest = *q;
	char first[ARCHIVE_DATE_MAX];
	char last[ARCHIVE_DATE_MAX];
	int result = -1;
	if (archive_split(&split, q, s->usable ? has_day : NULL, s, !(q->labels & ~ARCHIVED_LABELS)) != 0)
		goto out;
	if (q->what == QUESTION_COUNTS && split.taken_count) {
		rest.ranges = split.rest;
		rest.ranges_count = split.rest_count;
		archive_date(split.taken[0].day, first);
		archive_date(split.taken[split.taken_count - 1].day, last);
		buf_printf(out, "from %s: %zu days, %s to %s\n\n", s->path, split.taken_count, first, last);
	}
	result = source_explain(s->loki, &rest, out);
out:
	archive_split_free(&split);
	return result;
}

static void close_archive(struct source *source)
{
	struct archive_source *s = (struct archive_source *)source;
	source_close(s->loki);
	archive_close(&s->archive);
	buf_free(&s->notes);
	buf_free(&s->said);
	free(s);
}

struct source *source_archive(struct source *loki, const char *path, bool required, char why[SOURCE_WHY_MAX])
{
	const struct archive_origin origin = {.url = loki->name, .tenant = loki->tenant};
	char wrong[ARCHIVE_WHY_MAX];
	struct archive_source *s = calloc(1, sizeof *s);
	if (!s) {
		snprintf(why, SOURCE_WHY_MAX, "out of memory");
		source_close(loki);
		return NULL;
	}
	s->source = (struct source){
		.name = loki->name, .tenant = loki->tenant, .warning = loki->warning, .archive = path,
		.ask = ask, .explain = explain, .close = close_archive};
	s->loki = loki;
	s->path = path;
	s->notes = (struct buf)BUF_INIT(SOURCE_WHY_MAX - 1);
	s->said = (struct buf)BUF_INIT(1 << 20);
	s->usable = archive_open(&s->archive, path, &origin, wrong) == 0;
	if (!s->usable && required) {
		snprintf(why, SOURCE_WHY_MAX, "%s", wrong);
		close_archive(&s->source);
		return NULL;
	}
	if (!s->usable)
		buf_printf(&s->notes, "%.4096s: Loki is asked for all", wrong);
	else if (s->archive.unfinished)
		buf_printf(&s->notes, "%.4096s: its last day was never finished and is not used", path);
	return &s->source;
}
