/*
 * hl-push: delivers the spool to Loki, and ends.
 *
 * Started by hl-emit when events wait and none of it runs; it never sees the command that they
 * are about. One for each user: it holds the push lock as long as it runs. With --now, for people
 * and cron, it delivers in the foreground and says what happened.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "detach.h"
#include "dryrun.h"
#include "msg.h"
#include "now.h"
#include "push.h"

#include "banned.h"

enum {
	LIFE_S = 60,  /* hard limit on everything, name resolution included */
	RENEW_S = 40, /* a stream of verbs that goes on goes on in a new process */
};

static const char program[] = BINDIR "/hl-push";

static const char usage[] = "usage: hl-push [--now]\n"
			    "Delivers the events that wait in the spool to Loki. hl-emit starts it, in the background.\n"
			    "  --now      deliver them now, also when the next attempt isn't due, and say what happened\n"
			    "  --help     show this\n"
			    "  --version  show the version\n";

/* In a new process, before the hard limit, with the lock passed on. */
static void renew(void *arg)
{
	const struct push *p = arg;
	static int64_t started_ms;
	if (!started_ms)
		started_ms = clock_uptime_ms();
	if (clock_uptime_ms() - started_ms < RENEW_S * 1000)
		return;
	if (p->lock != DETACH_PASSED && dup2(p->lock, DETACH_PASSED) < 0)
		return;
	execl(program, program, (char *)NULL);
	_exit(1); /* the descriptor that the lock went to may have been another */
}

static void push(const struct config *c)
{
	struct push p = PUSH_INIT;
	const char *why;
	if (push_open(&p, c, &why) != 0 || !push_claim(&p, c) ||
	    !progress_due(&p.progress, clock_now_s(), p.progress.target))
		return;
	push_hurry = config_ms(c, CONFIG_WAIT_MS) > 0;
	if (push_ready(&p, c) == 0)
		drain(&p.drain, &push_hurry, renew, &p);
	/* Before the write lock, which is given back with the process: who then appends finds nobody pushing. */
	state_release_push(p.lock);
	/* Cleaning libcurl up could wait for a name server; the kernel cleans up at once. */
	_exit(0);
}

static void say(const char *where, const char *why)
{
	msg("%s: %s", where, why);
}

static bool is(int argc, char **argv, const char *option)
{
	return argc == 2 && strcmp(argv[1], option) == 0;
}

int main(int argc, char **argv)
{
	struct config config;
	enum config_key decided;
	int result = 0;
	msg_program = "hl-push";
	if (is(argc, argv, "--help"))
		return fputs(usage, stdout) < 0 || fflush(stdout) != 0;
	if (is(argc, argv, "--version"))
		return printf("hl-push %s\n", VERSION) < 0 || fflush(stdout) != 0;
	bool dry = argc == 4 && strcmp(argv[1], "--dry-run") == 0;
	bool now = is(argc, argv, "--now");
	if (argc != 1 && !dry && !now) {
		fputs(usage, stderr);
		return 2;
	}
	if (dry)
		msg_program = "hl-emit"; /* who was asked */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write */
	umask(077);
	config_load(&config, dry || now ? say : NULL);
	if (dry) {
		result = dry_run(&config, argv[2], argv[3]);
	} else if (now) {
		result = now_main(&config);
		if (fflush(stdout) != 0)
			result = 1;
		_exit(result); /* as at the end of push */
	} else {
		alarm(LIFE_S);
		if (!config_off(&config, &decided) && config_text(&config, CONFIG_LOKI_URL))
			push(&config);
	}
	config_free(&config);
	return result;
}
