/*
 * probe [ARGUMENT...] FILE: describes the process that it is, to the FILE named by its last argument.
 *
 * Two runs that were given the same write the same bytes. It ends with the sum of the bytes of its
 * arguments, modulo 256: any status, and one that the caller can work out. Built by the tests that
 * use it (cc -o probe probe.c), installed nowhere.
 */
#define _GNU_SOURCE /* the RLIMIT_* that POSIX doesn't have */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

enum { DESCRIPTORS = 10, DESCRIPTORS_MORE = 300, SIGNALS = 64, GROUPS = 64, CWD_MAX = 16384 };

static FILE *out;

static void hex(const char *what, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	fprintf(out, "%s ", what);
	for (; *text; text++) {
		putc(digits[(unsigned char)*text >> 4], out);
		putc(digits[(unsigned char)*text & 15], out);
	}
	putc('\n', out);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted; entries of the same name, and entries that are no NAME=value, are all there. */
static void environment(void)
{
	size_t n = 0;
	while (environ[n])
		n++;
	if (n > 0)
		qsort(environ, n, sizeof *environ, by_bytes);
	for (size_t i = 0; i < n; i++)
		hex("environment", environ[i]);
}

static void descriptor(int fd)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		if (fd < DESCRIPTORS)
			fprintf(out, "descriptor %d: closed\n", fd);
		return;
	}
	fprintf(out, "descriptor %d: device %llx inode %llu mode %o flags %o close-on-exec %d offset %lld\n", fd,
		(unsigned long long)st.st_dev, (unsigned long long)st.st_ino, (unsigned)st.st_mode,
		(unsigned)fcntl(fd, F_GETFL), fcntl(fd, F_GETFD), (long long)lseek(fd, 0, SEEK_CUR));
}

static void limits(void)
{
	static const struct {
		const char *name;
		int resource;
	} all[] = {
		{"as", RLIMIT_AS}, {"core", RLIMIT_CORE}, {"cpu", RLIMIT_CPU}, {"data", RLIMIT_DATA},
		{"fsize", RLIMIT_FSIZE}, {"nofile", RLIMIT_NOFILE}, {"stack", RLIMIT_STACK},
#ifdef __linux__
		{"locks", RLIMIT_LOCKS}, {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE},
		{"nice", RLIMIT_NICE}, {"nproc", RLIMIT_NPROC}, {"rss", RLIMIT_RSS}, {"rtprio", RLIMIT_RTPRIO},
		{"rttime", RLIMIT_RTTIME}, {"sigpending", RLIMIT_SIGPENDING},
#endif
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct rlimit l = {0};
		getrlimit(all[i].resource, &l);
		fprintf(out, "limit %s: %llu %llu\n", all[i].name, (unsigned long long)l.rlim_cur, (unsigned long long)l.rlim_max);
	}
}

static void signals(void)
{
	sigset_t blocked, pending;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigpending(&pending);
	for (int n = 1; n <= SIGNALS; n++) {
		struct sigaction action;
		if (sigaction(n, NULL, &action) == 0)
			fprintf(out, "signal %d: %s%s%s\n", n, action.sa_handler == SIG_IGN ? "ignored" : "default",
				sigismember(&blocked, n) == 1 ? " blocked" : "", sigismember(&pending, n) == 1 ? " pending" : "");
	}
}

static void identity(void)
{
	gid_t groups[GROUPS];
	int n = getgroups(GROUPS, groups);
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY);
	fprintf(out, "user %d %d, group %d %d, groups", (int)getuid(), (int)geteuid(), (int)getgid(), (int)getegid());
	for (int i = 0; i < n; i++)
		fprintf(out, " %d", (int)groups[i]);
	fprintf(out, "\nnice %d\nprocess group %d%s\nsession %d\n", getpriority(PRIO_PROCESS, 0), (int)getpgrp(),
		getpgrp() == getpid() ? ", its leader" : "", (int)getsid(0));
	fprintf(out, "terminal %s%s\n", tty >= 0 ? "yes" : "none", tty >= 0 && tcgetpgrp(tty) == getpgrp() ? ", in the foreground" : "");
	if (tty >= 0)
		close(tty);
}

/* Room for one more descriptor, whatever the caller left. What was there is described already. */
static int open_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 && errno == EMFILE) {
		close(0);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	}
	if (fd >= 0)
		fchmod(fd, 0600);
	return fd;
}

int main(int argc, char **argv)
{
	static char cwd[CWD_MAX];
	char *text = NULL;
	size_t len = 0;
	unsigned sum = 0;
	out = open_memstream(&text, &len);
	if (!out || argc < 2)
		return 2;
	for (int i = 0; i < argc; i++)
		hex("argument", argv[i]);
	for (int i = 1; i < argc; i++)
		for (const char *s = argv[i]; *s; s++)
			sum += (unsigned char)*s;
	environment();
	hex("directory", getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
	mode_t mask = umask(0);
	fprintf(out, "umask %03o\n", (unsigned)mask);
	for (int fd = 0; fd < DESCRIPTORS_MORE; fd++)
		descriptor(fd);
	limits();
	signals();
	identity();
	if (fclose(out) != 0)
		return 2;
	int fd = open_file(argv[argc - 1]);
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, text + at, len - at);
		if (n <= 0)
			return 2;
		at += (size_t)n;
	}
	return (int)(sum & 255);
}
