/* What must not outlive, or hold anything of, the command that was measured. */
#ifndef DETACH_H
#define DETACH_H

#include <sys/types.h>

/* Closes every descriptor above the three streams. */
void detach_descriptors(void);

/*
 * Starts program in a session of its own: streams on /dev/null, working directory /, no signal
 * ignored or blocked, and of the environment only what it is configured by. When this returns,
 * the program has left the caller's session and process group. The caller has called
 * detach_descriptors; its own working directory becomes /. The pid, or -1: it did not start.
 */
pid_t detach_start(const char *program);

#endif
