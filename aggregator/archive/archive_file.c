#include "archive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cksum.h"

#include "banned.h"

enum {
	FILE_MAX = 256 * 1024 * 1024, /* bytes: some decades of a large team */
	HEADER_MAX = 64 * 1024,
	HEADER_LINES = 4,
	REPLACED_MAX = 16, /* how often a file may be replaced while it is opened */
};

static const char MAGIC[] = "#homelab-usage-archive\t";

static int say(char why[ARCHIVE_WHY_MAX], const char *path, const char *reason)
{
	int error = errno;
	snprintf(why, ARCHIVE_WHY_MAX, "%s: %s", path, reason);
	errno = error;
	return -1;
}

/* Waits for whoever appends. Where there are no locks (a read-only export), the checksums are enough for readers. */
static int lock(int fd, short type)
{
	struct flock range = {.l_type = type, .l_whence = SEEK_SET};
	int r;
	do
		r = fcntl(fd, F_SETLKW, &range);
	while (r != 0 && errno == EINTR);
	return r;
}

static bool replaced(int fd, const char *path)
{
	struct stat opened;
	struct stat now;
	return fstat(fd, &opened) == 0 &&
	       (stat(path, &now) != 0 || opened.st_ino != now.st_ino || opened.st_dev != now.st_dev);
}

/* Opens and locks the file that stands under path once it is locked: a descriptor, or -1 with errno. */
static int open_locked(const char *path, int flags, short type)
{
	for (int i = 0; i < REPLACED_MAX; i++) {
		struct stat st;
		int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
		if (fd < 0)
			return -1;
		int error = fstat(fd, &st) != 0 ? errno : S_ISREG(st.st_mode) ? 0 : EINVAL;
		if (!error && lock(fd, type) != 0 && type == F_WRLCK)
			error = errno;
		if (!error && !replaced(fd, path))
			return fd;
		close(fd);
		errno = error;
		if (error)
			return -1;
	}
	errno = EBUSY;
	return -1;
}

static const char *reason(int error)
{
	return error == EFBIG ? "larger than 256 MiB" : error == EINVAL ? "not a regular file" : strerror(error);
}

/* The values of the header's url and tenant as they stand there, for people. */
static void describe(char *out, size_t size, const char *header, size_t len)
{
	const char *lines[HEADER_LINES] = {""};
	int lengths[HEADER_LINES] = {0};
	for (int i = 0; i < HEADER_LINES; i++) {
		const char *end = memchr(header, '\n', len);
		const char *tab = end ? memchr(header, '\t', (size_t)(end - header)) : NULL;
		lines[i] = tab ? tab + 1 : "";
		lengths[i] = tab ? (int)(end - tab - 1) : 0;
		len -= end ? (size_t)(end + 1 - header) : 0;
		header = end ? end + 1 : header;
	}
	snprintf(out, size, "%.*s, tenant %.*s, job %.*s", lengths[1] < 1024 ? lengths[1] : 1024, lines[1],
		 lengths[2] < 256 ? lengths[2] : 256, lines[2], lengths[3] < 256 ? lengths[3] : 256, lines[3]);
}

static int check_header(struct archive *a, const char *path, char why[ARCHIVE_WHY_MAX])
{
	const struct buf *h = &a->header;
	const struct buf *t = &a->text;
	char theirs[ARCHIVE_WHY_MAX / 3];
	char ours[ARCHIVE_WHY_MAX / 3];
	if (t->len >= h->len && memcmp(t->data, h->data, h->len) == 0)
		return 0;
	errno = EINVAL;
	if (t->len < h->len && memcmp(t->data, h->data, t->len) == 0) {
		a->unfinished = t->len > 0;
		buf_reset(&a->text);
		return 0;
	}
	if (t->len < sizeof MAGIC + 1 || memcmp(t->data, MAGIC, sizeof MAGIC - 1) != 0)
		return say(why, path, "not an archive of hl-usage");
	if (memcmp(t->data + sizeof MAGIC - 1, "1\n", 2) != 0)
		return say(why, path, "an archive in a format that this version doesn't know");
	describe(theirs, sizeof theirs, t->data, t->len);
	describe(ours, sizeof ours, h->data, h->len);
	snprintf(why, ARCHIVE_WHY_MAX, "%.1500s: refused: it holds days of %s, not of %s", path, theirs, ours);
	return -1;
}

/* Reads and indexes the file behind fd. */
static int load(struct archive *a, int fd, const char *path, char why[ARCHIVE_WHY_MAX])
{
	if (buf_read(&a->text, fd) != 0)
		return say(why, path, reason(errno));
	if (check_header(a, path, why) != 0)
		return -1;
	size_t start = a->text.len ? a->header.len : 0;
	if (archive_index(&a->index, a->text.data, start, a->text.len) != 0)
		return say(why, path, "too many days, or out of memory");
	a->unfinished = a->unfinished || a->index.whole < a->text.len;
	return 0;
}

static int prepare(struct archive *a, const char *path, const struct archive_origin *o, char why[ARCHIVE_WHY_MAX])
{
	*a = (struct archive){.header = BUF_INIT(HEADER_MAX), .text = BUF_INIT(FILE_MAX)};
	archive_header(&a->header, o);
	return a->header.failed ? say(why, path, "out of memory") : 0;
}

int archive_open(struct archive *a, const char *path, const struct archive_origin *o, char why[ARCHIVE_WHY_MAX])
{
	if (prepare(a, path, o, why) != 0)
		return -1;
	int fd = open_locked(path, O_RDONLY, F_RDLCK);
	if (fd < 0)
		return say(why, path, reason(errno));
	int result = load(a, fd, path, why);
	int error = errno;
	close(fd);
	errno = error;
	return result;
}

void archive_close(struct archive *a)
{
	archive_index_free(&a->index);
	buf_free(&a->text);
	buf_free(&a->header);
}

static bool check(const struct archive *a, const struct archive_block *b)
{
	struct cksum sum = {0};
	if (b->len != a->header.len + (b->end_at - b->at))
		return false;
	cksum_add(&sum, a->header.data, a->header.len);
	cksum_add(&sum, a->text.data + b->at, b->end_at - b->at);
	return cksum_value(&sum) == b->sum && archive_block_rows(a, b, NULL, NULL) == 0;
}

static bool good(const struct archive *a, struct archive_block *b)
{
	if (b->checked == 0)
		b->checked = check(a, b) ? 1 : -1;
	return b->checked > 0;
}

static bool same_rows(const struct archive *a, const struct archive_block *x, const struct archive_block *y)
{
	size_t len = x->end_at - x->rows_at;
	return len == y->end_at - y->rows_at && memcmp(a->text.data + x->rows_at, a->text.data + y->rows_at, len) == 0;
}

enum archive_state archive_day(const struct archive *a, int64_t day, const struct archive_block **block)
{
	struct archive_block *blocks = a->index.blocks;
	enum archive_state state = ARCHIVE_ABSENT;
	size_t low = 0;
	for (size_t high = a->index.count; low < high;) {
		size_t middle = (low + high) / 2;
		if (blocks[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	*block = NULL;
	for (size_t i = low; i < a->index.count && blocks[i].day == day; i++) {
		if (!good(a, &blocks[i])) {
			state = state == ARCHIVE_ABSENT ? ARCHIVE_DAMAGED : state;
		} else if (*block && !same_rows(a, *block, &blocks[i])) {
			*block = NULL;
			return ARCHIVE_CONTRADICTS;
		} else {
			*block = &blocks[i];
			state = ARCHIVE_GOOD;
		}
	}
	return state;
}

int archive_block_rows(const struct archive *a, const struct archive_block *block,
		       int (*each)(const struct archive_row *row, void *arg), void *arg)
{
	return archive_rows(a->text.data + block->rows_at, block->end_at - block->rows_at, each, arg);
}

static int compose(struct buf *out, const struct archive *a, const struct archive_new *days, size_t count)
{
	int added = 0;
	if (a->text.len == 0)
		buf_add(out, a->header.data, a->header.len);
	for (size_t i = 0; i < count; i++) {
		const struct archive_block *block;
		enum archive_state state = archive_day(a, days[i].day, &block);
		if (state == ARCHIVE_GOOD || state == ARCHIVE_CONTRADICTS)
			continue;
		buf_add(out, days[i].block.data, days[i].block.len);
		archive_end(out, &a->header, &days[i].block, days[i].day);
		added++;
	}
	return out->failed ? -1 : added;
}

/* Appends to a file of size bytes, or leaves it as it was. */
static int append(int fd, const struct buf *out, off_t size)
{
	if (buf_write(out, fd) == 0 && fsync(fd) == 0)
		return 0;
	int error = errno;
	if (ftruncate(fd, size) != 0)
		error = errno; /* the next writer cuts it off */
	errno = error;
	return -1;
}

/* A new file's name must survive the loss of power too. */
static void sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

int archive_append(const char *path, const struct archive_origin *o, const struct archive_new *days, size_t count,
		   size_t *cut, char why[ARCHIVE_WHY_MAX])
{
	struct archive a;
	struct buf out = BUF_INIT(FILE_MAX);
	struct stat st;
	int added = -1;
	*cut = 0;
	int fd = prepare(&a, path, o, why) == 0 ? open_locked(path, O_RDWR | O_APPEND | O_CREAT, F_WRLCK) : -1;
	if (fd < 0) {
		say(why, path, a.header.failed ? "out of memory" : reason(errno));
		goto out;
	}
	if (load(&a, fd, path, why) != 0)
		goto out;
	off_t whole = a.text.len ? (off_t)a.index.whole : 0;
	if ((added = compose(&out, &a, days, count)) < 0) {
		say(why, path, "out of memory");
	} else if (fstat(fd, &st) != 0 || (st.st_size > whole && ftruncate(fd, whole) != 0) || append(fd, &out, whole) != 0) {
		say(why, path, strerror(errno));
		added = -1;
	} else {
		*cut = (size_t)(st.st_size - whole);
		if (whole == 0)
			sync_directory(path);
	}
out:
	if (fd >= 0)
		close(fd);
	buf_free(&out);
	archive_close(&a);
	return added;
}
