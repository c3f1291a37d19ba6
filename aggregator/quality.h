/* How far an answer can be trusted: a line below a table, "quality" in JSON. */
#ifndef QUALITY_H
#define QUALITY_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "own.h"
#include "source.h"
#include "tally.h"

struct quality {
	size_t users;          /* with an event, misses included */
	int64_t misses;
	int64_t empty_until_s; /* there is nothing in the window before this; 0: not known */
	struct own own;
	const char *note; /* what the source warns of, or "" */
	const char *archive;         /* its path, or NULL: there is none */
	struct source_days archived; /* what was read from it */
};

/* Takes users and misses out of an answer's rows by verb and user: 0, or -1 with errno. */
int quality_count(struct quality *q, const struct tally *rows);

/* One line for people; utc: for its time. */
void quality_text(const struct quality *q, bool utc, struct buf *b);
/* NULL: no memory. */
struct json_object *quality_json(const struct quality *q);

#endif
