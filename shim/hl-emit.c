/*
 * hl-emit VERB STATUS: records that a verb ended with a status, and starts hl-push if that is due.
 *
 * It stands between the user and their prompt: libc only, a few files, no network, no name
 * service, and a limit on its own life.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "detach.h"
#include "evlog.h"
#include "progress.h"
#include "state.h"
#include "verb.h"

#include "banned.h"

enum {
	LIFE_S = 2,	    /* a hung file system must not hang the prompt */
	WAIT_STEP_MS = 5, /* HOMELAB_USAGE_WAIT_MS: how often to look whether the event has gone */
};

static const char usage[] = "usage: hl-emit [--dry-run] VERB STATUS\n"
			    "Records one run of a verb: VERB is its name, STATUS its exit status (0-255).\n"
			    "Called by the wrapper that hl-wrap generates; see hl-emit(1).\n"
			    "  --dry-run  say whether it would be recorded and sent, why, and what; record nothing\n"
			    "  --help     show this\n"
			    "  --version  show the version\n";

static int fail(int status, const char *what, const char *why)
{
	fprintf(stderr, "hl-emit: %s%s%s\n", what, *why ? ": " : "", why);
	return status;
}

/* 0 to 255, or -1. */
static int parse_status(const char *text)
{
	size_t n = strlen(text);
	int status = 0;
	if (n == 0 || n > 3 || strspn(text, "0123456789") != n)
		return -1;
	for (; *text; text++)
		status = status * 10 + (*text - '0');
	return status <= 255 ? status : -1;
}

/* However the caller left them, these signals mean to us what they mean to a new process. */
static void own_signals(void)
{
	sigset_t alarm_only;
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	signal(SIGALRM, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write */
	sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
	alarm(LIFE_S);
}

/*
 * With the event in the spool: is an attempt due, and there is nobody who would make it? Then the push lock is ours to
 * hand to an hl-push: its descriptor, otherwise -1.
 */
static int claim_push(struct state *s, const char *url)
{
	struct progress progress;
	progress_read(s, &progress);
	return progress_due(&progress, clock_now_s(), progress_target(url)) ? state_claim_push(s) : -1;
}

/* Waits until no hl-push runs: then the spool is empty, or the attempt has failed. */
static void wait_for_push(struct state *s, int64_t until_ms)
{
	struct timespec step = {.tv_nsec = WAIT_STEP_MS * 1000000L};
	bool hurried = false;
	while (clock_uptime_ms() < until_ms && state_pushing(s)) {
		pid_t pusher = state_pusher(s);
		if (pusher > 0 && !hurried)
			hurried = kill(pusher, SIGUSR1) == 0; /* it need not wait for more events */
		nanosleep(&step, NULL);
	}
}

static int record(const struct config *c, const struct event *e)
{
	struct state state = STATE_INIT;
	struct event stamped = *e;
	char path[STATE_PATH_MAX] = "not recorded";
	const char *why = "";
	const char *url = config_text(c, CONFIG_LOKI_URL);
	int push_lock = -1;
	int64_t start_ms = clock_uptime_ms();
	if (state_path(c, path, &why) != 0 || state_open(&state, path, true, &why) != 0)
		return fail(1, path, why);

	int result = 0;
	if (state_lock(&state) != 0) {
		result = fail(1, path, strerror(errno));
		goto out;
	}
	stamped.ns = state_stamp(&state, e->ns);
	if (evlog_append(&state, url ? &evlog_spool : &evlog_journal, &stamped) != 0)
		result = fail(1, path, strerror(errno));
	else if (url)
		/* Asked under the lock: hl-push ends under it, having found the spool empty. */
		push_lock = claim_push(&state, url);
	state_unlock(&state);

	if (push_lock >= 0) {
		detach_start(BINDIR "/hl-push", push_lock);
		close(push_lock);
	}
	int wait_ms = config_ms(c, CONFIG_WAIT_MS);
	if (wait_ms > 0 && url)
		wait_for_push(&state, start_ms + wait_ms);
out:
	state_close(&state);
	return result;
}

int main(int argc, char **argv)
{
	struct config config;
	enum config_key decided;
	int64_t ended = clock_now_ns();
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return printf("%s", usage) < 0 || fflush(stdout) != 0;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return printf("hl-emit %s\n", VERSION) < 0 || fflush(stdout) != 0;
	if (argc == 4 && strcmp(argv[1], "--dry-run") == 0) {
		/* The answer takes a name service and the wire format, which are hl-push's. */
		execl(BINDIR "/hl-push", "hl-push", "--dry-run", argv[2], argv[3], (char *)NULL);
		return fail(1, BINDIR "/hl-push", strerror(errno));
	}
	if (argc != 3) {
		fputs(usage, stderr);
		return 2;
	}
	own_signals();
	detach_descriptors();

	struct event e = {
		.ns = ended,
		.status = parse_status(argv[2]),
		.version = VERSION,
		.version_len = strlen(VERSION),
		.verb = argv[1],
		.verb_len = strlen(argv[1]),
	};
	enum verb_kind kind = verb_kind(e.verb, e.verb_len);
	if (kind == VERB_INVALID)
		return fail(2, "not a verb: 1 to 8 words of letters, digits, '.', '_' and '-', 128 bytes in all", "");
	if (e.status < 0)
		return fail(2, "not an exit status: a number from 0 to 255", "");
	if (kind == VERB_DISCOVERY)
		return 0;
	config_load(&config, NULL);
	int result = config_off(&config, &decided) ? 0 : record(&config, &e);
	config_free(&config);
	return result;
}
