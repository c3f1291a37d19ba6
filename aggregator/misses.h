/* misses: where people reached for a verb that is not there. */
#ifndef MISSES_H
#define MISSES_H

#include "options.h"

extern const struct command misses_command;

#endif
