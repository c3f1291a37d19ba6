/* The body of a push request, composed apart from its sending. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stddef.h>

#include "buf.h"
#include "event.h"

/*
 * Composes the JSON that POST /loki/api/v1/push takes: one stream for each verb, in the order in
 * which the verbs first come, each stream's entries in the order given. b.failed says that it is
 * not whole.
 */
void payload_compose(struct buf *b, const char *user, const struct event *events, size_t count);

#endif
