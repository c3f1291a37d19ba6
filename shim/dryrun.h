/* hl-emit --dry-run: what would become of an event, and why. */
#ifndef DRYRUN_H
#define DRYRUN_H

#include "config.h"

/* Prints the answer on stdout; records and sends nothing. The exit status: 0, 1, or 2 for what is no event. */
int dry_run(const struct config *c, const char *verb, const char *status);

#endif
