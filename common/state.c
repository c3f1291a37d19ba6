#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"

#include "banned.h"

/*
 * Loki takes nothing more than 10 minutes ahead of its clock. Up to that, a clock that stepped back
 * is outwaited by counting on from the last timestamp; a larger step is believed.
 */
static const int64_t STEP_BACK_MAX_NS = 10LL * 60 * 1000000000;

/* .local, state and homelab may be made; a home that isn't there is nobody's. */
enum { CREATE_LEVELS = 3 };

enum { STAMP_BYTES = 20, DROPPED_MAX = 4096, REASONS_MAX = 16 };

int state_path(const struct config *c, char out[STATE_PATH_MAX], const char **why)
{
	const char *set = config_text(c, CONFIG_STATE_DIR);
	if (set && strlen(set) < STATE_PATH_MAX) {
		snprintf(out, STATE_PATH_MAX, "%s", set);
		return 0;
	}
	if (config_path("XDG_STATE_HOME", ".local/state", "", out, STATE_PATH_MAX) == 0)
		return 0;
	*why = "no HOME, and HOMELAB_USAGE_STATE_DIR is not set";
	return -1;
}

static bool owned_directory(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

static int components(const char *path)
{
	int count = 0;
	for (; *path; path += strspn(path, "/")) {
		path += strcspn(path, "/");
		count++;
	}
	return count;
}

enum walk { WALK_ONLY, WALK_MAKE, WALK_CHECK };

/*
 * One component, path being cut behind it; parent is the path without it, left what is to follow.
 * 0: it is there; 1: it is not, but it could be made (WALK_CHECK); -1 with *why.
 */
static int enter(const char *path, const char *parent, const char *left, enum walk mode, const char **why)
{
	bool last = *left == '\0';
	struct stat st;
	if (lstat(path, &st) != 0) {
		if (errno != ENOENT || mode == WALK_ONLY || components(left) >= CREATE_LEVELS) {
			*why = errno == ENOENT ? "the state directory is not there" : strerror(errno);
			return -1;
		}
		if (!owned_directory(parent)) {
			*why = "the state directory would have to be made in a directory of another user";
			return -1;
		}
		bool failed = mode == WALK_CHECK ? access(parent, W_OK) != 0 : mkdir(path, 0700) != 0 && errno != EEXIST;
		if (failed)
			*why = strerror(errno);
		return failed ? -1 : mode == WALK_CHECK;
	}
	/* root and the user may lay links (/home, ~/.local); nobody else may lead us. */
	if (S_ISLNK(st.st_mode) && (last || (st.st_uid != 0 && st.st_uid != geteuid()))) {
		*why = "the state directory is reached through a symbolic link that is not trusted";
		return -1;
	}
	return 0;
}

static int walk(const char *path, enum walk mode, const char **why)
{
	char done[STATE_PATH_MAX];
	char parent[STATE_PATH_MAX] = "/";
	for (const char *left = path + strspn(path, "/"); *left;) {
		size_t len = (size_t)(left - path) + strcspn(left, "/");
		memcpy(done, path, len);
		done[len] = '\0';
		left = path + len + strspn(path + len, "/");
		int entered = enter(done, parent, left, mode, why);
		if (entered != 0)
			return entered;
		memcpy(parent, done, len + 1);
	}
	return 0;
}

static bool ours_alone(const struct stat *st, const char **why)
{
	if (st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	*why = "the state directory belongs to another user, or others may write to it";
	return false;
}

int state_check(const char *path, const char **why)
{
	struct stat st;
	int there = walk(path, WALK_CHECK, why);
	if (there != 0)
		return there > 0 ? 0 : -1;
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		*why = "the state directory is no directory";
		return -1;
	}
	return ours_alone(&st, why) ? 0 : -1;
}

int state_open(struct state *s, const char *path, bool create, const char **why)
{
	struct stat st;
	if (walk(path, create ? WALK_MAKE : WALK_ONLY, why) != 0)
		return -1;
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir < 0 || fstat(s->dir, &st) != 0) {
		*why = strerror(errno);
		goto fail;
	}
	if (!ours_alone(&st, why))
		goto fail;
	s->lock = openat(s->dir, "lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (create ? O_CREAT : 0), 0600);
	if (s->lock < 0 || fstat(s->lock, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
		*why = s->lock < 0 && errno == ENOENT ? "nothing was recorded yet"
						      : "the lock file in the state directory can't be used";
		goto fail;
	}
	return 0;
fail:
	state_close(s);
	return -1;
}

int state_look(struct state *s, const char *path, const char **why)
{
	struct stat st;
	if (walk(path, WALK_ONLY, why) != 0)
		return -1;
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir < 0 || fstat(s->dir, &st) != 0) {
		*why = strerror(errno);
		goto fail;
	}
	if (!ours_alone(&st, why))
		goto fail;
	s->lock = openat(s->dir, "lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s->lock >= 0 && (fstat(s->lock, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())) {
		close(s->lock);
		s->lock = -1;
	}
	return 0;
fail:
	state_close(s);
	return -1;
}

void state_close(struct state *s)
{
	if (s->lock >= 0)
		close(s->lock);
	if (s->dir >= 0)
		close(s->dir);
	*s = (struct state)STATE_INIT;
}

/* The locked bytes lie behind the file's text. */
static struct flock range(enum state_lock which, short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = 1000 + (off_t)which, .l_len = 1};
}

int state_lock(struct state *s, enum state_lock which, bool wait)
{
	struct flock lock = range(which, F_WRLCK);
	int r;
	do
		r = fcntl(s->lock, wait ? F_SETLKW : F_SETLK, &lock);
	while (r < 0 && errno == EINTR && wait);
	return r < 0 ? -1 : 0;
}

void state_unlock(struct state *s, enum state_lock which)
{
	struct flock lock = range(which, F_UNLCK);
	fcntl(s->lock, F_SETLK, &lock);
}

pid_t state_locked_by(struct state *s, enum state_lock which)
{
	struct flock lock = range(which, F_WRLCK);
	if (fcntl(s->lock, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return -1;
	return lock.l_pid > 0 ? lock.l_pid : 0;
}

int64_t state_stamp(struct state *s, int64_t now)
{
	char text[STAMP_BYTES + 1] = "";
	ssize_t n = pread(s->lock, text, STAMP_BYTES, 0);
	int64_t last = n > 0 ? strtoll(text, NULL, 10) : 0;
	if (now <= last && last - now < STEP_BACK_MAX_NS)
		now = last + 1;
	snprintf(text, sizeof text, "%019lld\n", (long long)now);
	/* Without room for it, the timestamp still serves: only a step of the clock could repeat it. */
	if (pwrite(s->lock, text, STAMP_BYTES, 0) < 0)
		return now;
	return now;
}

int state_replace(struct state *s, const char *name, const void *data, size_t len)
{
	char temporary[64];
	snprintf(temporary, sizeof temporary, "%s.new", name);
	int fd = openat(s->dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	if (fd < 0)
		return -1;
	ssize_t n = write(fd, data, len);
	if (close(fd) != 0 || n < 0 || (size_t)n != len || renameat(s->dir, temporary, s->dir, name) != 0) {
		unlinkat(s->dir, temporary, 0);
		return -1;
	}
	return 0;
}

/* Copies the lines to out, adding count to that of reason; the reason's line is added if there is none. */
static void add_count(char *lines, const char *reason, unsigned long long count, struct buf *out)
{
	bool found = false;
	int left = REASONS_MAX;
	for (char *line = lines; line && *line && left; left--) {
		char *next = strchr(line, '\n');
		char *space = strchr(line, ' ');
		if (next)
			*next++ = '\0';
		if (space && (!next || space < next)) {
			*space = '\0';
			bool same = strcmp(line, reason) == 0;
			buf_printf(out, "%s %llu\n", line, strtoull(space + 1, NULL, 10) + (same ? count : 0));
			found = found || same;
		}
		line = next;
	}
	if (!found)
		buf_printf(out, "%s %llu\n", reason, count);
}

void state_count_dropped(struct state *s, const char *reason, unsigned long long count)
{
	struct buf before = BUF_INIT(DROPPED_MAX);
	struct buf after = BUF_INIT(DROPPED_MAX);
	int fd = openat(s->dir, "dropped", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		if (buf_read(&before, fd) != 0)
			buf_reset(&before);
		close(fd);
	}
	add_count(before.data, reason, count, &after);
	if (!after.failed)
		state_replace(s, "dropped", after.data, after.len);
	buf_free(&before);
	buf_free(&after);
}

void state_dropped(struct state *s, void (*each)(const char *reason, unsigned long long count, void *arg), void *arg)
{
	struct buf text = BUF_INIT(DROPPED_MAX);
	int left = REASONS_MAX;
	int fd = openat(s->dir, "dropped", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return;
	char *line = buf_read(&text, fd) == 0 ? text.data : NULL;
	close(fd);
	while (line && *line && left--) {
		char *end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end;
		*end = '\0';
		char *space = strchr(line, ' ');
		if (space && space != line && space[1] >= '0' && space[1] <= '9') {
			*space = '\0';
			each(line, strtoull(space + 1, NULL, 10), arg);
		}
		line = next;
	}
	buf_free(&text);
}
