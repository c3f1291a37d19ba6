/* hl-usage users: who runs what. */
#ifndef USERS_H
#define USERS_H

#include "options.h"

extern const struct command users_command;

#endif
