/*
 * One run of a verb, and its record: one line of spool and journal,
 *
 *	<ns> <exit> <version> <verb>\n		1764000000123456789 130 0.1.0 k8s logs
 *
 * readable with awk. ns is when the verb ended, nanoseconds since the epoch; exit is 0 to 255.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum { EVENT_VERSION_MAX = 32, EVENT_LINE_MAX = 256 }; /* bytes; the line with its newline */

struct event {
	int64_t ns;
	int status;
	const char *version; /* not NUL-terminated; points into the text that it was read from */
	const char *verb;    /* so does this */
	size_t version_len;
	size_t verb_len;
};

/* Writes the record into line and returns its length in bytes. The event must be valid. */
size_t event_format(const struct event *e, char line[EVENT_LINE_MAX]);

/* Takes a line (without its newline) apart as a record. 0, or -1 if it is none, whatever its verb is. */
int event_split(const char *line, size_t len, struct event *e);
/* Can the event's verb be one of a record? */
bool event_verb_valid(const struct event *e);
/* Both: 0, or -1 if the line is no record. */
int event_parse(const char *line, size_t len, struct event *e);

/*
 * Calls each for every record in text, in order. A line that is no record is skipped; so is a
 * last line without its newline, which is a write that never finished. Returns how many lines
 * were skipped.
 */
size_t event_each(const char *text, size_t len, void (*each)(const struct event *e, void *arg), void *arg);

/* The wire's log line: "exit=N ver=X". */
void event_line(struct buf *b, const struct event *e);

#endif
