/* hl-usage status: do the events get out? What is known about it, the verdict, and how it is shown. */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backlog.h"
#include "config.h"
#include "dropped.h"
#include "event.h"
#include "loki.h"
#include "options.h"
#include "probe.h"
#include "progress.h"
#include "state.h"
#include "user.h"

enum {
	STATUS_LATE_S = 5 * 60, /* an event that waits for longer is not getting out */
	STATUS_PROBLEMS_MAX = 100,
	STATUS_WHERE_MAX = STATE_PATH_MAX + 32, /* bytes, as all of these: with the NUL */
	STATUS_WHY_MAX = 256,
	STATUS_OBSTACLE_MAX = 5 * 1024,
	STATUS_VERDICT_MAX = 6 * 1024,
};

/* A line, a file or a variable of the configuration that is not used. */
struct status_problem {
	char where[STATUS_WHERE_MAX]; /* the file, or "environment" */
	int line;                     /* 0: all of it */
	char why[STATUS_WHY_MAX];
};

struct status {
	int64_t now_s;
	struct config config;
	struct status_problem *problems; /* owned */
	size_t problems_count;
	size_t problems_more; /* beyond STATUS_PROBLEMS_MAX */
	bool unreadable;      /* a configuration file is there and can't be read */
	bool off;
	enum config_key decided;  /* by this */
	struct loki loki;         /* without a URL: the journal is the sink */
	char loki_why[LOKI_WHY_MAX]; /* why it can't be used, or "" */
	char user[USER_MAX];
	char path[STATE_PATH_MAX];           /* of the state directory, or "" */
	char obstacle[STATUS_OBSTACLE_MAX]; /* why nothing can be recorded, or "" */
	struct backlog spool;
	struct backlog journal;
	struct progress progress;
	bool this_loki; /* progress is about the Loki that is configured */
	pid_t pusher;   /* 0: somebody whose pid can't be seen, -1: no hl-push runs */
	int64_t dropped[DROPPED_REASONS]; /* events */
	char emit_version[EVENT_VERSION_MAX]; /* "": unknown */
	const char *emit_why;                 /* why it is unknown */
	bool probed;
	struct probe probe;
	bool healthy;
	char verdict[STATUS_VERDICT_MAX]; /* for people: why, and what to do */
};

/* Finds out all but probe and verdict; changes nothing. 0, or -1: no memory. status_free in any case. */
int status_gather(struct status *s);
/* Sets healthy and verdict, from all the rest. */
void status_judge(struct status *s);
void status_free(struct status *s);

/* To stdout; writing is checked at the end, by main. */
void status_print(const struct status *s);
/* 0, or -1: no memory. */
int status_print_json(const struct status *s);

extern const struct command status_command;

#endif
