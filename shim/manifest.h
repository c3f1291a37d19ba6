/* Verbs from a CLI's own manifest. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include "buf.h"
#include "verbs.h"

/* Runs `program manifest --json` and takes its output. 0, or -1, said on stderr. */
int manifest_ask(const char *program, struct buf *out);

/* Reads a file, "-" being standard input. 0, or -1, said on stderr. */
int manifest_read(const char *file, struct buf *out);

/*
 * Adds the verbs of a manifest: a JSON array of {"command","tier","summary"}, or lines "<path>
 * <tier>  <summary>" with two or more spaces (or a tab) between columns, or bare paths; '#' starts
 * a comment line. What has no valid name, or comes again, is skipped with a warning that names
 * source. 0, or -1, said on stderr: no manifest.
 */
int manifest_parse(const char *source, const struct buf *text, struct verbs *out);

#endif
