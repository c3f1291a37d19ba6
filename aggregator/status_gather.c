#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "emit_version.h"
#include "status.h"

#include "banned.h"

/* A config_problem has no argument of its own. */
static struct status *filling;

static void note_problem(const char *where, const char *why)
{
	struct status *s = filling;
	const char *colon = strrchr(where, ':');
	bool line = colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1);
	s->unreadable = s->unreadable || (!line && where[0] == '/');
	if (s->problems_count == STATUS_PROBLEMS_MAX) {
		s->problems_more++;
		return;
	}
	struct status_problem *p = &s->problems[s->problems_count++];
	int len = line ? (int)(colon - where) : (int)strlen(where);
	snprintf(p->where, sizeof p->where, "%.*s", len, where);
	snprintf(p->why, sizeof p->why, "%s", why);
	p->line = line ? (int)strtol(colon + 1, NULL, 10) : 0;
}

static void obstacle(struct status *s, const char *what, const char *why)
{
	if (!s->obstacle[0])
		snprintf(s->obstacle, sizeof s->obstacle, "%s%s%s: %s", s->path, *what ? "/" : "", what, why);
}

/* Does the file that the next event would be appended to take it? */
static void check_live(struct status *s, struct state *state, const struct evlog *log)
{
	int fd = evlog_open(state, log, 0);
	/* What is no file of ours is rotated away by the next writer. */
	bool refused = fd < 0 ? errno != ENOENT && errno != EPERM && errno != ELOOP && errno != ENXIO
			      : faccessat(state->dir, log->name, W_OK, AT_EACCESS) != 0;
	if (refused)
		obstacle(s, log->name, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* In a directory that is there. */
static void check_writable(struct status *s, struct state *state)
{
	struct statvfs fs;
	struct state scratch = STATE_INIT;
	const char *why = "";
	if (faccessat(state->dir, ".", W_OK | X_OK, AT_EACCESS) != 0) {
		obstacle(s, "", strerror(errno));
		return;
	}
	errno = 0;
	if (state_open(&scratch, s->path, false, &why) == 0)
		state_close(&scratch);
	else if (errno != ENOENT)
		obstacle(s, "", why);
	if (fstatvfs(state->dir, &fs) == 0 && fs.f_blocks && !(geteuid() == 0 ? fs.f_bfree : fs.f_bavail))
		obstacle(s, "", "no space left on its file system");
	check_live(s, state, s->loki.url ? &evlog_spool : &evlog_journal);
}

static void read_state(struct status *s)
{
	struct state state = STATE_INIT;
	const char *why = "";
	s->pusher = -1;
	if (state_path(&s->config, s->path, &why) != 0) {
		s->path[0] = '\0';
		snprintf(s->obstacle, sizeof s->obstacle, "%s", why);
		return;
	}
	if (state_check(s->path, &why) != 0)
		obstacle(s, "", why);
	errno = 0;
	if (state_look(&state, s->path, &why) != 0) {
		if (errno != ENOENT) /* or nothing was ever recorded */
			obstacle(s, "", why);
		return;
	}
	check_writable(s, &state);
	/* In this order: what was delivered in between is counted rather than left out. */
	progress_read(&state, &s->progress);
	backlog_count(&state, &evlog_spool, &s->progress, &s->spool);
	backlog_count(&state, &evlog_journal, NULL, &s->journal);
	dropped_counts(&state, s->dropped);
	if (state.lock >= 0 && state_pushing(&state)) {
		s->pusher = state_pusher(&state);
		s->pusher = s->pusher < 0 ? 0 : s->pusher;
	}
	state_close(&state);
}

int status_gather(struct status *s)
{
	*s = (struct status){.now_s = (int64_t)time(NULL), .pusher = -1};
	s->problems = calloc(STATUS_PROBLEMS_MAX, sizeof *s->problems);
	if (!s->problems)
		return -1;
	filling = s;
	config_load(&s->config, note_problem);
	s->off = config_off(&s->config, &s->decided);
	if (loki_from_config(&s->loki, &s->config, s->loki_why) == 0)
		s->loki_why[0] = '\0';
	user_label(s->user);
	read_state(s);
	const char *url = config_text(&s->config, CONFIG_LOKI_URL);
	s->this_loki = url && s->progress.target == progress_target(url);
	if (emit_version(s->emit_version, &s->emit_why) != 0)
		s->emit_version[0] = '\0';
	return 0;
}

void status_free(struct status *s)
{
	free(s->problems);
	s->problems = NULL;
	loki_free(&s->loki);
	config_free(&s->config);
}
