/* Spans of time: what people type, and the windows that are asked for. All in whole seconds since the epoch. */
#ifndef WINDOW_H
#define WINDOW_H

#include <stddef.h>
#include <stdint.h>

/* (from, to]: an event at to is inside, one at from is not. */
struct window {
	int64_t from_s;
	int64_t to_s;
};

enum {
	WINDOW_PIECES = 4, /* Loki answers a window as fast as the slowest of its pieces: four at once is about the best */
	WINDOW_PIECES_MAX = 128,
};

extern const int64_t WINDOW_MAX_S; /* 10 years */

/* What duration_parse takes, for people. */
#define DURATION_FORMS "90m, 12h, 7d, 2w or 1d12h (units w d h m s, largest first, up to 10 years)"

/* Reads a duration of 1 s to 10 years: 0, or -1 if it is none. */
int duration_parse(const char *text, int64_t *seconds);

/*
 * Cuts a window of at most 10 years into contiguous pieces that Loki can be asked for at once, oldest first: about
 * wanted (> 0) of them, more if they would be too long, fewer if it isn't worth it. Returns how many.
 */
size_t window_pieces(const struct window *w, size_t wanted, struct window pieces[WINDOW_PIECES_MAX]);

#endif
