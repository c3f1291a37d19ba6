#include "dropped.h"

#include <stddef.h>
#include <string.h>

#include "fields.h"
#include "progress.h"

#include "banned.h"

const char *const dropped_names[DROPPED_REASONS] = {
	[DROPPED_TOO_OLD] = "too-old",
	[DROPPED_TOO_FAR_BEHIND] = "too-far-behind",
	[DROPPED_TOO_NEW] = "too-new",
	[DROPPED_REFUSED] = "refused",
	[DROPPED_UNREADABLE] = "unreadable",
	[DROPPED_SPOOL_FULL] = "spool-full",
	[DROPPED_JOURNAL_FULL] = "journal-full",
};

static const char file[] = "dropped";

static const struct field fields[] = {
	{"spool-full", offsetof(struct dropped, spool_full), 0},
	{"journal-full", offsetof(struct dropped, journal_full), 0},
	{"spool-last", offsetof(struct dropped, spool_last), 0},
	{"journal-last", offsetof(struct dropped, journal_last), 0},
};

enum { FIELDS = sizeof fields / sizeof *fields };

void dropped_read(struct state *s, struct dropped *d)
{
	*d = (struct dropped){0};
	fields_read(s, file, fields, FIELDS, d);
}

int dropped_write(struct state *s, const struct dropped *d)
{
	return fields_write(s, file, fields, FIELDS, d);
}

void dropped_counts(struct state *s, int64_t counts[DROPPED_REASONS])
{
	struct progress progress;
	struct dropped bounds;
	progress_read(s, &progress);
	dropped_read(s, &bounds);
	memcpy(counts, progress.dropped, sizeof progress.dropped);
	counts[DROPPED_SPOOL_FULL] = bounds.spool_full;
	counts[DROPPED_JOURNAL_FULL] = bounds.journal_full;
}
