/* unused: known verbs that nobody runs. */
#ifndef UNUSED_H
#define UNUSED_H

#include "options.h"

extern const struct command unused_command;

#endif
