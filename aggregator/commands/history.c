#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "msg.h"

#include "banned.h"

enum { DAY_S = 24 * 3600, CUT_MIN_S = DAY_S, NAMES_MAX = 1300 /* bytes; three in a URL for each, which should stay below 4,000 */ };

/* The midnight (UTC) in front of a cut, if it is in the window behind from_s: a day that is archived stays whole. */
static int64_t at_midnight(int64_t s, int64_t from_s)
{
	int64_t midnight_s = s - s % DAY_S;
	return midnight_s > from_s ? midnight_s : s;
}

void history_cut(struct history *h, const struct window *w, bool before)
{
	/* In thirtieths, oldest first: of a month the last day, the two before it, … and the first half. */
	static const int64_t cuts[] = {0, 15, 23, 27, 29, 30};
	int64_t length_s = w->to_s - w->from_s;
	int64_t before_s = w->from_s > length_s ? w->from_s - length_s : 0;
	int64_t middle_s = at_midnight(before_s + (w->from_s - before_s) / 2, before_s);
	h->count = 0;
	if (before && before_s < middle_s)
		h->ranges[h->count++] = (struct range){.window = {before_s, middle_s}, .part = 0};
	if (before && middle_s < w->from_s)
		h->ranges[h->count++] = (struct range){.window = {middle_s, w->from_s}, .part = 0};
	if (length_s < CUT_MIN_S) {
		h->ranges[h->count++] = (struct range){.window = *w, .part = 1};
		return;
	}
	int64_t from_s = w->from_s;
	for (uint32_t i = 1; i < sizeof cuts / sizeof *cuts; i++) {
		bool last = i + 1 == sizeof cuts / sizeof *cuts;
		int64_t to_s = last ? w->to_s : at_midnight(w->from_s + length_s * cuts[i] / 30, from_s);
		h->ranges[h->count++] = (struct range){.window = {from_s, to_s}, .part = i};
		from_s = to_s;
	}
}

int history_split(const struct tally *rows, struct tally *window, struct tally *before)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *r = &rows->rows[i];
		struct span labels[LABELS];
		for (int k = 0; k < LABELS; k++)
			labels[k] = (struct span){.text = r->labels[k], .len = strlen(r->labels[k])};
		if (tally_add(r->part ? window : before, labels, 0, r->count) != 0)
			return -1;
	}
	return 0;
}

/* The part that the newest event of each value lies in, as counts. */
static int newest_parts(const struct tally *rows, enum label label, struct tally *parts)
{
	parts->how = TALLY_MAX;
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *r = &rows->rows[i];
		struct span labels[LABELS] = {{.text = ""}, {.text = ""}, {.text = ""}, {.text = ""}};
		labels[label] = (struct span){.text = r->labels[label], .len = strlen(r->labels[label])};
		if (r->part && tally_add(parts, labels, 0, r->part) != 0)
			return -1;
	}
	return 0;
}

/* The ranges that some of the values in question have their last event in. */
static size_t older_ranges(const struct range *ranges, size_t count, const bool *wanted, struct range *older)
{
	size_t n = 0;
	for (size_t i = 0; i + 1 < count; i++)
		if (ranges[i].part && wanted[ranges[i].part])
			older[n++] = (struct range){.window = ranges[i].window};
	return n;
}

/* Asks for the values whose newest part is not the newest of all. */
static int ask_older(struct session *s, const struct range *ranges, size_t ranges_count, const struct tally *parts,
		     enum label label, struct tally *last)
{
	uint32_t newest = ranges[ranges_count - 1].part;
	struct range *older = calloc(ranges_count, sizeof *older);
	bool *wanted = calloc((size_t)newest + 1, sizeof *wanted);
	const char **names = calloc(parts->count + 1, sizeof *names);
	struct question q = session_question(s, older, 0, LABEL_BIT(label));
	size_t count = 0;
	size_t bytes = 0;
	int result = -1;
	if (!older || !wanted || !names) {
		msg("out of memory");
		goto out;
	}
	for (uint32_t part = 1; s->o->explain && part < newest; part++)
		wanted[part] = true;
	for (size_t i = 0; i < parts->count; i++)
		if (parts->rows[i].count < newest && !(label == LABEL_VERB && is_miss(parts->rows[i].labels[label]))) {
			names[count] = parts->rows[i].labels[label];
			bytes += strlen(names[count++]) + 1;
			wanted[parts->rows[i].count] = true;
		}
	q.ranges_count = older_ranges(ranges, ranges_count, wanted, older);
	q.what = QUESTION_LAST;
	if (label == LABEL_VERB && count && bytes <= NAMES_MAX) {
		q.verbs = names;
		q.verbs_count = count;
		q.exact = true;
	} else if (label == LABEL_USER && count && bytes <= NAMES_MAX) {
		q.users = names;
		q.users_count = count;
	}
	result = q.ranges_count ? session_ask(s, &q, last) : 0;
out:
	free(older);
	free(wanted);
	free(names);
	return result;
}

int history_last(struct session *s, const struct range *ranges, size_t count, const struct tally *rows,
		 enum label label, struct tally *last)
{
	const struct range newest = {.window = ranges[count - 1].window};
	struct tally parts = {0};
	struct question q = session_question(s, &newest, 1, LABEL_BIT(label));
	int result = -1;
	q.what = QUESTION_LAST;
	if (newest_parts(rows, label, &parts) != 0) {
		session_fail(s);
		goto out;
	}
	tally_sort_names(&parts);
	if (session_ask(s, &q, last) == 0)
		result = ask_older(s, ranges, count, &parts, label, last);
out:
	tally_free(&parts);
	return result;
}
