#include "archive_split.h"

#include <stdlib.h>

#include "banned.h"

enum { DAY_S = 24 * 3600 };

struct splitting {
	struct archive_split *split;
	bool (*has_day)(int64_t day, void *arg);
	void *arg;
	bool take;
};

/* Midnights up to s. */
static int64_t day_of(int64_t s)
{
	return s >= 0 ? s / DAY_S : -((DAY_S - 1 - s) / DAY_S);
}

/* At most a piece before each day that is taken and one behind the last, for each range; each day counted once a range. */
static int make_room(struct archive_split *split, const struct question *q)
{
	size_t days = 1;
	for (size_t i = 0; i < q->ranges_count; i++)
		days += (size_t)(day_of(q->ranges[i].window.to_s) - day_of(q->ranges[i].window.from_s)) + 1;
	split->rest = calloc(days + q->ranges_count, sizeof *split->rest);
	split->taken = calloc(days, sizeof *split->taken);
	split->asked = calloc(days, sizeof *split->asked);
	return split->rest && split->taken && split->asked ? 0 : -1;
}

static void leave(struct archive_split *split, int64_t from_s, int64_t to_s, uint32_t part)
{
	if (from_s < to_s)
		split->rest[split->rest_count++] = (struct range){.window = {.from_s = from_s, .to_s = to_s}, .part = part};
}

static void split_range(struct splitting *s, const struct range *r)
{
	struct archive_split *split = s->split;
	int64_t from_s = r->window.from_s;
	/* An event at midnight is of the day that ends there. */
	for (int64_t day = day_of(from_s); day * DAY_S < r->window.to_s; day++) {
		bool whole = day * DAY_S >= r->window.from_s && (day + 1) * DAY_S <= r->window.to_s;
		if (!s->has_day || !s->has_day(day, s->arg))
			continue;
		if (whole && s->take) {
			leave(split, from_s, day * DAY_S, r->part);
			split->taken[split->taken_count++] = (struct archive_taken){.day = day, .part = r->part};
			from_s = (day + 1) * DAY_S;
		} else if (split->asked_count == 0 || split->asked[split->asked_count - 1] != day) {
			split->asked[split->asked_count++] = day;
		}
	}
	leave(split, from_s, r->window.to_s, r->part);
}

int archive_split(struct archive_split *split, const struct question *q, bool (*has_day)(int64_t day, void *arg), void *arg,
		  bool take)
{
	struct splitting s = {.split = split, .has_day = has_day, .arg = arg, .take = take};
	*split = (struct archive_split){0};
	if (make_room(split, q) != 0)
		return -1;
	for (size_t i = 0; i < q->ranges_count; i++)
		split_range(&s, &q->ranges[i]);
	return 0;
}

void archive_split_free(struct archive_split *split)
{
	free(split->rest);
	free(split->taken);
	free(split->asked);
	*split = (struct archive_split){0};
}
