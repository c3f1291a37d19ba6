/* Which days of a question an archive answers, and what is left to ask. */
#ifndef ARCHIVE_SPLIT_H
#define ARCHIVE_SPLIT_H

#include "question.h"

struct archive_split {
	struct range *rest; /* the question's ranges without the days that are taken; owned */
	size_t rest_count;
	struct archive_taken {
		int64_t day;
		uint32_t part;
	} *taken; /* whole days in the archive, by time; owned */
	size_t taken_count;
	int64_t *asked; /* days in the archive that are in the rest, wholly or in part, by time; owned */
	size_t asked_count;
};

/*
 * has_day (NULL: none has) tells whether the archive has a day; it is asked for each day once or a few times. With
 * take false, no day is taken. 0, or -1: no memory. archive_split_free in any case.
 */
int archive_split(struct archive_split *split, const struct question *q, bool (*has_day)(int64_t day, void *arg), void *arg,
		  bool take);
void archive_split_free(struct archive_split *split);

#endif
