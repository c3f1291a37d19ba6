/* Where counts come from: one interface, and its two implementations, Loki and the local journal. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>

#include "config.h"
#include "tally.h"
#include "window.h"

enum { SOURCE_WHY_MAX = 1024 /* bytes, with the NUL */ };

struct question {
	struct window window;
	const char *const *users; /* only theirs; none: everybody's */
	size_t users_count;
};

struct source {
	const char *name;         /* "journal", or Loki's URL */
	char note[SOURCE_WHY_MAX]; /* what is worth knowing about the answer, or "" */
	int (*count)(struct source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX]);
	void (*close)(struct source *s);
};

/* Counts the question's events by all labels into rows: 0, or -1 and why, in one line. */
static inline int source_count(struct source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	return s->count(s, q, rows, why);
}

/* NULL is fine. */
static inline void source_close(struct source *s)
{
	if (s)
		s->close(s);
}

/* Each returns NULL and why. The caller closes what it got, before it frees the configuration. */
struct source *source_journal(const struct config *c, char why[SOURCE_WHY_MAX]);
/* timeout_s is for a whole question. */
struct source *source_loki(const struct config *c, int timeout_s, char why[SOURCE_WHY_MAX]);

#endif
