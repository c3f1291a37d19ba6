/*
 * Recorded events that will never be in Loki, or are in the journal no more: how many, and why. What hl-push drops
 * is counted in its file "push" (progress.h), in one write with how far it has come; what a bound drops, in "dropped".
 */
#ifndef DROPPED_H
#define DROPPED_H

#include <stdint.h>

#include "state.h"

enum dropped_reason {
	DROPPED_TOO_OLD,      /* over 7 days */
	DROPPED_TOO_FAR_BEHIND, /* over an hour behind a newer line of the same stream, by another machine */
	DROPPED_TOO_NEW,      /* ahead of Loki's clock by over 10 minutes */
	DROPPED_REFUSED,      /* by Loki, otherwise */
	DROPPED_UNREADABLE,   /* lines of the spool that are no records */
	DROPPED_BY_PUSH,      /* how many of these there are */
	DROPPED_SPOOL_FULL = DROPPED_BY_PUSH,
	DROPPED_JOURNAL_FULL,
	DROPPED_REASONS,
};

/* As in the files, and for people: "too-old", … */
extern const char *const dropped_names[DROPPED_REASONS];

/* What the bounds of spool and journal took, in the state file "dropped". Who writes it holds STATE_WRITE. */
struct dropped {
	int64_t spool_full;   /* events */
	int64_t journal_full; /* events */
	int64_t spool_last;   /* first timestamp of the last segment counted: it isn't counted again */
	int64_t journal_last;
};

void dropped_read(struct state *s, struct dropped *d);
/* 0, or -1 with errno. */
int dropped_write(struct state *s, const struct dropped *d);

/* All that was ever dropped, by reason. */
void dropped_counts(struct state *s, int64_t counts[DROPPED_REASONS]);

#endif
