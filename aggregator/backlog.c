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

/* Where the events begin that wait in a segment. Numbers come again: its first timestamp says whether it is the one. */
static off_t delivered(int fd, off_t size, unsigned number, const struct progress *p)
{
	char head[32] = "";
	if (!p || p->segment != (int64_t)number || p->offset > (int64_t)size ||
	    pread(fd, head, sizeof head - 1, 0) <= 0 || strtoll(head, NULL, 10) != p->first)
		return 0;
	return (off_t)p->offset;
}

/* fd is closed. */
static void count_file(int fd, const struct evlog *log, off_t size, off_t offset, struct backlog *b)
{
	if (size > log->segment_max + EVENT_LINE_MAX)
		b->foreign++; /* so large that it is none, and that nobody wants to wait for it */
	else
		count_lines(fd, offset, size, b);
	close(fd);
}

/* No descriptor, by errno: gone meanwhile is no matter. */
static void note_missing(struct backlog *b)
{
	if (errno == EPERM || errno == ELOOP || errno == ENXIO)
		b->foreign++;
	else if (errno != ENOENT)
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
		if (live >= 0 && st.st_ino == live_st.st_ino && st.st_dev == live_st.st_dev)
			close(fd);
		else
			count_file(fd, log, st.st_size, delivered(fd, st.st_size, numbers[i], p), b);
	}
	if (live >= 0)
		count_file(live, log, live_st.st_size, 0, b);
	free(numbers);
}
