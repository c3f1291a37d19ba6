#include "question.h"

#include <string.h>

#include "banned.h"

static const int64_t S_NS = 1000000000;

enum tally_how question_how(const struct question *q)
{
	return q->what == QUESTION_LAST ? TALLY_MAX : q->what == QUESTION_FIRST ? TALLY_MIN : TALLY_SUM;
}

bool question_selects(const struct question *q, const char *verb, size_t len)
{
	for (size_t i = 0; i < q->verbs_count; i++) {
		size_t n = strlen(q->verbs[i]);
		if (n <= len && memcmp(verb, q->verbs[i], n) == 0 && (n == len || (!q->exact && verb[n] == ' ')))
			return true;
	}
	return q->verbs_count == 0;
}

const struct range *question_range(const struct question *q, int64_t ns)
{
	size_t low = 0;
	size_t high = q->ranges_count;
	/* The first range that doesn't end before ns. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (q->ranges[middle].window.to_s * S_NS < ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == q->ranges_count || ns <= q->ranges[low].window.from_s * S_NS)
		return NULL;
	return &q->ranges[low];
}
