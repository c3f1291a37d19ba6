/* Asks a CLI for its own manifest. */
#ifndef INTERVIEW_H
#define INTERVIEW_H

#include "buf.h"

/* Runs `program manifest --json` and takes its output. 0, or -1, said on stderr. */
int interview(const char *program, struct buf *out);

#endif
