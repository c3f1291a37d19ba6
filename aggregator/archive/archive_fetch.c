#include "archive_fetch.h"

#include <stdio.h>

#include "banned.h"

enum { HOUR_S = 3600, NEAR = 2 /* days: where an older event usually is */ };

/* Nothing older than 7 days is sent or accepted; what was accepted is visible within hours. */
static const int64_t CHANGES_S = 7LL * ARCHIVE_DAY_S + 6 * HOUR_S;

int64_t archive_last_day(int64_t now_s)
{
	return (now_s - CHANGES_S - 1) / ARCHIVE_DAY_S - 1;
}

/* An answer that Loki itself calls partial must not last. */
static int ask(struct source *loki, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	if (source_ask(loki, q, rows, why) != 0)
		return -1;
	if (!*loki->note)
		return 0;
	snprintf(why, SOURCE_WHY_MAX, "%.*s: nothing can be concluded from that", SOURCE_WHY_MAX - 64, loki->note);
	return -1;
}

int archive_fetch(struct source *loki, const int64_t *days, size_t count, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct range ranges[ARCHIVE_BATCH];
	struct question q = {
		.ranges = ranges,
		.ranges_count = count,
		.labels = LABEL_BIT(LABEL_VERB) | LABEL_BIT(LABEL_USER) | LABEL_BIT(LABEL_EXIT),
	};
	for (size_t i = 0; i < count; i++)
		ranges[i] = (struct range){
			.window = {.from_s = days[i] * ARCHIVE_DAY_S, .to_s = (days[i] + 1) * ARCHIVE_DAY_S},
			.part = (uint32_t)i,
		};
	return ask(loki, &q, rows, why);
}

int archive_any(struct source *loki, int64_t from_day, int64_t to_day, char why[SOURCE_WHY_MAX])
{
	struct range range = {.window = {.from_s = from_day * ARCHIVE_DAY_S, .to_s = to_day * ARCHIVE_DAY_S}};
	struct question q = {.ranges = &range, .ranges_count = 1, .labels = LABEL_BIT(LABEL_VERB)};
	struct tally rows = {0};
	int result = ask(loki, &q, &rows, why);
	if (result == 0)
		result = rows.count > 0;
	tally_free(&rows);
	return result;
}

int archive_older(struct source *loki, int64_t from_day, int64_t to_day, char why[SOURCE_WHY_MAX])
{
	int found = 0;
	for (int64_t days = NEAR; to_day > from_day && found == 0; to_day -= days, days = ARCHIVE_BATCH)
		found = archive_any(loki, to_day - days > from_day ? to_day - days : from_day, to_day, why);
	return found;
}
