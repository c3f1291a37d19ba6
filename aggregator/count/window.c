#include "window.h"

#include <string.h>
#include <time.h>

#include "banned.h"

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

const int64_t WINDOW_MAX_S = 10LL * 365 * DAY_S;

/* For less than a few hours each, cutting costs more than it gains. A range query is bound to 721 h. */
static const int64_t PIECE_MIN_S = 6LL * HOUR_S;
static const int64_t PIECE_MAX_S = 720LL * HOUR_S;

int duration_parse(const char *text, int64_t *seconds)
{
	static const char names[] = "wdhms";
	static const int64_t units[] = {7LL * DAY_S, DAY_S, HOUR_S, 60, 1};
	size_t next = 0;
	int64_t total = 0;
	if (!*text)
		return -1;
	while (*text) {
		int64_t n = 0;
		size_t digits = strspn(text, "0123456789");
		for (size_t i = 0; i < digits; i++)
			if ((n = n * 10 + (text[i] - '0')) > WINDOW_MAX_S)
				return -1;
		text += digits;
		const char *unit = *text ? strchr(names + next, *text) : NULL;
		if (!digits || !unit)
			return -1;
		total += n * units[unit - names];
		if (total > WINDOW_MAX_S)
			return -1;
		next = (size_t)(unit - names) + 1;
		text++;
	}
	*seconds = total;
	return total > 0 ? 0 : -1;
}

size_t window_pieces(const struct window *w, size_t wanted, struct window pieces[WINDOW_PIECES_MAX])
{
	int64_t length_s = w->to_s - w->from_s;
	int64_t count = length_s / PIECE_MIN_S;
	if (count > (int64_t)wanted)
		count = (int64_t)wanted;
	if (count < (length_s + PIECE_MAX_S - 1) / PIECE_MAX_S)
		count = (length_s + PIECE_MAX_S - 1) / PIECE_MAX_S;
	if (count < 1)
		count = 1;
	for (int64_t i = 0; i < count; i++)
		pieces[i] = (struct window){
			.from_s = w->from_s + length_s * i / count,
			.to_s = w->from_s + length_s * (i + 1) / count,
		};
	return (size_t)count;
}
