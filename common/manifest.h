/* The verbs of a CLI: its manifest, as a file or behind the end of a generated wrapper. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include "buf.h"
#include "verbs.h"

/* In a wrapper: the line that comes before its table, and what each of the table's lines begins with. */
#define MANIFEST_IN_WRAPPER "\n# The verbs: path, tier, summary.\n"
#define MANIFEST_MARK "#: "

/* Reads a file, "-" being standard input. 0, or -1, said on stderr. */
int manifest_read(const char *file, struct buf *out);

/*
 * Adds the verbs of a manifest: a JSON array of {"command","tier","summary"}, or lines "<path>
 * <tier>  <summary>" with two or more spaces (or a tab) between columns, or bare paths; '#' starts
 * a comment line. What has no valid name, or comes again, is skipped with a warning that names
 * source. 0, or -1, said on stderr: no manifest.
 */
int manifest_parse(const char *source, const struct buf *text, struct verbs *out);

/* Adds the verbs of a generated wrapper, given as its text. 0, or -1, said on stderr: it is none. */
int manifest_of_wrapper(const char *source, const struct buf *text, struct verbs *out);

#endif
