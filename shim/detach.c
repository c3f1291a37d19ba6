/* POSIX_SPAWN_SETSID is POSIX.1-2024, close_range is Linux's: not every libc has a function for it. */
#define _GNU_SOURCE

#include "detach.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"

#include "banned.h"

enum { FIRST = 3 };

void detach_descriptors(void)
{
	if (syscall(SYS_close_range, FIRST, ~0U, 0) == 0)
		return;
	for (long fd = sysconf(_SC_OPEN_MAX); fd-- > FIRST;)
		close((int)fd);
}

static const char *const passed_on[] = {
	"HOME",	       "XDG_CONFIG_HOME", "XDG_STATE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy",
	"https_proxy", "HTTPS_PROXY",	  "all_proxy",	    "ALL_PROXY",     "no_proxy",     "NO_PROXY",
};

enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };

/* The "NAME=value" of the environment, NULL if there is none. */
static char *variable(const char *name)
{
	size_t n = strlen(name);
	for (char **e = environ; *e; e++)
		if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return *e;
	return NULL;
}

void detach_start(const char *program, int pass)
{
	char *environment[PASSED_ON + CONFIG_KEYS + 1];
	char *argv[] = {(char *)program, NULL};
	posix_spawn_file_actions_t streams;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	pid_t pid;
	int n = 0;

	for (int i = 0; i < PASSED_ON; i++)
		if ((environment[n] = variable(passed_on[i])))
			n++;
	for (int key = 0; key < CONFIG_KEYS; key++)
		if ((environment[n] = variable(config_name(key))))
			n++;
	environment[n] = NULL;

	sigfillset(&all);
	sigemptyset(&none);
	if (chdir("/") != 0 || posix_spawn_file_actions_init(&streams) != 0)
		return;
	if (posix_spawnattr_init(&attributes) != 0)
		goto no_attributes;
	if (posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0) == 0 &&
	    posix_spawn_file_actions_addopen(&streams, 1, "/dev/null", O_WRONLY, 0) == 0 &&
	    posix_spawn_file_actions_adddup2(&streams, 1, 2) == 0 &&
	    posix_spawn_file_actions_adddup2(&streams, pass, DETACH_PASSED) == 0 &&
	    posix_spawnattr_setsigdefault(&attributes, &all) == 0 &&
	    posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
	    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
							  POSIX_SPAWN_SETSIGMASK) == 0)
		posix_spawn(&pid, program, &streams, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
no_attributes:
	posix_spawn_file_actions_destroy(&streams);
}
