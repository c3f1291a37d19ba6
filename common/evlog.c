#include "evlog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "banned.h"

const struct evlog evlog_spool = {.name = "spool", .segment_max = 256 * 1024, .segments_max = 16};
const struct evlog evlog_journal = {.name = "journal", .segment_max = 8 * 1024 * 1024, .segments_max = 8};

enum { NAME_MAX_BYTES = 64, NUMBER_MAX = 999999999 };

static int open_file(struct state *s, const char *name, int flags)
{
	struct stat st;
	int fd = openat(s->dir, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())) {
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
		if (!number)
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
	++*(unsigned long long *)arg;
}

static void drop_segment(struct state *s, const struct evlog *log, unsigned number)
{
	struct buf text = BUF_INIT((size_t)log->segment_max + EVENT_LINE_MAX);
	unsigned long long events = 0;
	if (evlog_read(s, log, number, &text) == 0)
		event_each(text.data, text.len, count_one, &events);
	buf_free(&text);
	if (evlog_remove(s, log, number) == 0)
		state_count_dropped(s, log == &evlog_spool ? "spool-full" : "journal-full", events);
}

int evlog_rotate(struct state *s, const struct evlog *log)
{
	char name[NAME_MAX_BYTES];
	struct stat st;
	unsigned *numbers;
	if (fstatat(s->dir, log->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	int count = evlog_segments(s, log, &numbers);
	if (count < 0)
		return -1;
	for (int i = 0; numbers && count - i >= (int)log->segments_max; i++)
		drop_segment(s, log, numbers[i]);
	segment_name(log, numbers ? numbers[count - 1] + 1 : 1, name);
	free(numbers);
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

int evlog_append(struct state *s, const struct evlog *log, const struct event *e)
{
	char line[EVENT_LINE_MAX];
	struct stat st;
	int result = -1;
	int fd = open_file(s, log->name, O_RDWR | O_APPEND | O_CREAT);
	if (fd < 0 || fstat(fd, &st) != 0)
		goto out;
	if (st.st_size >= log->segment_max) {
		close(fd);
		fd = -1;
		if (evlog_rotate(s, log) < 0)
			goto out;
		fd = open_file(s, log->name, O_RDWR | O_APPEND | O_CREAT);
		st.st_size = 0;
		if (fd < 0)
			goto out;
	}
	off_t size = mend(fd, st.st_size);
	size_t len = event_format(e, line);
	if (size < 0 || len == 0)
		goto out;
	ssize_t n = write(fd, line, len);
	if (n == (ssize_t)len) {
		result = 0;
	} else if (n >= 0) {
		errno = ENOSPC;
		if (ftruncate(fd, size) != 0)
			goto out; /* the next writer mends it */
	}
out:
	if (fd >= 0)
		close(fd);
	return result;
}
