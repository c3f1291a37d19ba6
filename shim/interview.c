#include "interview.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"

#include "banned.h"

enum { ASK_MS = 10000 };

static long now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Takes what comes until the end, but not longer than the deadline. NULL, or what went wrong. */
static const char *take(int fd, struct buf *out)
{
	char chunk[4096];
	long deadline = now_ms() + ASK_MS;
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		long left = deadline - now_ms();
		int ready = poll(&p, 1, left > 0 ? (int)left : 0);
		if (ready == 0)
			return "gave no answer within 10 s";
		if (ready < 0 && errno != EINTR)
			return strerror(errno);
		ssize_t n = ready > 0 ? read(fd, chunk, sizeof chunk) : -1;
		if (n == 0)
			return NULL;
		if (n < 0 && errno != EINTR)
			return strerror(errno);
		buf_add(out, chunk, n > 0 ? (size_t)n : 0);
		if (out->failed)
			return "gave more than 16 MiB";
	}
}

int interview(const char *program, struct buf *out)
{
	int ends[2];
	int status = 0;
	if (pipe(ends) != 0) {
		msg("%s: %s", program, strerror(errno));
		return -1;
	}
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		if (null >= 0 && dup2(null, 0) == 0 && dup2(ends[1], 1) == 1) {
			close(ends[0]);
			close(ends[1]);
			execl(program, program, "manifest", "--json", (char *)NULL);
		}
		_exit(127);
	}
	close(ends[1]);
	const char *wrong = pid < 0 ? strerror(errno) : take(ends[0], out);
	close(ends[0]);
	if (pid > 0) {
		if (wrong)
			kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (!wrong && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		wrong = "failed";
	if (wrong)
		msg("%s manifest --json %s; give its verbs with --manifest FILE, one a line", program, wrong);
	return wrong ? -1 : 0;
}
