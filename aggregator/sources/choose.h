/* Which source: by options, configuration, and logcli's environment. */
#ifndef CHOOSE_H
#define CHOOSE_H

#include <stdbool.h>

#include "config.h"
#include "source.h"

struct source_choice {
	bool local;       /* the journal, whatever is configured */
	const char *loki; /* this URL instead of the configured one, or NULL */
	int timeout_s;    /* for a whole question to Loki */
	const char *archive; /* must be there and fit; NULL: the configured one, if it does */
};

/* The source that is chosen, configured, or left in logcli's environment. NULL and why. source_close in the end. */
struct source *source_open(struct config *c, const struct source_choice *choice, char why[SOURCE_WHY_MAX]);

/* As source_open, but nothing else than Loki itself. */
struct source *source_open_loki(struct config *c, const struct source_choice *choice, char why[SOURCE_WHY_MAX]);

#endif
