/* hl-usage me: all that is stored under this user's own label. */
#ifndef ME_H
#define ME_H

#include "options.h"

extern const struct command me_command;

#endif
