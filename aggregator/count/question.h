/* What a source is asked: when, whose, which verbs, told apart by which labels. */
#ifndef QUESTION_H
#define QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally.h"
#include "window.h"

/* A span of time and the part of the answer that its events belong to. */
struct range {
	struct window window;
	uint32_t part;
};

enum question_what {
	QUESTION_COUNTS, /* how many events */
	QUESTION_LAST,   /* the newest event's time, in whole seconds (cut) */
	QUESTION_FIRST,  /* the oldest's */
};

struct question {
	enum question_what what;
	const struct range *ranges; /* sorted by time, disjoint; several may be of the same part */
	size_t ranges_count;
	unsigned labels;          /* LABEL_BITs: what the counts are told apart by; the others are "" in the rows */
	const char *const *users; /* only theirs; none: everybody's */
	size_t users_count;
	const char *const *verbs; /* only these, by whole words: "k8s" is also "k8s logs" and "k8s ?"; none: all */
	size_t verbs_count;
	bool exact; /* verbs are whole names: "k8s" is that verb alone */
};

/* How the rows of an answer are put together. */
enum tally_how question_how(const struct question *q);

/* Is a verb selected? */
bool question_selects(const struct question *q, const char *verb, size_t len);

/* The range that the time ns (nanoseconds since the epoch) lies in, or NULL. */
const struct range *question_range(const struct question *q, int64_t ns);

#endif
