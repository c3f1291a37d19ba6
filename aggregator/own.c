#include "own.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "evlog.h"
#include "progress.h"
#include "state.h"

#include "banned.h"

enum { SEGMENT_MAX = 8 * 1024 * 1024, DROPPED_MAX = 64 * 1024 }; /* bytes */

static void count(const struct event *e, void *arg)
{
	int64_t *n = arg;
	(void)e;
	++*n;
}

/* Without a lock: hl-push may be at work, and what it delivers meanwhile is counted or not. */
static int64_t count_segment(struct state *s, const struct progress *p, unsigned number)
{
	struct buf text = BUF_INIT(SEGMENT_MAX);
	int64_t n = 0;
	if (evlog_read(s, &evlog_spool, number, &text) == 0 && text.len) {
		size_t done = 0;
		struct event e;
		const char *newline = memchr(text.data, '\n', text.len);
		/* The offset is of the segment that begins with that event, whatever its number is by now. */
		if (newline && event_parse(text.data, (size_t)(newline - text.data), &e) == 0 && e.ns == p->first &&
		    p->segment == (int64_t)number && p->offset > 0 && (size_t)p->offset <= text.len)
			done = (size_t)p->offset;
		event_each(text.data + done, text.len - done, count, &n);
	}
	buf_free(&text);
	return n;
}

static int64_t count_waiting(struct state *s)
{
	struct progress p;
	unsigned *numbers = NULL;
	int64_t n = 0;
	progress_read(s, &p);
	int segments = evlog_segments(s, &evlog_spool, &numbers);
	for (int i = 0; i < segments; i++)
		n += count_segment(s, &p, numbers[i]);
	free(numbers);
	return n + count_segment(s, &p, 0);
}

/* "<reason> <count>" lines. */
static int64_t count_dropped(struct state *s)
{
	struct buf text = BUF_INIT(DROPPED_MAX);
	int64_t sum = 0;
	int fd = openat(s->dir, "dropped", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return 0;
	const char *line = buf_read(&text, fd) == 0 && text.len ? text.data : "";
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *space = line + strcspn(line, " \n");
		long long n = *space == ' ' ? strtoll(space, NULL, 10) : 0;
		sum += n > 0 && n < INT64_MAX - sum ? n : 0;
	}
	close(fd);
	buf_free(&text);
	return sum;
}

void own_read(const struct config *c, struct own *own)
{
	struct state s = STATE_INIT;
	char path[STATE_PATH_MAX];
	const char *why;
	*own = (struct own){0};
	if (state_path(c, path, &why) != 0 || state_open(&s, path, false, &why) != 0)
		return;
	own->waiting = count_waiting(&s);
	own->dropped = count_dropped(&s);
	state_close(&s);
}
