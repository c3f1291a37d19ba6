/* The time. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Since the epoch; may be set back. */
int64_t clock_now_ns(void);
int64_t clock_now_s(void);

/* Since some moment before this process, never back. */
int64_t clock_uptime_ms(void);

#endif
