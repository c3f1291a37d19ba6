/* Whole days of Loki's, as rows of an archive. */
#ifndef ARCHIVE_FETCH_H
#define ARCHIVE_FETCH_H

#include "source.h"

enum {
	ARCHIVE_DAY_S = 24 * 3600,
	ARCHIVE_BATCH = 30, /* days that are asked for in one question: a piece of Loki's can't be longer */
};

/* The last day that takes no more writes. */
int64_t archive_last_day(int64_t now_s);

/* The counts of some days, one part for each in their order, by verb, user and exit status. 0, or -1 and why. */
int archive_fetch(struct source *loki, const int64_t *days, size_t count, struct tally *rows, char why[SOURCE_WHY_MAX]);

/* Does Loki show an event between these days' beginnings? 1, 0, or -1 and why. */
int archive_any(struct source *loki, int64_t from_day, int64_t to_day, char why[SOURCE_WHY_MAX]);

/* Does it show one before to_day, but not before from_day? The newest are asked for first. 1, 0, or -1 and why. */
int archive_older(struct source *loki, int64_t from_day, int64_t to_day, char why[SOURCE_WHY_MAX]);

#endif
