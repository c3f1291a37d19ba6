/* hl-usage failures: the verbs that fail, and how. */
#ifndef FAILURES_H
#define FAILURES_H

#include "options.h"

extern const struct command failures_command;

#endif
