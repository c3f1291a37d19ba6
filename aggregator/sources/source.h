/* Where counts come from: one interface; Loki, an archive in front of it, and the local journal implement it. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "config.h"
#include "question.h"
#include "tally.h"

enum { SOURCE_WHY_MAX = 5 * 1024 /* bytes, with the NUL: a path or a URL, and some words */ };

/* Days that an archive answered instead of Loki. */
struct source_days {
	size_t count;
	int64_t from_s, to_s; /* of all of them, not without gaps */
	bool incomplete;      /* one of them may lack its beginning, which Loki had dropped when it was archived */
};

struct source {
	const char *name;            /* "journal", or Loki's URL */
	const char *warning;         /* before it is asked: what is unsafe about it, or NULL */
	const char *tenant;          /* Loki's, or NULL */
	const char *archive;         /* its path, or NULL: there is none */
	struct source_days archived; /* of the questions so far, the one that most were taken for */
	char note[SOURCE_WHY_MAX]; /* after a question: what is worth knowing about it, or "" */
	int64_t empty_until_s;     /* after a question: before this there is nothing in its ranges; 0: not known */
	int (*ask)(struct source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX]);
	int (*explain)(struct source *s, const struct question *q, struct buf *out);
	void (*close)(struct source *s);
};

/* Adds what is asked for to rows, which may be empty: 0, or -1 and why, in one line. */
int source_ask(struct source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX]);

/* What would be asked, as lines for people, without asking: 0, or -1: no memory. */
int source_explain(struct source *s, const struct question *q, struct buf *out);

/* NULL is fine. */
void source_close(struct source *s);

/* The implementations; for choose.h. */
struct source *source_journal(const struct config *c, char why[SOURCE_WHY_MAX]);
struct source *source_loki(const struct config *c, int timeout_s, char why[SOURCE_WHY_MAX]);
/* Takes loki over, also when it fails. required: fails if the archive can't be used, which is else said in a note. */
struct source *source_archive(struct source *loki, const char *path, bool required, char why[SOURCE_WHY_MAX]);

#endif
