/* hl-push --now: delivers in the foreground, for people and for cron. */
#ifndef NOW_H
#define NOW_H

#include "config.h"

/* Says what happened. Returns the exit status: 0, nothing waits any more; 1, something does, or can't be sent. */
int now_main(const struct config *c);

#endif
