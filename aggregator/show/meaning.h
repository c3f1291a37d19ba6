/* Exit statuses in words. */
#ifndef MEANING_H
#define MEANING_H

/* Of a status as text; "" for one without a common meaning. */
const char *meaning_of(const char *exit);

#endif
