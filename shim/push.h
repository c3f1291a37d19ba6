/* What it takes to deliver: the state directory, the push lock, and a handle on Loki. */
#ifndef PUSH_H
#define PUSH_H

#include <signal.h>
#include <stdbool.h>

#include "config.h"
#include "drain.h"
#include "loki.h"
#include "progress.h"
#include "state.h"
#include "user.h"

struct push {
	struct state state;
	struct progress progress;
	struct loki loki;
	struct drain drain;
	char user[USER_MAX];
	int lock; /* the push lock's descriptor, -1: not held */
};

#define PUSH_INIT {.state = STATE_INIT, .lock = -1}

/* Set by SIGUSR1: somebody waits for the delivery. */
extern volatile sig_atomic_t push_hurry;

/* Opens the state directory: 0, or -1 with *why; errno is ENOENT where nothing was ever recorded. */
int push_open(struct push *p, const struct config *c, const char **why);
/* Takes the push lock, or the one that was passed on by who started us, and reads the progress. false: there is another. */
bool push_claim(struct push *p, const struct config *c);
/* Makes ready to send: 0, or -1 and the progress says why. */
int push_ready(struct push *p, const struct config *c);

#endif
