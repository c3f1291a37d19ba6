/* The wrapper's text: static text (wrapper*.sh) and values that all pass origin_quote. */
#ifndef GENERATE_H
#define GENERATE_H

#include "buf.h"
#include "verbs.h"

/* Strings are the caller's and hold no control characters. */
struct wrapper {
	const char *name;      /* of the command: a valid word */
	const char *shell;     /* absolute path of the POSIX shell that runs it */
	const char *directory; /* of the verbs, absolute; NULL with --cli */
	const char *program;   /* absolute; NULL with --verbs */
	const char *const *origin; /* the command line that makes it, NULL at the end (origin.h) */
	struct verbs verbs;    /* sorted, each verb once */
};

/* Composes the wrapper; out->failed says that it is not whole. */
void generate(const struct wrapper *w, struct buf *out);

#endif
