/*
 * The state directory ($HOMELAB_USAGE_STATE_DIR, $XDG_STATE_HOME/homelab or ~/.local/state/homelab):
 * the user's own, 0700, its files 0600.
 *
 *	lock		three byte-range locks; its text is the last timestamp that was given
 *	spool, spool.N	events on their way to Loki (evlog.h)
 *	journal, …	events without a Loki (evlog.h)
 *	push		what hl-push remembers from one run to the next (progress.h)
 *	dropped		what the bounds of spool and journal took (dropped.h)
 *
 * What else is there, or is no regular file of the user's own, is left alone. The locks are fcntl's: the kernel
 * takes them back from a process that dies.
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
 * file that is ours), or -1 as state_open. Nothing but what only reads may follow.
 */
int state_look(struct state *s, const char *path, const char **why);
void state_close(struct state *s);

/* The write lock, held for moments by whoever changes spool, journal or what was dropped. Waits for it: 0, or -1. */
int state_lock(struct state *s);
void state_unlock(struct state *s);

/*
 * The push lock: there is an hl-push, or hl-emit is just starting one. It belongs to a descriptor and to all that
 * inherit it, so from hl-emit to the hl-push that it starts, and to that one's successor, there is no moment without
 * a holder. Returns the descriptor, or -1: somebody has it.
 */
int state_claim_push(struct state *s);
/* Is that an inherited descriptor which holds it? */
bool state_inherited_push(struct state *s, int fd);
/* Gives it back, whoever else has the descriptor. */
void state_release_push(int fd);
/* Does somebody else hold it? */
bool state_pushing(struct state *s);

/* What hl-push is found by, as long as it runs. */
void state_sign_pusher(struct state *s);
/* Its pid; 0: one that can't be seen from here; -1: none has signed. */
pid_t state_pusher(struct state *s);

/*
 * A timestamp in ns for an event that ended at now: never one that was given before, also when
 * the clock stepped back a little. The caller holds the write lock.
 */
int64_t state_stamp(struct state *s, int64_t now);

/*
 * Replaces a small file by rename; on a full disk in its place, which is whole again with the next write if the machine
 * dies just then. 0, or -1 with errno.
 */
int state_replace(struct state *s, const char *name, const void *data, size_t len);

#endif
