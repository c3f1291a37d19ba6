#include "tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "banned.h"

enum { ROWS_FIRST = 64, ROWS_MAX = 1 << 28 };

const char *const label_names[LABELS] = {
	[LABEL_VERB] = "verb", [LABEL_USER] = "user", [LABEL_EXIT] = "exit", [LABEL_VERSION] = "ver"};

/* As FNV-1a, but by eight bytes: a journal has a million events, whose labels are hashed one by one. */
static uint32_t hash(const struct span labels[LABELS], uint32_t part)
{
	static const uint64_t prime = 0x9e3779b97f4a7c15;
	uint64_t h = part + 1;
	for (int i = 0; i < LABELS; i++) {
		const char *text = labels[i].text;
		size_t left = labels[i].len;
		uint64_t eight;
		/* The length too: ("ab", "c") is not ("a", "bc"). */
		h = (h ^ left) * prime;
		for (; left >= sizeof eight; left -= sizeof eight, text += sizeof eight) {
			memcpy(&eight, text, sizeof eight);
			h = (h ^ eight) * prime;
			h ^= h >> 32;
		}
		for (eight = 0; left; left--)
			eight = eight << 8 | (unsigned char)*text++;
		h = (h ^ eight) * prime;
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

static bool same(const struct row *r, const struct span labels[LABELS], uint32_t part)
{
	for (int i = 0; i < LABELS; i++)
		if ((labels[i].len && strncmp(r->labels[i], labels[i].text, labels[i].len) != 0) || r->labels[i][labels[i].len])
			return false;
	return r->part == part;
}

/* The slot of the row with these labels, or the free one where it belongs. */
static size_t find(const struct tally *t, uint32_t h, const struct span labels[LABELS], uint32_t part)
{
	size_t mask = t->slots_count - 1;
	size_t at = h & mask;
	while (t->slots[at]) {
		const struct row *r = &t->rows[t->slots[at] - 1];
		if (r->hash == h && same(r, labels, part))
			break;
		at = (at + 1) & mask;
	}
	return at;
}

/* Room for one more row, with at least half of the slots free. */
static int grow(struct tally *t)
{
	if (t->count < t->room)
		return 0;
	size_t room = t->room ? 2 * t->room : ROWS_FIRST;
	struct row *rows = room <= ROWS_MAX ? realloc(t->rows, room * sizeof *rows) : NULL;
	if (!rows)
		return -1;
	t->rows = rows;
	uint32_t *slots = calloc(2 * room, sizeof *slots);
	if (!slots)
		return -1;
	free(t->slots);
	t->slots = slots;
	t->slots_count = 2 * room;
	t->room = room;
	for (size_t i = 0; i < t->count; i++) {
		size_t at = rows[i].hash & (t->slots_count - 1);
		while (slots[at])
			at = (at + 1) & (t->slots_count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	return 0;
}

static int append(struct tally *t, uint32_t h, const struct span labels[LABELS], uint32_t part, int64_t count)
{
	size_t bytes = 0;
	for (int i = 0; i < LABELS; i++)
		bytes += labels[i].len + 1;
	char *text = malloc(bytes);
	if (!text)
		return -1;
	struct row *r = &t->rows[t->count++];
	*r = (struct row){.count = count, .hash = h, .part = part};
	for (int i = 0; i < LABELS; i++) {
		r->labels[i] = text;
		memcpy(text, labels[i].text, labels[i].len);
		text[labels[i].len] = '\0';
		text += labels[i].len + 1;
	}
	return 0;
}

/* 0, or -1: the sum is too large. */
static int combine(enum tally_how how, int64_t *value, int64_t other)
{
	if (how == TALLY_SUM && other > INT64_MAX - *value)
		return -1;
	if (how == TALLY_SUM)
		*value += other;
	else if (how == TALLY_MAX ? other > *value : other < *value)
		*value = other;
	return 0;
}

int tally_add(struct tally *t, const struct span labels[LABELS], uint32_t part, int64_t count)
{
	uint32_t h = hash(labels, part);
	if (grow(t) != 0)
		goto no_memory;
	size_t at = find(t, h, labels, part);
	if (!t->slots[at]) {
		if (append(t, h, labels, part, count) != 0)
			goto no_memory;
		t->slots[at] = (uint32_t)t->count;
		t->adds++;
		return 0;
	}
	t->adds++;
	if (combine(t->how, &t->rows[t->slots[at] - 1].count, count) == 0)
		return 0;
	errno = EOVERFLOW;
	return -1;
no_memory:
	errno = ENOMEM;
	return -1;
}

int tally_add_known(struct tally *t, const struct span labels[LABELS], uint32_t part, int64_t count)
{
	size_t at = t->count ? find(t, hash(labels, part), labels, part) : 0;
	if (!t->count || !t->slots[at])
		return 0;
	t->adds++;
	if (combine(t->how, &t->rows[t->slots[at] - 1].count, count) == 0)
		return 1;
	errno = EOVERFLOW;
	return -1;
}

const struct row *tally_find(const struct tally *t, const struct span labels[LABELS], uint32_t part)
{
	size_t at = t->count ? find(t, hash(labels, part), labels, part) : 0;
	return t->count && t->slots[at] ? &t->rows[t->slots[at] - 1] : NULL;
}

int tally_by(const struct tally *from, unsigned labels, struct tally *to)
{
	to->how = from->how;
	for (size_t i = 0; i < from->count; i++) {
		const struct row *r = &from->rows[i];
		struct span values[LABELS];
		for (int k = 0; k < LABELS; k++) {
			const char *value = labels & LABEL_BIT(k) ? r->labels[k] : "";
			values[k] = (struct span){.text = value, .len = strlen(value)};
		}
		if (tally_add(to, values, labels & LABEL_PART ? r->part : 0, r->count) != 0)
			return -1;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;
	int order = 0;
	for (int i = 0; i < LABELS && order == 0; i++)
		order = strcmp(x->labels[i], y->labels[i]);
	return order ? order : (x->part > y->part) - (x->part < y->part);
}

static int by_count(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;
	return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : by_name(a, b);
}

void tally_sort_names(struct tally *t)
{
	if (t->count)
		qsort(t->rows, t->count, sizeof *t->rows, by_name);
}

void tally_sort_counts(struct tally *t)
{
	if (t->count)
		qsort(t->rows, t->count, sizeof *t->rows, by_count);
}

void tally_free(struct tally *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->rows[i].labels[0]); /* one piece of memory holds all of a row's labels */
	free(t->rows);
	free(t->slots);
	*t = (struct tally){0};
}
