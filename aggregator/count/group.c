#include "group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "banned.h"

bool is_miss(const char *verb)
{
	size_t n = strlen(verb);
	return n && verb[n - 1] == '?';
}

enum outcome outcome_of(const char *exit)
{
	static const char *const interrupted[] = {"129", "130", "131", "141"};
	for (size_t i = 0; i < sizeof interrupted / sizeof *interrupted; i++)
		if (strcmp(exit, interrupted[i]) == 0)
			return OUTCOME_INTERRUPTED;
	return !*exit || strcmp(exit, "0") == 0 ? OUTCOME_FINE : OUTCOME_FAILED;
}

int count_add(int64_t *sum, int64_t n)
{
	if (n > INT64_MAX - *sum) {
		errno = EOVERFLOW;
		return -1;
	}
	*sum += n;
	return 0;
}

static bool wanted(const struct row *r, enum group_of of)
{
	return of == GROUP_ALL || is_miss(r->labels[LABEL_VERB]) == (of == GROUP_MISSES);
}

/* A row's labels as spans, only those of the set. */
static void key_of(const struct row *r, unsigned labels, struct span key[LABELS])
{
	for (int i = 0; i < LABELS; i++) {
		const char *value = labels & LABEL_BIT(i) ? r->labels[i] : "";
		key[i] = (struct span){.text = value, .len = strlen(value)};
	}
}

static struct group *find(struct groups *g, const struct row *r, unsigned by)
{
	struct span key[LABELS];
	key_of(r, by, key);
	const struct row *k = tally_find(&g->keys, key, by & LABEL_PART ? r->part : 0);
	return k ? &g->groups[k - g->keys.rows] : NULL;
}

static int add_keys(struct groups *g, const struct tally *rows, unsigned by, enum group_of of)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *r = &rows->rows[i];
		struct span key[LABELS];
		key_of(r, by, key);
		if (wanted(r, of) && tally_add(&g->keys, key, by & LABEL_PART ? r->part : 0, r->count) != 0)
			return -1;
	}
	g->count = g->keys.count;
	g->groups = calloc(g->count + 1, sizeof *g->groups);
	if (!g->groups) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < g->count; i++) {
		const struct row *k = &g->keys.rows[i];
		g->groups[i] = (struct group){.key = "", .part = k->part, .count = k->count};
		for (int l = 0; l < LABELS; l++)
			if (by & LABEL_BIT(l))
				g->groups[i].key = k->labels[l];
		if (count_add(&g->total, k->count) != 0)
			return -1;
	}
	return 0;
}

/* How many different values of a label each group has. */
static int add_different(struct groups *g, const struct tally *rows, unsigned by, enum group_of of, enum label label)
{
	struct tally pairs = {0};
	int result = 0;
	for (size_t i = 0; i < rows->count && result == 0; i++) {
		struct span key[LABELS];
		key_of(&rows->rows[i], by | LABEL_BIT(label), key);
		if (wanted(&rows->rows[i], of))
			result = tally_add(&pairs, key, by & LABEL_PART ? rows->rows[i].part : 0, 1);
	}
	for (size_t i = 0; i < pairs.count && result == 0; i++) {
		struct group *group = find(g, &pairs.rows[i], by);
		size_t *different = label == LABEL_USER ? &group->users : &group->verbs;
		++*different;
	}
	tally_free(&pairs);
	return result;
}

static void add_outcomes(struct groups *g, const struct tally *rows, unsigned by, enum group_of of)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *r = &rows->rows[i];
		struct group *group = wanted(r, of) ? find(g, r, by) : NULL;
		enum outcome outcome = outcome_of(r->labels[LABEL_EXIT]);
		/* Parts of the group's count, which did not overflow. */
		if (group && outcome == OUTCOME_FAILED)
			group->failed += r->count;
		if (group && outcome == OUTCOME_INTERRUPTED)
			group->interrupted += r->count;
	}
}

static int by_size(const void *a, const void *b)
{
	const struct group *x = a;
	const struct group *y = b;
	return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : strcmp(x->key, y->key);
}

static int by_part(const void *a, const void *b)
{
	const struct group *x = a;
	const struct group *y = b;
	return (x->part > y->part) - (x->part < y->part);
}

int groups_make(struct groups *g, const struct tally *rows, unsigned by, enum group_of of)
{
	*g = (struct groups){0};
	if (add_keys(g, rows, by, of) != 0 || add_different(g, rows, by, of, LABEL_USER) != 0 ||
	    add_different(g, rows, by, of, LABEL_VERB) != 0)
		return -1;
	add_outcomes(g, rows, by, of);
	if (g->count)
		qsort(g->groups, g->count, sizeof *g->groups, by & LABEL_PART ? by_part : by_size);
	return 0;
}

void groups_free(struct groups *g)
{
	free(g->groups);
	tally_free(&g->keys);
	*g = (struct groups){0};
}
