#include "steps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "when.h"

#include "banned.h"

/* A moving mean is taken over what evens out nights, weekends and a month. */
static const size_t moving_steps[UNITS] = {[UNIT_HOUR] = 24, [UNIT_DAY] = 7, [UNIT_WEEK] = 4};

int steps_cut(struct steps *s, const struct options *o)
{
	const struct window *w = &o->window;
	int64_t before_s = w->from_s - (w->to_s - w->from_s);
	struct range *cut;
	*s = (struct steps){.unit = o->step, .utc = o->utc};
	errno = 0;
	s->count = when_ranges(w, s->unit, s->utc, &cut);
	if (s->count)
		s->ranges = calloc(s->count + 2, sizeof *s->ranges);
	if (!s->ranges) {
		bool many = errno == E2BIG;
		free(cut);
		if (many)
			msg("%s: --step %s: the window has more than %d of them: ask for a shorter --since, or longer steps",
			    o->command->name, unit_names[s->unit], WHEN_RANGES_MAX);
		else
			msg("out of memory");
		return many ? EXIT_MISUSE : EXIT_FAILURE;
	}
	/* In two pieces, as Loki is asked for pieces at once, and none of the others is as long. */
	struct window before = {.from_s = before_s > 0 ? before_s : 0, .to_s = w->from_s};
	int64_t middle_s = before.from_s + (before.to_s - before.from_s) / 2;
	if (middle_s > before.from_s)
		s->ranges[s->ranges_count++] = (struct range){.window = {before.from_s, middle_s}};
	if (before.to_s > middle_s)
		s->ranges[s->ranges_count++] = (struct range){.window = {middle_s, before.to_s}};
	s->step = s->ranges + s->ranges_count;
	for (size_t i = 0; i < s->count; i++)
		s->ranges[s->ranges_count++] = (struct range){.window = cut[i].window, .part = (uint32_t)i + 1};
	free(cut);
	return 0;
}

bool steps_partial(const struct steps *s, size_t step)
{
	const struct window *w = &s->step[step].window;
	if (step != 0 && step != s->count - 1)
		return false;
	return when_begin(w->from_s, s->unit, s->utc) != w->from_s || when_next(w->from_s, s->unit, s->utc) != w->to_s;
}

void steps_free(struct steps *s)
{
	free(s->ranges);
	*s = (struct steps){0};
}

int steps_window(const struct tally *rows, struct tally *window)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *r = &rows->rows[i];
		struct span labels[LABELS];
		for (int k = 0; k < LABELS; k++)
			labels[k] = (struct span){.text = r->labels[k], .len = strlen(r->labels[k])};
		if (r->part && tally_add(window, labels, 0, r->count) != 0)
			return -1;
	}
	return 0;
}

/* A key: a line's name in the place of the verb. */
static void key_of(const char *name, const char *user, struct span key[LABELS])
{
	for (int i = 0; i < LABELS; i++)
		key[i] = (struct span){.text = ""};
	key[LABEL_VERB] = (struct span){.text = name, .len = strlen(name)};
	key[LABEL_USER] = (struct span){.text = user, .len = strlen(user)};
}

static int add_key(struct tally *keyed, const char *name, const struct row *r)
{
	struct span key[LABELS];
	key_of(name, r->labels[LABEL_USER], key);
	return tally_add(keyed, key, r->part, r->count);
}

static bool again(const struct lines_by *by, size_t prefix)
{
	for (size_t i = 0; i < prefix; i++)
		if (strcmp(by->prefixes[i], by->prefixes[prefix]) == 0)
			return true;
	return false;
}

/* The rows by line, user and part. A row may be of several prefixes. */
static int key_rows(const struct tally *rows, const struct lines_by *by, struct tally *keyed)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *r = &rows->rows[i];
		const char *verb = r->labels[LABEL_VERB];
		if (is_miss(verb) != (by->of == GROUP_MISSES))
			continue;
		for (size_t k = 0; k < by->prefixes_count; k++) {
			const struct question one = {.verbs = by->prefixes + k, .verbs_count = 1};
			if (question_selects(&one, verb, strlen(verb)) && !again(by, k) &&
			    add_key(keyed, by->prefixes[k], r) != 0)
				return -1;
		}
		const char *name = by->label == LABEL_BIT(LABEL_VERB)   ? verb
				   : by->label == LABEL_BIT(LABEL_USER) ? r->labels[LABEL_USER]
									: "";
		if (!by->prefixes_count && add_key(keyed, name, r) != 0)
			return -1;
	}
	return 0;
}

static int add_name(struct lines *l, const char *name)
{
	struct span key[LABELS];
	key_of(name, "", key);
	return tally_add(&l->names, key, 0, 0);
}

/* Lines that were asked for are there also if they are empty; others if the window has something of them. */
static int name_lines(struct lines *l, const struct lines_by *by, const struct tally *keyed)
{
	for (size_t i = 0; i < by->prefixes_count; i++)
		if (add_name(l, by->prefixes[i]) != 0)
			return -1;
	if (!by->prefixes_count && !by->label && add_name(l, "") != 0)
		return -1;
	for (size_t i = 0; i < keyed->count; i++)
		if (keyed->rows[i].part && add_name(l, keyed->rows[i].labels[LABEL_VERB]) != 0)
			return -1;
	return 0;
}

static int make_room(struct lines *l, const struct steps *s)
{
	l->count = l->names.count;
	l->lines = calloc(l->count + 1, sizeof *l->lines);
	l->store = calloc(2 * l->count * s->count + 1, sizeof *l->store);
	if (!l->lines || !l->store) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < l->count; i++) {
		l->lines[i].name = l->names.rows[i].labels[LABEL_VERB];
		l->lines[i].counts = l->store + 2 * i * s->count;
		l->lines[i].users_by_step = l->lines[i].counts + s->count;
	}
	return 0;
}

static int fill(struct lines *l, const struct tally *keyed)
{
	struct tally people = {0};
	int result = 0;
	for (size_t i = 0; i < keyed->count && result == 0; i++) {
		const struct row *r = &keyed->rows[i];
		struct span key[LABELS];
		key_of(r->labels[LABEL_VERB], "", key);
		const struct row *name = tally_find(&l->names, key, 0);
		struct line *line = name ? &l->lines[name - l->names.rows] : NULL;
		if (!line)
			continue;
		result = count_add(r->part ? &line->total : &line->before, r->count);
		if (!r->part || result != 0)
			continue;
		line->counts[r->part - 1] += r->count; /* a part of the total, which did not overflow */
		line->users_by_step[r->part - 1]++;
		size_t known = people.count;
		key_of(r->labels[LABEL_VERB], r->labels[LABEL_USER], key);
		result = tally_add(&people, key, 0, 0);
		line->users += people.count > known;
	}
	tally_free(&people);
	return result;
}

static int by_total(const void *a, const void *b)
{
	const struct line *x = a;
	const struct line *y = b;
	return x->total != y->total ? (x->total < y->total) - (x->total > y->total) : strcmp(x->name, y->name);
}

int lines_make(struct lines *l, const struct steps *s, const struct tally *rows, const struct lines_by *by)
{
	struct tally keyed = {0};
	int result = -1;
	*l = (struct lines){0};
	if (key_rows(rows, by, &keyed) == 0 && name_lines(l, by, &keyed) == 0 && make_room(l, s) == 0)
		result = fill(l, &keyed);
	if (result == 0 && l->count && !by->prefixes_count)
		qsort(l->lines, l->count, sizeof *l->lines, by_total);
	tally_free(&keyed);
	return result;
}

void lines_free(struct lines *l)
{
	free(l->lines);
	free(l->store);
	tally_free(&l->names);
	*l = (struct lines){0};
}

static bool mean_of(const struct steps *s, const struct line *l, size_t first, size_t end, double *mean)
{
	double sum = 0;
	size_t whole = 0;
	for (size_t i = first; i < end; i++)
		if (!steps_partial(s, i)) {
			sum += (double)l->counts[i];
			whole++;
		}
	*mean = whole ? sum / (double)whole : 0;
	return whole != 0;
}

bool line_mean(const struct steps *s, const struct line *l, double *mean)
{
	return mean_of(s, l, 0, s->count, mean);
}

bool line_moving(const struct steps *s, const struct line *l, size_t step, double *mean)
{
	size_t width = moving_steps[s->unit];
	/* A step that is cut, as today, stands beside the mean of the whole ones before it. */
	size_t end = step + !steps_partial(s, step);
	return mean_of(s, l, end > width ? end - width : 0, end, mean);
}
