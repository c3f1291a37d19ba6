/* Verbs from a directory of scripts. */
#ifndef SCRIPTS_H
#define SCRIPTS_H

#include "verbs.h"

/* The extensions that are no part of a verb, NULL at the end. */
extern const char *const scripts_extensions[];

/*
 * Adds every executable regular file (or link to one) below directory: its path without extension
 * is the verb; summary and tier are in its leading comments. What has no valid name is skipped
 * with a warning. 0, or -1, said on stderr: the directory can't be read, or two files would be one
 * verb, or one is a wrapper called name.
 */
int scripts_scan(const char *directory, const char *name, struct verbs *out);

#endif
