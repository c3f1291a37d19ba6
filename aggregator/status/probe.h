/* Asks a Loki whether it is there and answers; pushes nothing. */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>

#include "loki.h"

enum probe_outcome {
	PROBE_OK,
	PROBE_UNSURE, /* an answer that says nothing about deliveries: not offered here, or not allowed */
	PROBE_FAILED,
};

enum { PROBE_TEXT_MAX = 1024 /* bytes, with the NUL */ };

struct probe_answer {
	enum probe_outcome outcome;
	int64_t ms;                /* from the question to the end of the answer */
	char text[PROBE_TEXT_MAX]; /* why it isn't PROBE_OK, and what to do */
};

struct probe {
	struct probe_answer ready; /* GET /ready */
	struct probe_answer query; /* the number of events of one user in the last PROBE_WINDOW_H hours */
	int64_t events;            /* that number, if the query is PROBE_OK */
};

enum { PROBE_WINDOW_H = 24 };

/* Asks both at once; l is ready (loki_ready). 0, or -1: no memory. The caller has called curl_global_init. */
int probe(struct loki *l, const char *user, int timeout_s, struct probe *p);

#endif
