/* hl-usage archive: days that no longer change, kept in a file. */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include "archive_file.h"
#include "options.h"

extern const struct command archive_command;

/* hl-usage archive --verify: compares the archive with Loki and prints what differs; the exit status. */
int archive_verify(const struct archive *a, const char *path, struct source *loki);

#endif
