/* Counts by label values: the one grouping of hl-usage. A row is a set of labels and how often it was seen. */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

enum label { LABEL_VERB, LABEL_USER, LABEL_EXIT, LABEL_VERSION, LABELS };

/* Sets of labels are bits; a row's part (of a question's time) is told apart like one. */
#define LABEL_BIT(label) (1U << (label))
#define LABEL_PART LABEL_BIT(LABELS)

/* As Loki and our lines name them. */
extern const char *const label_names[LABELS];

/* A piece of text that need not end in a NUL. */
struct span {
	const char *text;
	size_t len;
};

struct row {
	int64_t count; /* or a time in seconds, see tally_how */
	uint32_t hash;
	uint32_t part;
	char *labels[LABELS]; /* owned by the tally; "" for a label that isn't there */
};

/* What becomes of two values of the same row. */
enum tally_how { TALLY_SUM, TALLY_MAX, TALLY_MIN };

struct tally {
	enum tally_how how;
	size_t adds;      /* calls of tally_add that succeeded */
	struct row *rows; /* in the order in which they were first seen, until sorted */
	size_t count;
	size_t room;
	uint32_t *slots; /* row number + 1 by hash, 0: free */
	size_t slots_count;
};

/* Adds count to the row with these labels and part: 0, or -1 with errno (ENOMEM, or EOVERFLOW). */
int tally_add(struct tally *t, const struct span labels[LABELS], uint32_t part, int64_t count);

/* The same, but only to a row that is there: 1, 0 if there is none, or -1 with errno. */
int tally_add_known(struct tally *t, const struct span labels[LABELS], uint32_t part, int64_t count);

/* Puts from's rows together by a set of labels alone, into an empty tally; 0, or -1 with errno. */
int tally_by(const struct tally *from, unsigned labels, struct tally *to);

/* The row with these labels and part, or NULL. Not after sorting. */
const struct row *tally_find(const struct tally *t, const struct span labels[LABELS], uint32_t part);

/* Sort the rows; nothing can be added or found afterwards. Names in the order of their bytes, then parts. */
void tally_sort_names(struct tally *t);
/* The largest count first, then by name. */
void tally_sort_counts(struct tally *t);

void tally_free(struct tally *t);

#endif
