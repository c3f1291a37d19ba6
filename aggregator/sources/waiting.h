/* A line on stderr, where that is a terminal, while an answer takes its time. */
#ifndef WAITING_H
#define WAITING_H

#include <stddef.h>

enum { WAITING_AFTER_MS = 1000 };

/* Shows, or renews, "asking URL: DONE of ASKED answers". */
void waiting_show(const char *url, size_t done, size_t asked);
/* Takes it away, if it was shown. */
void waiting_clear(void);

#endif
