#include "emit_version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"

#include "banned.h"

enum { WAIT_MS = 1000 };

static const char program[] = BINDIR "/hl-emit";
static const char name[] = "hl-emit ";

/* Its stdout to fd, nothing else; errno, or 0. */
static int start(int fd, pid_t *pid)
{
	char *argv[] = {(char[]){"hl-emit"}, (char[]){"--version"}, NULL};
	char *environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, fd, 1);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (!error)
		error = posix_spawn(pid, program, &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* One line from fd, without its newline: 0, or -1. It comes in one write. */
static int read_answer(int fd, char *line, size_t size)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	if (poll(&ready, 1, WAIT_MS) != 1)
		return -1;
	ssize_t n = read(fd, line, size - 1);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	text_clean(line, strlen(line));
	return n > 0 ? 0 : -1;
}

int emit_version(char out[EVENT_VERSION_MAX], const char **why)
{
	char line[sizeof name + EVENT_VERSION_MAX];
	int ends[2] = {-1, -1};
	pid_t pid;
	int result = -1;
	int error = pipe(ends) != 0 ? errno : 0;
	*why = "it does not say its version";
	if (!error && (fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0))
		error = errno;
	if (!error)
		error = start(ends[1], &pid);
	if (error) {
		*why = strerror(error);
		goto out;
	}
	if (read_answer(ends[0], line, sizeof line) == 0 && strncmp(line, name, strlen(name)) == 0) {
		snprintf(out, EVENT_VERSION_MAX, "%.*s", EVENT_VERSION_MAX - 1, line + strlen(name));
		result = 0;
	}
	kill(pid, SIGKILL); /* it has answered, or never will */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
out:
	if (ends[0] >= 0) {
		close(ends[0]);
		close(ends[1]);
	}
	return result;
}
