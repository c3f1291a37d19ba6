/*
 * An append-only log of events (event.h) in segments: spool and journal.
 *
 * NAME is written to; when it is full, or when hl-push wants its events, it is renamed to NAME.1,
 * NAME.2, … (rotated), which are never written to again. The lowest number is the oldest. When
 * there are too many segments the oldest goes, and its events are counted as dropped (dropped.h).
 * What has such a name and is no regular file of the user's own, or far too large, is rotated past, and left alone.
 *
 * Who appends, rotates or removes holds the write lock.
 */
#ifndef EVLOG_H
#define EVLOG_H

#include "buf.h"
#include "event.h"
#include "state.h"

enum { EVLOG_FILE_MAX = 64 * 1024 * 1024 }; /* bytes; ours are far smaller, those of a later version may not be */

struct evlog {
	const char *name;
	off_t segment_max;     /* bytes */
	unsigned segments_max; /* rotated ones */
};

/* 33 x 256 KiB: about 170,000 events of the usual 50 bytes, 50,000 of the longest. */
extern const struct evlog evlog_spool;
/* 9 x 8 MiB: about 1.5 million events. */
extern const struct evlog evlog_journal;

/*
 * Appends one event, whole or not at all, after cutting off what a writer that died may have left
 * behind the last newline. 0, or -1 with errno.
 */
int evlog_append(struct state *s, const struct evlog *log, const struct event *e);

/* The rotated segments' numbers, ascending, in *numbers (the caller frees it): how many, or -1. */
int evlog_segments(struct state *s, const struct evlog *log, unsigned **numbers);
/* Renames the live file to the next segment, if it holds anything. 1: it did, 0: it is empty, -1: error. */
int evlog_rotate(struct state *s, const struct evlog *log);
/* Opens segment number (0: the live file) for reading: a descriptor, or -1 with errno (ENOENT: it isn't there). */
int evlog_open(struct state *s, const struct evlog *log, unsigned number);
/* Reads segment number (0: the live file) whole. 0, or -1 with errno. */
int evlog_read(struct state *s, const struct evlog *log, unsigned number, struct buf *out);
int evlog_remove(struct state *s, const struct evlog *log, unsigned number);

#endif
