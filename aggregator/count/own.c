#include "own.h"

#include "backlog.h"
#include "dropped.h"
#include "state.h"

#include "banned.h"

void own_read(const struct config *c, struct own *own)
{
	struct state s = STATE_INIT;
	struct progress progress;
	struct backlog backlog;
	int64_t dropped[DROPPED_REASONS];
	char path[STATE_PATH_MAX];
	const char *why;
	*own = (struct own){0};
	if (state_path(c, path, &why) != 0 || state_open(&s, path, false, &why) != 0)
		return;
	progress_read(&s, &progress);
	backlog_count(&s, &evlog_spool, &progress, &backlog);
	dropped_counts(&s, dropped);
	own->waiting = backlog.events;
	for (int i = 0; i < DROPPED_REASONS; i++)
		own->dropped += dropped[i];
	state_close(&s);
}
