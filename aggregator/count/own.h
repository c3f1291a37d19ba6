/* This user's own events that aren't in Loki: what the state directory knows of them. */
#ifndef OWN_H
#define OWN_H

#include <stdint.h>

#include "config.h"

struct own {
	int64_t waiting; /* in the spool, not yet delivered */
	int64_t dropped; /* by a bound, their age or Loki, ever */
};

/* All zero where nothing was ever recorded, or can't be read. */
void own_read(const struct config *c, struct own *own);

#endif
