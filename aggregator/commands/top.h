/* hl-usage top: what was used, ranked. */
#ifndef TOP_H
#define TOP_H

#include "options.h"

extern const struct command top_command;

#endif
