/*
 * The state directory ($HOMELAB_USAGE_STATE_DIR, $XDG_STATE_HOME/homelab or ~/.local/state/homelab):
 * the user's own, 0700, its files 0600.
 *
 *	lock		two byte-range locks; its text is the last timestamp that was given
 *	spool, spool.N	events on their way to Loki (evlog.h)
 *	journal, …	events without a Loki (evlog.h)
 *	push		what hl-push remembers from one run to the next (progress.h)
 *	dropped		events that a bound, their age or Loki took: "<reason> <count>" lines
 *
 * The locks are fcntl's: the kernel takes them back from a process that dies, and tells who has one.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config.h"

enum { STATE_PATH_MAX = 4096 }; /* bytes */

struct state {
	int dir;  /* descriptor of the directory, -1: not open */
	int lock; /* descriptor of the lock file, -1: not open */
};

#define STATE_INIT {.dir = -1, .lock = -1}

enum state_lock {
	STATE_WRITE, /* held for moments, by whoever changes spool, journal or counts */
	STATE_PUSH,  /* held by the one hl-push as long as it runs */
};

/* Where the directory is, by configuration and HOME: 0, or -1 with *why. */
int state_path(const struct config *c, char out[STATE_PATH_MAX], const char **why);

/* Could state_open make or use the directory? 0, or -1 with *why. Makes nothing. */
int state_check(const char *path, const char **why);

/*
 * Opens the directory, and makes it if create says so. 0, or -1 with *why: it isn't there, isn't
 * ours alone, is reached through somebody else's link, or would have to be made in a directory
 * that another uid owns. errno, if it was 0, is ENOENT where nothing was ever recorded.
 */
int state_open(struct state *s, const char *path, bool create, const char **why);
/*
 * Opens a directory that is there to look at it, also where nothing can be written. 0 (lock is -1 if there is no lock
 * file that is ours), or -1 as state_open. Nothing but state_locked_by and what only reads may follow.
 */
int state_look(struct state *s, const char *path, const char **why);
void state_close(struct state *s);

/* Takes a lock, waiting for it if wait says so: 0, or -1. */
int state_lock(struct state *s, enum state_lock which, bool wait);
void state_unlock(struct state *s, enum state_lock which);
/* Who holds it: a pid; 0: somebody whose pid can't be seen from here; -1: nobody. */
pid_t state_locked_by(struct state *s, enum state_lock which);

/*
 * A timestamp in ns for an event that ended at now: never one that was given before, also when
 * the clock stepped back a little. The caller holds STATE_WRITE.
 */
int64_t state_stamp(struct state *s, int64_t now);

/* Replaces a small file by rename: 0, or -1. */
int state_replace(struct state *s, const char *name, const void *data, size_t len);
/* Counts dropped events. The caller holds STATE_WRITE. */
void state_count_dropped(struct state *s, const char *reason, unsigned long long count);
/* Calls each for every reason that events were dropped for, with their count, in the order of the file. */
void state_dropped(struct state *s, void (*each)(const char *reason, unsigned long long count, void *arg), void *arg);

#endif
