/* An archive as a file: read as it is at one moment, and appended to by one writer at a time. */
#ifndef ARCHIVE_FILE_H
#define ARCHIVE_FILE_H

#include "archive_text.h"

enum { ARCHIVE_WHY_MAX = 5 * 1024 /* bytes, with the NUL: a path, a URL, some words */ };

struct archive {
	struct buf header; /* as the file's must be */
	struct buf text;   /* the file's */
	struct archive_index index;
	bool unfinished; /* its end is a day, or the header, that was never finished */
};

/* What an archive has of a day. */
enum archive_state {
	ARCHIVE_ABSENT,
	ARCHIVE_GOOD,
	ARCHIVE_DAMAGED,     /* its checksum, or a row, is wrong */
	ARCHIVE_CONTRADICTS, /* several times, each of them right, not the same */
};

/* A day that is to be appended: what archive_begin and archive_row have made. */
struct archive_new {
	int64_t day;
	struct buf block; /* owned by the caller */
};

/*
 * Reads the file. 0, or -1 and why, in one line: it can't be read, is no archive, or another URL's or tenant's;
 * errno is ENOENT where there is none. archive_close in any case.
 */
int archive_open(struct archive *a, const char *path, const struct archive_origin *o, char why[ARCHIVE_WHY_MAX]);
void archive_close(struct archive *a);

/* The day, checked; *block is its place if it is good. */
enum archive_state archive_day(const struct archive *a, int64_t day, const struct archive_block **block);
/* As archive_rows, for a block of this archive. */
int archive_block_rows(const struct archive *a, const struct archive_block *block,
		       int (*each)(const struct archive_row *row, void *arg), void *arg);

/*
 * Appends the days that the file doesn't have by now, whole or not at all, and makes the file if there is none: how
 * many, or -1 and why. What a writer that died has left behind the last whole day is cut off: *cut bytes.
 */
int archive_append(const char *path, const struct archive_origin *o, const struct archive_new *days, size_t count,
		   size_t *cut, char why[ARCHIVE_WHY_MAX]);

#endif
