#include "partition.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "logql.h"

#include "banned.h"

enum {
	/* Bytes of a URL that values may take: proxies refuse 8 KiB. */
	ENCODED_MAX = 4000,
	USERS_ENCODED_MAX = 3000,
	VALUE_MAX = 1 << 16,
};

static const char *label(const struct part *p, enum label which, size_t row)
{
	return p->pairs->rows[row].labels[which];
}

static bool same_verb(const struct part *p, size_t a, size_t b)
{
	return strcmp(label(p, LABEL_VERB, a), label(p, LABEL_VERB, b)) == 0;
}

/* Where the verb of that row ends. */
static size_t verb_end(const struct part *p, size_t row)
{
	size_t end = row + 1;
	while (end < p->pairs->count && same_verb(p, row, end))
		end++;
	return end;
}

static size_t encoded_size(const char *value)
{
	struct buf quoted = BUF_INIT(VALUE_MAX);
	struct buf encoded = BUF_INIT(3 * VALUE_MAX);
	buf_puts(&quoted, "|");
	logql_quoted(&quoted, value);
	if (!quoted.failed)
		url_escape(&encoded, quoted.data);
	size_t size = quoted.failed || encoded.failed ? ENCODED_MAX : encoded.len;
	buf_free(&quoted);
	buf_free(&encoded);
	return size;
}

size_t partition_users(const char *const *users, size_t count)
{
	size_t encoded = 0;
	size_t n = 0;
	while (n < count && (encoded += encoded_size(users[n])) <= USERS_ENCODED_MAX)
		n++;
	return n || !count ? n : 1;
}

struct cutting {
	struct part part; /* what is gathered */
	size_t encoded;   /* bytes */
	size_t pairs_max;
	int (*each)(const struct part *part, void *arg);
	void *arg;
};

static int flush(struct cutting *c, size_t next)
{
	int result = c->part.end > c->part.first ? c->each(&c->part, c->arg) : 0;
	c->part.first = c->part.end = next;
	c->encoded = 0;
	return result;
}

/* Takes the rows [row, end) into what is gathered, or begins anew with them. */
static int take(struct cutting *c, size_t row, size_t end, const char *value)
{
	size_t encoded = encoded_size(value);
	/* An absent label is selected by ="" alone: an empty alternative is easily misread. */
	bool alone = !*value || (c->part.end > c->part.first && !*label(&c->part, LABEL_VERB, c->part.first));
	bool full = end - c->part.first > c->pairs_max || c->encoded + encoded > ENCODED_MAX;
	int result = alone || full ? flush(c, row) : 0;
	c->part.end = end;
	c->encoded += encoded;
	return result;
}

/* One verb that more users have run than an answer can hold. */
static int take_users(struct cutting *c, size_t row, size_t end)
{
	int result = flush(c, row);
	for (; row < end && result == 0; row++) {
		const char *user = label(&c->part, LABEL_USER, row);
		size_t encoded = encoded_size(user);
		/* The absent label, the first in the order, alone here too. */
		bool alone = row > c->part.first && !*label(&c->part, LABEL_USER, row - 1);
		if (alone || row - c->part.first >= c->pairs_max || c->encoded + encoded > ENCODED_MAX)
			result = flush(c, row);
		c->part.end = row + 1;
		c->encoded += encoded;
	}
	return result == 0 ? flush(c, end) : result;
}

int partition(struct tally *pairs, size_t pairs_max, int (*each)(const struct part *part, void *arg), void *arg)
{
	struct cutting c = {.part = {.pairs = pairs}, .pairs_max = pairs_max, .each = each, .arg = arg};
	int result = 0;
	tally_sort_names(pairs);
	for (size_t row = 0, end; row < pairs->count && result == 0; row = end) {
		end = verb_end(&c.part, row);
		if (end - row <= pairs_max)
			result = take(&c, row, end, label(&c.part, LABEL_VERB, row));
		else
			result = take_users(&c, row, end);
	}
	return result == 0 ? flush(&c, pairs->count) : result;
}

int partition_halve(const struct part *part, struct part halves[2])
{
	size_t middle = part->first + (part->end - part->first) / 2;
	if (part->end - part->first < 2)
		return -1;
	if (!same_verb(part, part->first, part->end - 1)) {
		/* The verb's beginning next to the middle, from the left; from the right if the first verb has half of all. */
		while (middle > part->first && same_verb(part, middle, middle - 1))
			middle--;
		if (middle == part->first)
			middle = verb_end(part, part->first);
	}
	halves[0] = (struct part){.pairs = part->pairs, .first = part->first, .end = middle};
	halves[1] = (struct part){.pairs = part->pairs, .first = middle, .end = part->end};
	return 0;
}

/* The different values of a label in a part, which is sorted by it: how many. */
static size_t values_of(const struct part *p, enum label which, const char **values)
{
	size_t count = 0;
	for (size_t row = p->first; row < p->end; row++)
		if (count == 0 || strcmp(values[count - 1], label(p, which, row)) != 0)
			values[count++] = label(p, which, row);
	return count;
}

void partition_matchers(struct buf *b, const struct part *part)
{
	const char **values = calloc(part->end - part->first, sizeof *values);
	bool whole = (part->first == 0 || !same_verb(part, part->first - 1, part->first)) &&
		     verb_end(part, part->end - 1) == part->end;
	if (!values) {
		b->failed = true;
		return;
	}
	size_t count = values_of(part, LABEL_VERB, values);
	logql_matcher(b, label_names[LABEL_VERB], values, count);
	if (!whole) {
		buf_puts(b, ", ");
		count = values_of(part, LABEL_USER, values);
		logql_matcher(b, label_names[LABEL_USER], values, count);
	}
	free(values);
}
