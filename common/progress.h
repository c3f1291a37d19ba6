/* What hl-push remembers from one run to the next, in the state file "push" (fields.h). */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "dropped.h"
#include "state.h"

enum {
	PROGRESS_BACKOFF_FIRST_S = 30,
	PROGRESS_BACKOFF_MAX_S = 3600,
	PROGRESS_REASON_MAX = 256, /* bytes, with the NUL */
};

struct progress {
	int64_t target;	     /* which Loki all this is about (progress_target) */
	int64_t next_s;	     /* no attempt before this time, seconds since the epoch */
	int64_t failures;    /* attempts that failed in a row */
	int64_t success_s;   /* last success, 0: never */
	int64_t failure_s;   /* last failure, 0: never */
	int64_t first;	     /* first timestamp of the spool segment that is being delivered, */
	int64_t offset;	     /* and how many bytes of it have been dealt with */
	int64_t dropped[DROPPED_BY_PUSH]; /* events, by reason */
	char reason[PROGRESS_REASON_MAX]; /* of the last failure, for people */
};

/* Reads it; all zero where there is none. */
void progress_read(struct state *s, struct progress *p);
/* Writes it by rename: 0, or -1 with errno. The holder of STATE_PUSH alone does. */
int progress_write(struct state *s, const struct progress *p);

/* A Loki's URL as a number: a back-off from one says nothing about another. */
int64_t progress_target(const char *url);
/*
 * May an attempt at target be made at now_s? A back-off further away than any can be is a clock that
 * stepped back.
 */
bool progress_due(const struct progress *p, int64_t now_s, int64_t target);
/* Notes a failed attempt, and the next one: 30 s, doubling to 1 h, a fifth more or less by jitter (0 to 1). */
void progress_failed(struct progress *p, int64_t now_s, double jitter, const char *reason);
void progress_succeeded(struct progress *p, int64_t now_s);

/*
 * How many bytes of a spool segment of that size have been dealt with. head is its text, len bytes of it or all; its
 * first timestamp comes into *first, 0 if it holds no record. No two events have the same, so it tells segments apart.
 */
size_t progress_offset(const struct progress *p, const char *head, size_t len, size_t size, int64_t *first);

#endif
