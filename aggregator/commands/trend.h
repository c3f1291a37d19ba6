/* trend: how use grows or shrinks. */
#ifndef TREND_H
#define TREND_H

#include "options.h"

extern const struct command trend_command;

#endif
