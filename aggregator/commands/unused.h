/* unused: known verbs that nobody runs. */
#ifndef UNUSED_H
#define UNUSED_H

#include "buf.h"
#include "known.h"
#include "options.h"
#include "session.h"
#include "tally.h"
#include "view.h"

struct unused {
	const struct options *options;
	struct known known;       /* as known_read leaves it */
	size_t known_count;       /* of those that --verb selects */
	struct finding *findings; /* owned; the least used first */
	size_t count;
	struct tally last;
	struct range look[2]; /* where a last use is looked for: before the window, and in it */
	size_t look_count;
};

/*
 * Finds the known verbs that are used too little, and asks for their last use. rows are the window's, told apart by
 * verb and user alone. 0, or -1, said. unused_free in any case.
 */
int unused_find(struct unused *u, struct session *s, const struct tally *rows);
void unused_free(struct unused *u);

struct view unused_view(const struct options *o);
void unused_fill(struct view *v, const struct unused *u);
/* "3 of 5 verbs of homelab never ran". */
void unused_text(const struct unused *u, struct buf *b);
/* "last use looked for back to 2025-11-23 19:49", or nothing. */
void unused_advice(const struct unused *u, struct buf *b);

extern const struct command unused_command;

#endif
