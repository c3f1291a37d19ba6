#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "msg.h"
#include "origin.h"

#include "banned.h"

/* The working directory as the user names it, its links kept. */
static int working_directory(char *out, size_t size)
{
	const char *pwd = getenv("PWD");
	struct stat a, b;
	if (pwd && pwd[0] == '/' && strlen(pwd) < size && stat(pwd, &a) == 0 && stat(".", &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino) {
		snprintf(out, size, "%s", pwd);
		return 0;
	}
	return getcwd(out, size) ? 0 : -1;
}

int place_absolute(const char *path, char out[PLACE_MAX])
{
	char directory[PLACE_MAX] = "";
	int n = -1;
	if (path[0] == '/' || working_directory(directory, sizeof directory) == 0) {
		while (path[0] == '.' && path[1] == '/')
			path += 2 + strspn(path + 2, "/");
		n = strcmp(path, ".") == 0 ? snprintf(out, PLACE_MAX, "%s", directory)
		    : path[0] == '/'	   ? snprintf(out, PLACE_MAX, "%s", path)
					   : snprintf(out, PLACE_MAX, "%s/%s", directory, path);
	}
	if (n < 0 || n >= PLACE_MAX) {
		msg("%s: no absolute path, or one too long", path);
		return -1;
	}
	for (size_t len = (size_t)n; len > 1 && out[len - 1] == '/'; len--)
		out[len - 1] = '\0';
	for (const char *s = out; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f) {
			msg("%s: a control character in the path", out);
			return -1;
		}
	return 0;
}

int place_program(const char *program, char out[PLACE_MAX])
{
	const char *path = getenv("PATH");
	char candidate[PLACE_MAX];
	struct stat st;
	if (strchr(program, '/')) {
		if (stat(program, &st) != 0 || !S_ISREG(st.st_mode) || access(program, X_OK) != 0) {
			msg("%s: no program that can be run", program);
			return -1;
		}
		return place_absolute(program, out);
	}
	while (path && *path && *program) {
		size_t len = strcspn(path, ":");
		snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)len, path, len ? "/" : "./", program);
		if (stat(candidate, &st) == 0 && S_ISREG(st.st_mode) && access(candidate, X_OK) == 0)
			return place_absolute(candidate, out);
		path += len + (path[len] == ':');
	}
	msg("%s: not found in PATH", program);
	return -1;
}

/* Runs `shell -n file`: 0 if the shell can read all of it. */
static int check_syntax(const char *shell, const char *file)
{
	int status = -1;
	pid_t pid = fork();
	if (pid == 0) {
		execl(shell, shell, "-n", file, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int place_may_replace(const char *file, bool force)
{
	char head[1024];
	struct stat st;
	if (lstat(file, &st) != 0)
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
		msg("%s: not a regular file", file);
		return -1;
	}
	if (force)
		return 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd >= 0 ? read(fd, head, sizeof head - 1) : -1;
	if (fd >= 0)
		close(fd);
	head[n > 0 ? n : 0] = '\0';
	if (origin_generated(head))
		return 0;
	msg("%s: exists, and hl-wrap did not generate it; --force overwrites it", file);
	return -1;
}

static int write_file(const char *file, const char *shell, const struct buf *text)
{
	char temporary[PLACE_MAX];
	if ((size_t)snprintf(temporary, sizeof temporary, "%s.XXXXXX", file) >= sizeof temporary) {
		msg("%s: the path is too long", file);
		return -1;
	}
	int fd = mkstemp(temporary);
	if (fd < 0) {
		msg("%s: %s", file, strerror(errno));
		return -1;
	}
	int failed = buf_write(text, fd) != 0 || fchmod(fd, 0755) != 0;
	failed = close(fd) != 0 || failed;
	if (failed) {
		msg("%s: %s", file, strerror(errno));
	} else if (check_syntax(shell, temporary) != 0) {
		msg("%s: %s -n finds a fault in the wrapper; nothing was changed", file, shell);
		failed = 1;
	} else if (rename(temporary, file) != 0) {
		msg("%s: %s", file, strerror(errno));
		failed = 1;
	}
	if (failed)
		unlink(temporary);
	return failed ? -1 : 0;
}

/* A link stays a link: the file that it leads to is replaced. */
int place_write(const char *file, const char *shell, const struct buf *text)
{
	char *target = realpath(file, NULL);
	int result = write_file(target ? target : file, shell, text);
	free(target);
	return result;
}
