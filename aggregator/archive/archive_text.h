/*
 * The text of an archive: header, days, rows. docs/archive.md says what it looks like. Nothing here opens a file.
 * A day is UTC's, as days since the epoch; it takes what happened after its midnight, up to the next one's.
 */
#ifndef ARCHIVE_TEXT_H
#define ARCHIVE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "tally.h"

enum { ARCHIVE_DATE_MAX = 32 /* bytes */ };

/* Whose counts an archive holds. */
struct archive_origin {
	const char *url;    /* Loki's base URL */
	const char *tenant; /* NULL: none */
};

struct archive_row {
	struct span verb, user, exit; /* empty: an event without it */
	int64_t count;                /* > 0 */
};

/* A day that stands in the text from "#day" to "#end". Offsets in bytes. */
struct archive_block {
	int64_t day;
	size_t at;      /* of its first line */
	size_t rows_at; /* of its first row */
	size_t end_at;  /* of its last line */
	uint32_t sum;   /* what that says about it */
	uint64_t len;
	bool first;  /* Loki had nothing older: the day's beginning may be missing */
	int checked; /* 1: it is good, -1: it is not, 0: nobody has looked yet */
};

struct archive_index {
	struct archive_block *blocks; /* owned; by day, then as they stand */
	size_t count;
	size_t room;
	size_t whole;  /* bytes, up to what was never finished */
	size_t strays; /* pieces of text that are no part of a day */
};

/* "2026-11-01" and back: 0, or -1 if it is no day from 1970 to 9999. */
void archive_date(int64_t day, char out[ARCHIVE_DATE_MAX]);
int archive_date_read(const char *text, size_t len, int64_t *day);

/* The header; the same for two ways to write one URL. */
void archive_header(struct buf *b, const struct archive_origin *o);

/* A day's block is composed by begin, rows (by verb; before: the row before, or NULL) and end. */
void archive_begin(struct buf *b, int64_t day, bool first);
void archive_row(struct buf *b, const struct archive_row *row, const struct archive_row *before);
/* block: what begin and rows have made. */
void archive_end(struct buf *b, const struct buf *header, const struct buf *block, int64_t day);

/* Reads digits alone, up to max: 0, or -1. */
int archive_number(const char *text, size_t len, uint64_t max, uint64_t *number);

/*
 * Calls each (if it isn't NULL) for every row; what it is given is valid during the call. 0, or -1: it is not rows,
 * or each said so.
 */
int archive_rows(const char *text, size_t len, int (*each)(const struct archive_row *row, void *arg), void *arg);

/* Finds the days of a text, from offset start on, without looking into them. 0, or -1: no memory, or too many. */
int archive_index(struct archive_index *index, const char *text, size_t start, size_t len);
void archive_index_free(struct archive_index *index);

#endif
