/* F_OFD_SETLK is POSIX.1-2024. */
#define _GNU_SOURCE

#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "banned.h"

/*
 * Loki takes nothing more than 10 minutes ahead of its clock. Up to that, a clock that stepped back
 * is outwaited by counting on from the last timestamp; a larger step is believed.
 */
static const int64_t STEP_BACK_MAX_NS = 10LL * 60 * 1000000000;

/* .local, state and homelab may be made; a home that isn't there is nobody's. */
enum { CREATE_LEVELS = 3 };

enum { STAMP_BYTES = 20 };

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

static const char lock_name[] = "lock";

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

static int open_directory(struct state *s, const char *path, enum walk mode, const char **why)
{
	struct stat st;
	if (walk(path, mode, why) != 0)
		return -1;
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir >= 0 && fstat(s->dir, &st) == 0)
		return ours_alone(&st, why) ? 0 : -1;
	*why = strerror(errno);
	return -1;
}

int state_open(struct state *s, const char *path, bool create, const char **why)
{
	struct stat st;
	if (open_directory(s, path, create ? WALK_MAKE : WALK_ONLY, why) != 0)
		goto fail;
	s->lock = openat(s->dir, lock_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (create ? O_CREAT : 0), 0600);
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
	if (open_directory(s, path, WALK_ONLY, why) != 0) {
		state_close(s);
		return -1;
	}
	s->lock = openat(s->dir, lock_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s->lock >= 0 && (fstat(s->lock, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())) {
		close(s->lock);
		s->lock = -1;
	}
	return 0;
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
enum lock_byte { WRITE_BYTE = 1000, PUSH_BYTE, PUSHER_BYTE };

static struct flock range(enum lock_byte which, short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = which, .l_len = 1};
}

int state_lock(struct state *s)
{
	struct flock lock = range(WRITE_BYTE, F_WRLCK);
	int r;
	do
		r = fcntl(s->lock, F_OFD_SETLKW, &lock);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -1 : 0;
}

void state_unlock(struct state *s)
{
	struct flock lock = range(WRITE_BYTE, F_UNLCK);
	fcntl(s->lock, F_OFD_SETLK, &lock);
}

int state_claim_push(struct state *s)
{
	struct flock lock = range(PUSH_BYTE, F_WRLCK);
	int fd = openat(s->dir, lock_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool state_inherited_push(struct state *s, int fd)
{
	struct flock lock = range(PUSH_BYTE, F_WRLCK);
	struct stat ours, theirs;
	return fstat(s->lock, &ours) == 0 && fstat(fd, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
	       ours.st_ino == theirs.st_ino && fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

void state_release_push(int fd)
{
	struct flock lock = range(PUSH_BYTE, F_UNLCK);
	fcntl(fd, F_OFD_SETLK, &lock);
}

bool state_pushing(struct state *s)
{
	struct flock lock = range(PUSH_BYTE, F_WRLCK);
	return fcntl(s->lock, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* A process's own lock, and not a descriptor's as the others are: only of such a one the kernel tells the pid. */
void state_sign_pusher(struct state *s)
{
	struct flock lock = range(PUSHER_BYTE, F_WRLCK);
	fcntl(s->lock, F_SETLK, &lock);
}

pid_t state_pusher(struct state *s)
{
	struct flock lock = range(PUSHER_BYTE, F_WRLCK);
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

static int write_all(int fd, const void *data, size_t len)
{
	size_t done = 0;
	while (done < len) {
		ssize_t n = write(fd, (const char *)data + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n < 0 ? errno : ENOSPC;
			return -1;
		}
		done += (size_t)n;
	}
	return 0;
}

static int write_file(struct state *s, const char *name, int flags, const void *data, size_t len)
{
	int fd = openat(s->dir, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, 0600);
	if (fd < 0)
		return -1;
	int result = write_all(fd, data, len);
	if (result == 0 && !(flags & O_TRUNC))
		result = ftruncate(fd, (off_t)len);
	if (close(fd) != 0)
		result = -1;
	return result;
}

int state_replace(struct state *s, const char *name, const void *data, size_t len)
{
	char temporary[64];
	snprintf(temporary, sizeof temporary, "%s.new", name);
	if (write_file(s, temporary, O_CREAT | O_TRUNC, data, len) == 0 &&
	    renameat(s->dir, temporary, s->dir, name) == 0)
		return 0;
	int error = errno;
	unlinkat(s->dir, temporary, 0);
	if (error == ENOSPC || error == EDQUOT)
		return write_file(s, name, 0, data, len);
	errno = error;
	return -1;
}
