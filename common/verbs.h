/* The verb table of a wrapper, as it is gathered by hl-wrap. */
#ifndef VERBS_H
#define VERBS_H

#include <stdbool.h>
#include <stddef.h>

struct verb_entry {
	char *verb;    /* "net check" */
	char *tier;    /* one word, "-": unknown */
	char *summary; /* one line, words one space apart; "" if there is none */
	char *script;  /* path below the directory of verbs; NULL with --cli */
};

/* All owned. */
struct verbs {
	struct verb_entry *entries;
	size_t count;
	size_t room;
};

enum {
	VERBS_SUMMARY_MAX = 200,	 /* bytes; the rest is cut */
	VERBS_TEXT_MAX = 16 * 1024 * 1024, /* bytes of a manifest */
};

/*
 * Adds a verb, with tier and summary made fit for one line (NULL: unknown). 0; -1: no memory. The
 * verb must be valid (verb.h).
 */
int verbs_add(struct verbs *v, const char *verb, const char *tier, const char *summary, const char *script);

/* Sorts by verb, byte by byte: what shares its first words stands together, "k8s" before "k8s logs". */
void verbs_sort(struct verbs *v);
/* Is there a verb whose first word this is? */
bool verbs_have_first(const struct verbs *v, const char *word);
void verbs_remove(struct verbs *v, size_t at);
void verbs_free(struct verbs *v);

#endif
