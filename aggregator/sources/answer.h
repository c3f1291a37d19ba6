/* Loki's answers: JSON to rows, nothing taken on trust. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>

#include "buf.h"
#include "tally.h"

enum answer_kind {
	ANSWER_COUNTS, /* of a range query of a single point: a matrix */
	ANSWER_SERIES, /* of /series: rows of verb and user, with count 0 */
};

enum answer_fault {
	ANSWER_OK,
	ANSWER_NOT_JSON,
	ANSWER_OTHER_SHAPE,
	ANSWER_COUNT_TOO_LARGE,
	ANSWER_NO_MEMORY,
};

/*
 * Adds an answer's rows to rows, as that part, and what Loki warns of to warnings ("; " between two, none of them twice). What
 * was added before a fault was found stays.
 */
enum answer_fault answer_parse(const char *body, size_t len, enum answer_kind kind, uint32_t part, struct tally *rows,
			       struct buf *warnings);

#endif
