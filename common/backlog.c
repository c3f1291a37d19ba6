#include "backlog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "banned.h"

enum { CHUNK = 64 * 1024 /* bytes that are read at a time */ };

static void add_event(const struct event *e, void *arg)
{
	struct backlog *b = arg;
	b->events++;
	if (b->first_ns == 0 || e->ns < b->first_ns)
		b->first_ns = e->ns;
}

/* From offset to the end. A last line without its newline is being written, or was never finished. */
static void count_lines(int fd, off_t offset, off_t size, struct backlog *b)
{
	static char text[CHUNK];
	size_t len = 0;
	while (offset < size) {
		size_t room = sizeof text - len;
		ssize_t n = pread(fd, text + len, (off_t)room < size - offset ? room : (size_t)(size - offset), offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			b->error = errno;
		if (n <= 0)
			return;
		offset += n;
		len += (size_t)n;
		size_t whole = len;
		while (whole && text[whole - 1] != '\n')
			whole--;
		b->skipped += (int64_t)event_each(text, whole, add_event, b);
		b->bytes += (int64_t)whole;
		len -= whole;
		memmove(text, text + whole, len);
		/* A line that long is no record, and so much of it is enough to be none when its end comes. */
		if (len > EVENT_LINE_MAX) {
			b->bytes += (int64_t)(len - EVENT_LINE_MAX);
			len = EVENT_LINE_MAX;
		}
	}
}

/* Where the events begin that wait in a segment. */
static off_t delivered(int fd, off_t size, const struct progress *p)
{
	static char head[CHUNK];
	int64_t first;
	ssize_t n = p && p->offset ? pread(fd, head, sizeof head, 0) : 0;
	return n > 0 ? (off_t)progress_offset(p, head, (size_t)n, (size_t)size, &first) : 0;
}

/* No descriptor, by errno: gone meanwhile is no matter, nor is what isn't ours. */
static void note_missing(struct backlog *b)
{
	if (errno != ENOENT && errno != EPERM && errno != ELOOP && errno != ENXIO)
		b->error = errno;
}

void backlog_count(struct state *s, const struct evlog *log, const struct progress *p, struct backlog *b)
{
	struct stat live_st = {0};
	struct stat st;
	unsigned *numbers = NULL;
	*b = (struct backlog){0};
	/* Before the segments are listed: if it becomes one meanwhile, it is in the list or it is this, or both. */
	int live = evlog_open(s, log, 0);
	if (live < 0 || fstat(live, &live_st) != 0)
		note_missing(b);
	int count = evlog_segments(s, log, &numbers);
	if (count < 0)
		b->error = errno;
	for (int i = 0; i < count; i++) {
		int fd = evlog_open(s, log, numbers[i]);
		if (fd < 0 || fstat(fd, &st) != 0) {
			note_missing(b);
			continue;
		}
		if (live < 0 || st.st_ino != live_st.st_ino || st.st_dev != live_st.st_dev)
			count_lines(fd, delivered(fd, st.st_size, p), st.st_size, b);
		close(fd);
	}
	if (live >= 0) {
		count_lines(live, 0, live_st.st_size, b);
		close(live);
	}
	free(numbers);
}
