#include "verbs.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "verb.h"

#include "banned.h"

/* One line, its words one space apart: in a manifest, two spaces end a column. */
static char *one_line(const char *text)
{
	char *out = malloc(VERBS_SUMMARY_MAX + 1);
	size_t n = 0;
	if (!out)
		return NULL;
	for (; *text && n < VERBS_SUMMARY_MAX; text++) {
		bool space = *text == ' ' || *text == '\t' || *text == '\n' || *text == '\r';
		if (!space)
			out[n++] = *text;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (((unsigned char)*text & 0xc0) == 0x80) /* cut within a character: all of it goes */
		while (n > 0 && (unsigned char)out[--n] < 0xc0)
			;
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	text_clean(out, n);
	return out;
}

int verbs_add(struct verbs *v, const char *verb, const char *tier, const char *summary, const char *script)
{
	if (v->count == v->room) {
		size_t room = v->room ? 2 * v->room : 64;
		struct verb_entry *more = realloc(v->entries, room * sizeof *more);
		if (!more)
			return -1;
		v->entries = more;
		v->room = room;
	}
	bool plain = tier && verb_word_valid(tier, strlen(tier));
	struct verb_entry e = {
		.verb = strdup(verb),
		.tier = strdup(plain ? tier : "-"),
		.summary = one_line(summary ? summary : ""),
		.script = script ? strdup(script) : NULL,
	};
	v->entries[v->count++] = e;
	return e.verb && e.tier && e.summary && (e.script || !script) ? 0 : -1;
}

static int by_verb(const void *a, const void *b)
{
	return strcmp(((const struct verb_entry *)a)->verb, ((const struct verb_entry *)b)->verb);
}

void verbs_sort(struct verbs *v)
{
	if (v->count)
		qsort(v->entries, v->count, sizeof *v->entries, by_verb);
}

bool verbs_have_first(const struct verbs *v, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i < v->count; i++)
		if (strncmp(v->entries[i].verb, word, n) == 0 &&
		    (v->entries[i].verb[n] == '\0' || v->entries[i].verb[n] == ' '))
			return true;
	return false;
}

static void free_entry(struct verb_entry *e)
{
	free(e->verb);
	free(e->tier);
	free(e->summary);
	free(e->script);
}

void verbs_remove(struct verbs *v, size_t at)
{
	free_entry(&v->entries[at]);
	v->count--;
	memmove(&v->entries[at], &v->entries[at + 1], (v->count - at) * sizeof *v->entries);
}

void verbs_free(struct verbs *v)
{
	for (size_t i = 0; i < v->count; i++)
		free_entry(&v->entries[i]);
	free(v->entries);
	*v = (struct verbs){0};
}
