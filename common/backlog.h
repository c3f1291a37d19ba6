/* How much is in spool or journal. */
#ifndef BACKLOG_H
#define BACKLOG_H

#include <stdint.h>

#include "evlog.h"
#include "progress.h"
#include "state.h"

struct backlog {
	int64_t events;
	int64_t bytes;
	int64_t first_ns; /* the earliest event's time, nanoseconds since the epoch; 0: no events */
	int64_t skipped;  /* lines that are no records */
	int error;        /* errno of what couldn't be read, or 0 */
};

/*
 * Counts what is there, in *b. What p says is delivered (NULL: nothing) is not counted. Takes no lock, so that
 * nobody waits; with writers at work, the numbers are those of some moment of the call.
 */
void backlog_count(struct state *s, const struct evlog *log, const struct progress *p, struct backlog *b);

#endif
