/* What must not outlive, or hold anything of, the command that was measured. */
#ifndef DETACH_H
#define DETACH_H

/* Closes every descriptor above the three streams. */
void detach_descriptors(void);

/* The descriptor by which a started program gets the one that is passed on. */
enum { DETACH_PASSED = 3 };

/*
 * Starts program in a session of its own: streams on /dev/null, working directory /, no signal
 * ignored or blocked, of the environment only what it is configured by, and the descriptor pass. When this returns,
 * the program has left the caller's session and process group. The caller has called
 * detach_descriptors; its own working directory becomes /. Nothing is said if it doesn't start.
 */
void detach_start(const char *program, int pass);

#endif
