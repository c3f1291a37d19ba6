/* hl-usage users: who runs what. */
#ifndef USERS_H
#define USERS_H

#include "group.h"
#include "options.h"
#include "tally.h"
#include "view.h"

struct view users_view(const struct options *o);
/*
 * Fills the view: rows are told apart by verb, user and exit, last has when each user was last seen. Groups the runs by
 * user as well: 0, or -1 with errno. groups_free in any case.
 */
int users_fill(struct view *v, const struct tally *rows, const struct tally *last, struct groups *runs);

extern const struct command users_command;

#endif
