/* The spool's way to Loki: segment by segment, oldest first, each event exactly once or counted as dropped. */
#ifndef DRAIN_H
#define DRAIN_H

#include <curl/curl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "progress.h"
#include "state.h"

enum { DRAIN_ALONE_MAX = 1024 };

struct drain {
	struct state *state;
	struct progress *progress; /* read; written as it goes on */
	CURL *handle;		   /* made for the push URL */
	const char *user;	   /* the label */

	/* for people; none of it need be set */
	int64_t delivered; /* events */
	int64_t requests;

	/* its own */
	size_t limit;	 /* events in a request */
	int64_t took_ms; /* the last request */
	struct {
		uint64_t verb; /* its hash */
		int64_t until_ms;
	} alone[DRAIN_ALONE_MAX]; /* verbs whose late events Loki has just taken: no other machine is ahead with them */
	size_t alone_count;
};

enum drained {
	DRAIN_EMPTY,  /* the spool is empty, and the write lock is held: who appends after it starts another hl-push */
	DRAIN_KEPT,   /* Loki can't be had now: progress says why, and when to try again */
	DRAIN_BROKEN, /* the state directory can't be used */
};

void drain_init(struct drain *d);

/*
 * Delivers all that waits. Events that come meanwhile share requests: it waits for them for a moment before each look
 * at the spool, unless *hurry is or becomes true; then it takes that back. Calls renew, if there is one, before each segment.
 */
enum drained drain(struct drain *d, volatile sig_atomic_t *hurry, void (*renew)(void *arg), void *arg);

#endif
