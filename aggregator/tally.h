/* Counts by label values: the one grouping of hl-usage. A row is a set of labels and how often it was seen. */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

enum label { LABEL_VERB, LABEL_USER, LABELS };

/* As Loki names them. */
extern const char *const label_names[LABELS];

/* A piece of text that need not end in a NUL. */
struct span {
	const char *text;
	size_t len;
};

struct row {
	int64_t count;
	uint32_t hash;
	char *labels[LABELS]; /* owned by the tally; "" for a label that isn't there */
};

struct tally {
	struct row *rows; /* in the order in which they were first seen, until sorted */
	size_t count;
	size_t room;
	uint32_t *slots; /* row number + 1 by hash, 0: free */
	size_t slots_count;
};

/* Adds count to the row with these labels: 0, or -1 with errno (ENOMEM, or EOVERFLOW). */
int tally_add(struct tally *t, const struct span labels[LABELS], int64_t count);

/* Adds up from's rows by one label alone, into an empty tally; 0, or -1 with errno. */
int tally_by(const struct tally *from, enum label by, struct tally *to);

/* Sort the rows; nothing can be added afterwards. Names in the order of their bytes. */
void tally_sort_names(struct tally *t);
/* The largest count first, then by name. */
void tally_sort_counts(struct tally *t);

void tally_free(struct tally *t);

#endif
