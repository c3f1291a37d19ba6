#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "archive_fetch.h"
#include "msg.h"
#include "text.h"

#include "banned.h"

enum { LINES_MAX = 10 /* of one day that differs */ };

struct verify {
	const struct archive *archive;
	const char *path;
	struct source *loki;
	bool seen; /* Loki has shown something older than what comes next */
	size_t equal, differ, dropped, unusable;
	char *why;
};

/* Days that are compared together. */
struct group {
	int64_t days[ARCHIVE_BATCH];
	size_t count;
	struct tally archive, loki; /* by part */
	struct tally all;           /* rows of either */
	bool more[ARCHIVE_BATCH];   /* Loki has more of something, */
	bool fewer[ARCHIVE_BATCH];  /* or fewer, */
	bool any[ARCHIVE_BATCH];    /* or anything at all */
};

struct adding {
	struct group *group;
	uint32_t part;
};

static int add_row(const struct archive_row *row, void *arg)
{
	const struct adding *a = arg;
	const struct span labels[LABELS] = {
		[LABEL_VERB] = row->verb, [LABEL_USER] = row->user, [LABEL_EXIT] = row->exit, [LABEL_VERSION] = {.text = ""}};
	return tally_add(&a->group->archive, labels, a->part, row->count);
}

static void spans_of(const struct row *row, struct span labels[LABELS])
{
	for (int i = 0; i < LABELS; i++)
		labels[i] = (struct span){.text = row->labels[i], .len = strlen(row->labels[i])};
}

static int64_t count_in(const struct tally *t, const struct row *row)
{
	struct span labels[LABELS];
	spans_of(row, labels);
	const struct row *found = tally_find(t, labels, row->part);
	return found ? found->count : 0;
}

static int add_all(struct tally *all, const struct tally *from)
{
	for (size_t i = 0; i < from->count; i++) {
		struct span labels[LABELS];
		spans_of(&from->rows[i], labels);
		if (tally_add(all, labels, from->rows[i].part, 0) != 0)
			return -1;
	}
	return 0;
}

/* 0, or -1: no memory. */
static int compare(struct group *g)
{
	if (add_all(&g->all, &g->archive) != 0 || add_all(&g->all, &g->loki) != 0)
		return -1;
	for (size_t i = 0; i < g->all.count; i++) {
		const struct row *row = &g->all.rows[i];
		int64_t archived = count_in(&g->archive, row);
		int64_t now = count_in(&g->loki, row);
		g->more[row->part] = g->more[row->part] || now > archived;
		g->fewer[row->part] = g->fewer[row->part] || now < archived;
		g->any[row->part] = g->any[row->part] || now > 0;
	}
	tally_sort_names(&g->all);
	return 0;
}

static const char *shown(const char *label)
{
	return *label ? label : "(none)";
}

static void print_difference(const struct group *g, size_t part)
{
	char date[ARCHIVE_DATE_MAX];
	size_t lines = 0;
	archive_date(g->days[part], date);
	for (size_t i = 0; i < g->all.count; i++) {
		const struct row *row = &g->all.rows[i];
		struct buf line = BUF_INIT(1 << 20);
		int64_t archived = count_in(&g->archive, row);
		int64_t now = count_in(&g->loki, row);
		if (row->part != part || archived == now || lines++ >= LINES_MAX)
			continue;
		buf_printf(&line, "%s: %s, %s, exit %s: archive %lld, Loki %lld", date, shown(row->labels[LABEL_VERB]),
			   shown(row->labels[LABEL_USER]), shown(row->labels[LABEL_EXIT]), (long long)archived, (long long)now);
		if (!line.failed) {
			text_clean(line.data, line.len);
			puts(line.data);
		}
		buf_free(&line);
	}
	if (lines > LINES_MAX)
		printf("%s: and %zu more\n", date, lines - LINES_MAX);
}

/* Until Loki has shown an event, it may have dropped what it lacks. */
static void judge(struct verify *v, const struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		if (g->more[i] || (g->fewer[i] && v->seen)) {
			v->differ++;
			print_difference(g, i);
		} else if (g->fewer[i] || (!v->seen && !g->any[i])) {
			v->dropped++;
		} else {
			v->equal++;
		}
		v->seen = v->seen || g->any[i];
	}
}

static int verify_group(struct verify *v, struct group *g)
{
	int result = -1;
	for (size_t i = 0; i < g->count; i++) {
		const struct archive_block *block;
		struct adding a = {.group = g, .part = (uint32_t)i};
		snprintf(v->why, SOURCE_WHY_MAX, "out of memory");
		if (archive_day(v->archive, g->days[i], &block) != ARCHIVE_GOOD ||
		    archive_block_rows(v->archive, block, add_row, &a) != 0)
			goto out;
	}
	if (archive_fetch(v->loki, g->days, g->count, &g->loki, v->why) != 0)
		goto out;
	snprintf(v->why, SOURCE_WHY_MAX, "out of memory");
	if (compare(g) != 0)
		goto out;
	judge(v, g);
	result = 0;
out:
	tally_free(&g->archive);
	tally_free(&g->loki);
	tally_free(&g->all);
	return result;
}

/* Is the block's day one to compare? Each day is looked at once, and named if it can't be used. */
static bool usable(struct verify *v, size_t i)
{
	const struct archive_block *blocks = v->archive->index.blocks;
	const struct archive_block *good;
	char date[ARCHIVE_DATE_MAX];
	if (i > 0 && blocks[i].day == blocks[i - 1].day)
		return false;
	enum archive_state state = archive_day(v->archive, blocks[i].day, &good);
	if (state == ARCHIVE_GOOD)
		return true;
	v->unusable++;
	archive_date(blocks[i].day, date);
	printf("%s: %s\n", date, state == ARCHIVE_DAMAGED ? "damaged" : "stands there twice, not the same");
	return false;
}

static int verify_all(struct verify *v)
{
	const struct archive_index *index = &v->archive->index;
	int64_t begin = index->count ? index->blocks[0].day : 0;
	int older = index->count ? archive_older(v->loki, begin - ARCHIVE_BATCH, begin, v->why) : 0;
	v->seen = older > 0;
	int result = older < 0 ? -1 : 0;
	for (size_t i = 0; i < index->count && result == 0;) {
		struct group g = {.count = 0};
		for (; i < index->count && g.count < ARCHIVE_BATCH; i++)
			if (usable(v, i))
				g.days[g.count++] = index->blocks[i].day;
		result = g.count ? verify_group(v, &g) : 0;
	}
	return result;
}

int archive_verify(const struct archive *a, const char *path, struct source *loki)
{
	char why[SOURCE_WHY_MAX];
	struct verify v = {.archive = a, .path = path, .loki = loki, .why = why};
	if (verify_all(&v) != 0) {
		msg("%s", why);
		return EXIT_FAILURE;
	}
	if (a->unfinished)
		msg("%s: its last day was never finished; hl-usage archive repairs that", path);
	if (a->index.strays)
		msg("%s: there are lines that belong to no day", path);
	printf("%zu %s equal, %zu differ, %zu that Loki no longer has, %zu damaged\n", v.equal, v.equal == 1 ? "day" : "days",
	       v.differ, v.dropped, v.unusable);
	if (!v.differ && !v.unusable)
		return EXIT_SUCCESS;
	msg("%s: does not agree with %s", path, loki->name);
	return EXIT_FAILURE;
}
