#include "evlog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dropped.h"
#include "progress.h"

#include "banned.h"

const struct evlog evlog_spool = {.name = "spool", .segment_max = 256 * 1024, .segments_max = 32};
const struct evlog evlog_journal = {.name = "journal", .segment_max = 8 * 1024 * 1024, .segments_max = 8};

enum { NAME_MAX_BYTES = 64, NUMBER_MAX = 999999999 };

static bool ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() && st->st_size <= EVLOG_FILE_MAX;
}

static int open_file(struct state *s, const char *name, int flags)
{
	struct stat st;
	int fd = openat(s->dir, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !ours(&st))) {
		close(fd);
		errno = EPERM;
		return -1;
	}
	return fd;
}

static void segment_name(const struct evlog *log, unsigned number, char out[NAME_MAX_BYTES])
{
	if (number == 0)
		snprintf(out, NAME_MAX_BYTES, "%s", log->name);
	else
		snprintf(out, NAME_MAX_BYTES, "%s.%u", log->name, number);
}

/* The number in "NAME.number", 0 if the file is no segment of this log. */
static unsigned segment_number(const struct evlog *log, const char *file)
{
	size_t n = strlen(log->name);
	if (strncmp(file, log->name, n) != 0 || file[n] != '.' || file[n + 1] < '1' || file[n + 1] > '9')
		return 0;
	char *end;
	unsigned long number = strtoul(file + n + 1, &end, 10);
	return *end || number > NUMBER_MAX ? 0 : (unsigned)number;
}

static int ascending(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a;
	unsigned y = *(const unsigned *)b;
	return (x > y) - (x < y);
}

int evlog_segments(struct state *s, const struct evlog *log, unsigned **numbers)
{
	unsigned *list = NULL;
	int count = 0;
	int room = 0;
	*numbers = NULL;
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (struct dirent *entry; (entry = readdir(dir));) {
		unsigned number = segment_number(log, entry->d_name);
		struct stat st;
		if (!number || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !ours(&st))
			continue;
		if (count == room) {
			room = room ? 2 * room : 16;
			unsigned *more = realloc(list, (size_t)room * sizeof *list);
			if (!more) {
				free(list);
				closedir(dir);
				return -1;
			}
			list = more;
		}
		list[count++] = number;
	}
	closedir(dir);
	if (count)
		qsort(list, (size_t)count, sizeof *list, ascending);
	*numbers = list;
	return count;
}

static void count_one(const struct event *e, void *arg)
{
	(void)e;
	++*(int64_t *)arg;
}

/*
 * Counted first, once for each segment, then removed: who dies in between leaves a segment that is only to be
 * removed, and what can't be counted stays. What hl-push has dealt with was delivered, or is counted by it.
 */
static int drop_segment(struct state *s, const struct evlog *log, unsigned number)
{
	bool spool = log == &evlog_spool;
	struct buf text = BUF_INIT((size_t)log->segment_max + EVENT_LINE_MAX);
	struct progress progress = {0};
	struct dropped before;
	int64_t first;
	int result = -1;
	dropped_read(s, &before);
	struct dropped after = before;
	int64_t *count = spool ? &after.spool_full : &after.journal_full;
	int64_t *last = spool ? &after.spool_last : &after.journal_last;
	if (spool)
		progress_read(s, &progress);
	if (evlog_read(s, log, number, &text) != 0)
		goto out;
	size_t from = progress_offset(&progress, text.data, text.len, text.len, &first);
	bool counted = first == 0 || first == *last;
	if (!counted) {
		event_each(text.data + from, text.len - from, count_one, count);
		*last = first;
		if (dropped_write(s, &after) != 0)
			goto out;
	}
	result = evlog_remove(s, log, number);
	if (result != 0 && !counted)
		dropped_write(s, &before);
out:
	buf_free(&text);
	return result;
}

/* The oldest segments go, but not the one that an hl-push is sending. */
static void make_room(struct state *s, const struct evlog *log, const unsigned *numbers, int count)
{
	int i = log == &evlog_spool && state_pushing(s);
	int max = (int)log->segments_max - 1 + i;
	for (int left = count; i < count && left > max; i++)
		if (drop_segment(s, log, numbers[i]) == 0)
			left--;
}

int evlog_rotate(struct state *s, const struct evlog *log)
{
	char name[NAME_MAX_BYTES];
	struct stat st;
	unsigned *numbers;
	if (fstatat(s->dir, log->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : -1;
	if (ours(&st) && st.st_size == 0)
		return 0;
	int count = evlog_segments(s, log, &numbers);
	if (count < 0)
		return -1;
	if (numbers)
		make_room(s, log, numbers, count);
	unsigned next = numbers ? numbers[count - 1] + 1 : 1;
	free(numbers);
	do /* past what is no segment, but has the name of one */
		segment_name(log, next++, name);
	while (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && next <= NUMBER_MAX);
	return renameat(s->dir, log->name, s->dir, name) == 0 ? 1 : -1;
}

int evlog_open(struct state *s, const struct evlog *log, unsigned number)
{
	char name[NAME_MAX_BYTES];
	segment_name(log, number, name);
	return open_file(s, name, O_RDONLY);
}

int evlog_read(struct state *s, const struct evlog *log, unsigned number, struct buf *out)
{
	int fd = evlog_open(s, log, number);
	if (fd < 0)
		return -1;
	int r = buf_read(out, fd);
	int error = errno;
	close(fd);
	errno = error;
	return r;
}

int evlog_remove(struct state *s, const struct evlog *log, unsigned number)
{
	char name[NAME_MAX_BYTES];
	segment_name(log, number, name);
	return unlinkat(s->dir, name, 0);
}

/* Cuts off a record that was never finished; returns the size that is left, -1 on error. */
static off_t mend(int fd, off_t size)
{
	char tail[EVENT_LINE_MAX];
	size_t n = size < (off_t)sizeof tail ? (size_t)size : sizeof tail;
	char last;
	if (size == 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n'))
		return size;
	if (pread(fd, tail, n, size - (off_t)n) != (ssize_t)n)
		return -1;
	size_t keep = n;
	while (keep && tail[keep - 1] != '\n')
		keep--;
	/* No newline in a line's length: not ours, and skipped by whoever reads it. */
	if (keep == 0 && size > (off_t)n)
		return write(fd, "\n", 1) == 1 ? size + 1 : -1;
	size -= (off_t)(n - keep);
	return ftruncate(fd, size) == 0 ? size : -1;
}

/* The live file, with room for another event: a full one is rotated away, and so is what is no file of ours. */
static int open_live(struct state *s, const struct evlog *log, off_t *size)
{
	struct stat st;
	for (int tries = 0; tries < 2; tries++) {
		int fd = open_file(s, log->name, O_RDWR | O_APPEND | O_CREAT);
		bool not_ours = fd < 0 && (errno == EPERM || errno == ELOOP || errno == EISDIR || errno == ENXIO);
		if (fd < 0 && !not_ours)
			return -1;
		if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size < log->segment_max) {
			*size = st.st_size;
			return fd;
		}
		if (fd >= 0)
			close(fd);
		if (evlog_rotate(s, log) < 0)
			return -1;
	}
	return -1;
}

/* A number of bytes, -1 with errno. */
static ssize_t write_again(int fd, const char *data, size_t len)
{
	ssize_t n;
	do
		n = write(fd, data, len);
	while (n < 0 && errno == EINTR);
	return n;
}

int evlog_append(struct state *s, const struct evlog *log, const struct event *e)
{
	char line[EVENT_LINE_MAX];
	off_t size = 0;
	int result = -1;
	int fd = open_live(s, log, &size);
	if (fd < 0)
		return -1;
	size = mend(fd, size);
	size_t len = event_format(e, line);
	if (size < 0 || len == 0)
		goto out;
	ssize_t n = write_again(fd, line, len);
	if (n == (ssize_t)len) {
		result = 0;
	} else if (n >= 0) {
		errno = ENOSPC;
		if (ftruncate(fd, size) != 0)
			goto out; /* the next writer mends it */
	}
out:
	close(fd);
	return result;
}
