/* The version of the hl-emit that the wrappers call. */
#ifndef EMIT_VERSION_H
#define EMIT_VERSION_H

#include "event.h"

/* Asks it, for a second at most: 0, or -1 and why: it isn't there, or doesn't answer. */
int emit_version(char out[EVENT_VERSION_MAX], const char **why);

#endif
