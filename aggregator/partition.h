/*
 * Loki answers with 500 series at most (max_query_series). A question that passes it is cut into several, each
 * with as many verbs as fit.
 */
#ifndef PARTITION_H
#define PARTITION_H

#include <stddef.h>

#include "tally.h"

/*
 * Calls each with matchers (`verb=~"a|b"`; valid during the call) that together select every row of pairs exactly
 * once, and at most series_max (> 0) of them at a time. Sorts pairs. 0, or -1: each said so, or no memory.
 */
int partition(struct tally *pairs, size_t series_max, int (*each)(const char *matchers, void *arg), void *arg);

#endif
