/* Several GETs at once, over kept connections, under one time limit. */
#ifndef ASK_H
#define ASK_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "loki.h"

enum { ASK_AT_ONCE = 8, ASK_BODY_MAX = 64 * 1024 * 1024 /* bytes, uncompressed */ };

/* What came back. All of it is valid during the callback alone. */
struct reply {
	CURLcode result;
	const char *detail;   /* curl's own words, "" if it has none */
	int system_error;     /* errno of a connection that failed, or 0 */
	long status;          /* HTTP's, 0: none came */
	const char *redirect; /* where a 3xx points to, or NULL */
	const char *body;     /* NUL-terminated */
	size_t len;           /* bytes */
	bool too_large;       /* more than ASK_BODY_MAX, or than there is memory */
};

/* May call ask_add. Returns 0, or -1 to end everything. */
typedef int ask_done(const struct reply *r, void *arg);

struct ask;

/*
 * timeout_s is for all that is asked, from now on. NULL: no memory. The caller has called curl_global_init, asks one
 * after the other, and has ask_free called before loki_free, which closes the connections.
 */
struct ask *ask_new(struct loki *l, int timeout_s);
/* Puts a question in the queue: 0, or -1: no memory. */
int ask_add(struct ask *a, const char *url, ask_done *done, void *arg);
/* Gives up what was put in with that arg and has no answer yet. */
void ask_drop(struct ask *a, const void *arg);
/* Asks until everything is answered: 0, or -1: a callback ended it, or no memory. */
int ask_run(struct ask *a);
void ask_free(struct ask *a);

#endif
