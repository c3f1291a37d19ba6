#include "archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive_fetch.h"
#include "msg.h"
#include "text.h"
#include "when.h"

#include "banned.h"

enum {
	LOOKBACK_DAYS = 5 * 366,    /* how far back the first run looks for the first event */
	DAY_MAX = 64 * 1024 * 1024, /* bytes of one day's rows */
};

struct run {
	const char *path;
	struct source *loki;
	struct archive_origin origin;
	struct archive archive; /* as it was at the beginning */
	int64_t first_day;
	int64_t last_day;
	int older; /* does Loki show something older than what is asked for next? -1: not known yet */
	size_t added;
	int64_t added_from, added_to; /* days */
	char *why;
};

/* Days in a row that are asked for together. */
struct batch {
	int64_t days[ARCHIVE_BATCH];
	size_t count;
	size_t rows[ARCHIVE_BATCH];
	struct archive_new blocks[ARCHIVE_BATCH];
	struct archive_row before[ARCHIVE_BATCH];
};

static struct span span_of(const char *text)
{
	return (struct span){.text = text, .len = strlen(text)};
}

static void add_row(struct batch *b, const struct row *r)
{
	struct archive_row *before = &b->before[r->part];
	struct archive_row row = {
		.verb = span_of(r->labels[LABEL_VERB]),
		.user = span_of(r->labels[LABEL_USER]),
		.exit = span_of(r->labels[LABEL_EXIT]),
		.count = r->count,
	};
	archive_row(&b->blocks[r->part].block, &row, before->count ? before : NULL);
	*before = row;
}

/* Makes blocks of the days from number skip on: 0, or -1: no memory. */
static int compose(struct batch *b, size_t skip, bool first, struct tally *rows)
{
	tally_sort_names(rows);
	for (size_t i = skip; i < b->count; i++) {
		b->blocks[i] = (struct archive_new){.day = b->days[i], .block = BUF_INIT(DAY_MAX)};
		archive_begin(&b->blocks[i].block, b->days[i], first && i == skip);
	}
	for (size_t i = 0; i < rows->count; i++)
		add_row(b, &rows->rows[i]);
	for (size_t i = skip; i < b->count; i++)
		if (b->blocks[i].block.failed)
			return -1;
	return 0;
}

static int append(struct run *r, const struct archive_new *days, size_t count)
{
	size_t cut;
	int added = archive_append(r->path, &r->origin, days, count, &cut, r->why);
	if (added < 0)
		return -1;
	if (cut)
		msg("%s: cut off %zu bytes of a day that was never finished", r->path, cut);
	if (count && added) {
		r->added_from = r->added ? r->added_from : days[0].day;
		r->added_to = days[count - 1].day;
	}
	r->added += (size_t)added;
	return 0;
}

static int add_batch(struct run *r, struct batch *b)
{
	struct tally rows = {0};
	size_t skip = 0;
	int result = archive_fetch(r->loki, b->days, b->count, &rows, r->why);
	if (result != 0)
		goto out;
	for (size_t i = 0; i < rows.count; i++)
		b->rows[rows.rows[i].part]++;
	/* As long as nothing older was seen, an empty day may be one that was dropped. */
	while (!r->older && skip < b->count && !b->rows[skip])
		skip++;
	if (skip == b->count)
		goto out;
	result = compose(b, skip, !r->older, &rows);
	if (result != 0)
		snprintf(r->why, SOURCE_WHY_MAX, "out of memory");
	else
		result = append(r, b->blocks + skip, b->count - skip);
	r->older = 1;
out:
	for (size_t i = 0; i < b->count; i++)
		buf_free(&b->blocks[i].block);
	tally_free(&rows);
	return result;
}

static bool missing(const struct run *r, int64_t day)
{
	const struct archive_block *block;
	enum archive_state state = archive_day(&r->archive, day, &block);
	char date[ARCHIVE_DATE_MAX];
	archive_date(day, date);
	if (state == ARCHIVE_CONTRADICTS)
		msg("%s: %s stands there twice, not the same: delete one of the two, from #day to #end", r->path, date);
	if (state == ARCHIVE_DAMAGED)
		msg("%s: %s is damaged: asking Loki again", r->path, date);
	return state == ARCHIVE_ABSENT || state == ARCHIVE_DAMAGED;
}

/* The next days in a row that are missing, from *day on, which is moved behind them. */
static void next_batch(const struct run *r, int64_t *day, struct batch *b)
{
	*b = (struct batch){.count = 0};
	for (; *day <= r->last_day && b->count < ARCHIVE_BATCH; ++*day) {
		if (missing(r, *day))
			b->days[b->count++] = *day;
		else if (b->count)
			break;
	}
}

/* Is it worth asking for the days of a batch one by one? 1, 0, or -1. */
static int worth_it(struct run *r, const struct batch *b)
{
	if (r->older < 0)
		r->older = archive_older(r->loki, r->first_day, b->days[0], r->why);
	if (r->older < 0 || r->older > 0 || b->count == 1)
		return r->older < 0 ? -1 : 1;
	return archive_any(r->loki, b->days[0], b->days[b->count - 1] + 1, r->why);
}

static int add_days(struct run *r)
{
	struct batch *b = malloc(sizeof *b);
	int result = b ? 0 : -1;
	if (!b)
		snprintf(r->why, SOURCE_WHY_MAX, "out of memory");
	for (int64_t day = r->first_day; result == 0 && day <= r->last_day;) {
		next_batch(r, &day, b);
		int worth = b->count ? worth_it(r, b) : 0;
		result = worth > 0 ? add_batch(r, b) : worth;
	}
	free(b);
	/* A header alone, or the repair of what was never finished. */
	if (result == 0 && r->added == 0 && (r->archive.text.len == 0 || r->archive.unfinished))
		result = append(r, NULL, 0);
	return result;
}

static void report(const struct run *r)
{
	char from[ARCHIVE_DATE_MAX];
	char to[ARCHIVE_DATE_MAX];
	struct buf line = BUF_INIT(SOURCE_WHY_MAX);
	archive_date(r->added_from, from);
	archive_date(r->added_to, to);
	buf_printf(&line, "%s: ", r->path);
	if (r->added)
		buf_printf(&line, "added %zu %s, %s to %s", r->added, r->added == 1 ? "day" : "days", from, to);
	else
		buf_puts(&line, "nothing to add");
	if (!line.failed) {
		text_clean(line.data, line.len);
		puts(line.data);
	}
	buf_free(&line);
}

static int archive_days(struct run *r)
{
	const struct archive_index *index = &r->archive.index;
	r->last_day = archive_last_day(when_now());
	r->first_day = index->count ? index->blocks[0].day : r->last_day - LOOKBACK_DAYS;
	/* In front of an archive that is empty nothing can have been seen. */
	r->older = index->count ? -1 : 0;
	if (add_days(r) != 0)
		return -1;
	report(r);
	return 0;
}

/* The archive's path: the operand, or what is configured. NULL, having said so. */
static const char *path_of(const struct options *o, const struct config *config)
{
	const char *path = o->operands_count ? o->operands[0] : config_text(config, CONFIG_ARCHIVE);
	if (o->operands_count > 1)
		msg("archive: one FILE alone (see hl-usage archive --help)");
	else if (!path || !*path)
		msg("archive: FILE is missing, and HOMELAB_USAGE_ARCHIVE is not set (see hl-usage archive --help)");
	else
		return path;
	return NULL;
}

static int run_archive(const struct options *o, const char *path, struct config *config)
{
	char why[SOURCE_WHY_MAX];
	struct run r = {.path = path, .why = why};
	int result = EXIT_FAILURE;
	r.loki = source_open_loki(config, &o->source, why);
	if (!r.loki) {
		msg("%s", why);
		return EXIT_FAILURE;
	}
	r.origin = (struct archive_origin){.url = r.loki->name, .tenant = r.loki->tenant};
	bool opened = archive_open(&r.archive, path, &r.origin, why) == 0;
	bool fresh = !opened && errno == ENOENT;
	if (opened && o->verify)
		result = archive_verify(&r.archive, path, r.loki);
	else if ((opened || fresh) && !o->verify && archive_days(&r) == 0)
		result = EXIT_SUCCESS;
	else
		msg("%s", why);
	archive_close(&r.archive);
	source_close(r.loki);
	return result;
}

static void say_problem(const char *where, const char *why)
{
	msg("%s: %s", where, why);
}

static int run(const struct options *o)
{
	struct config config;
	config_load(&config, say_problem);
	const char *path = path_of(o, &config);
	int result = path ? run_archive(o, path, &config) : EXIT_MISUSE;
	config_free(&config);
	return result;
}

const struct command archive_command = {
	.name = "archive",
	.operands = "[FILE]",
	.summary = "keep the days that no longer change in a file",
	.extra = OPTION_VERIFY,
	.loki_only = true,
	.run = run,
};
