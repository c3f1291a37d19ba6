/* One push request and what its answer means for the events in it. */
#ifndef DELIVER_H
#define DELIVER_H

#include <curl/curl.h>

#include "dropped.h"
#include "loki.h"

enum delivery {
	DELIVERED, /* 204: they are in Loki */
	KEEP,	   /* nothing was taken, or nobody can tell: again later */
	TOO_LARGE, /* 413: again in smaller parts */
	REFUSED,   /* 400, 422: what Loki did not take, it never will */
};

enum { DELIVER_REASON_MAX = 256 /* bytes, with the NUL */ };

struct answer {
	enum delivery outcome;
	/* REFUSED: how many events Loki says it refused, -1 if it doesn't say; and why */
	long refused;
	enum dropped_reason why;
	char reason[DELIVER_REASON_MAX]; /* one line for people, unless DELIVERED */
};

/* Sends body (len bytes of JSON) with a handle that loki_handle made for the push URL. */
void deliver(CURL *handle, const char *body, size_t len, struct answer *answer);

/* What an HTTP status and its text mean; apart for the tests. */
void deliver_judge(long status, const char *text, struct answer *answer);

#endif
