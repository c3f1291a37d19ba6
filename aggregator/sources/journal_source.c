/* The local journal: this user's own events, as long as no Loki is configured. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evlog.h"
#include "source.h"
#include "state.h"
#include "user.h"

#include "banned.h"

enum {
	CHUNK = 64 * 1024, /* bytes that are read at a time */
	EXITS = 256,
	EXIT_DIGITS = 4, /* with the NUL */
};

static const int64_t S_NS = 1000000000;

struct journal {
	struct source source; /* first: a source is cast back to what it is part of */
	char path[STATE_PATH_MAX];
	char user[USER_MAX];
};

struct counting {
	const struct question *question;
	struct span labels[LABELS];
	struct span exits[EXITS];
	struct tally *rows;
	int64_t first_ns; /* the oldest event, 0: none */
	size_t skipped;   /* lines */
	int error;        /* errno */
};

/* Counts an event that is asked for: is it a record? */
static bool count_event(struct counting *c, const struct event *e, const struct range *range)
{
	const struct question *q = c->question;
	int64_t count = q->what == QUESTION_COUNTS ? 1 : e->ns / S_NS;
	bool by_verb = q->labels & LABEL_BIT(LABEL_VERB);
	if (by_verb)
		c->labels[LABEL_VERB] = (struct span){.text = e->verb, .len = e->verb_len};
	if (q->labels & LABEL_BIT(LABEL_EXIT))
		c->labels[LABEL_EXIT] = c->exits[e->status];
	if (q->labels & LABEL_BIT(LABEL_VERSION))
		c->labels[LABEL_VERSION] = (struct span){.text = e->version, .len = e->version_len};
	/* A verb that has a row is valid: looking at each of them once is a third less work. */
	int known = by_verb ? tally_add_known(c->rows, c->labels, range->part, count) : 0;
	if (known == 0 && !event_verb_valid(e))
		return false;
	if (known < 0 || (known == 0 && tally_add(c->rows, c->labels, range->part, count) != 0))
		c->error = errno;
	if (c->first_ns == 0 || e->ns < c->first_ns)
		c->first_ns = e->ns;
	return true;
}

/* Counts the whole lines of text and returns how many bytes they are. */
static size_t count_lines(struct counting *c, const char *text, size_t len)
{
	size_t start = 0;
	for (const char *newline; !c->error && (newline = memchr(text + start, '\n', len - start));) {
		size_t end = (size_t)(newline - text);
		struct event e;
		bool record = event_split(text + start, end - start, &e) == 0;
		const struct range *range = record ? question_range(c->question, e.ns) : NULL;
		if (range && question_selects(c->question, e.verb, e.verb_len))
			record = count_event(c, &e, range);
		else
			record = record && event_verb_valid(&e);
		c->skipped += !record;
		start = end + 1;
	}
	return start;
}

/* 0, or an errno. A last line without its newline was never finished, or is being written. */
static int count_file(struct counting *c, int fd)
{
	static char text[CHUNK];
	size_t len = 0;
	for (;;) {
		ssize_t n = read(fd, text + len, sizeof text - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : c->error;
		len += (size_t)n;
		size_t whole = count_lines(c, text, len);
		len -= whole;
		memmove(text, text + whole, len);
		/* A line that long is no record, and so much of it is enough to be none when its end comes. */
		if (len > EVENT_LINE_MAX)
			len = EVENT_LINE_MAX;
	}
}

/*
 * Without a lock: the live file is opened before the segments are listed, so whatever a writer does meanwhile,
 * every event that is there now is in the live file's descriptor or in a segment of the list. If the live file
 * became a segment in between, it is both.
 */
static int count_journal(struct counting *c, struct state *s)
{
	struct stat live_st = {0};
	struct stat st;
	unsigned *numbers = NULL;
	int error = 0;
	int live = evlog_open(s, &evlog_journal, 0);
	if (live < 0 ? errno != ENOENT : fstat(live, &live_st) != 0)
		return errno;
	int count = evlog_segments(s, &evlog_journal, &numbers);
	if (count < 0)
		error = errno;
	for (int i = 0; i < count && !error; i++) {
		int fd = evlog_open(s, &evlog_journal, numbers[i]);
		if (fd < 0 || fstat(fd, &st) != 0)
			error = errno == ENOENT ? 0 : errno; /* the journal's bound took it meanwhile */
		else if (live < 0 || st.st_ino != live_st.st_ino || st.st_dev != live_st.st_dev)
			error = count_file(c, fd);
		if (fd >= 0)
			close(fd);
	}
	if (live >= 0) {
		if (!error)
			error = count_file(c, live);
		close(live);
	}
	free(numbers);
	return error;
}

static bool asked_for(const struct question *q, const char *user)
{
	for (size_t i = 0; i < q->users_count; i++)
		if (strcmp(q->users[i], user) == 0)
			return true;
	return q->users_count == 0;
}

/* Each exit status as text, made once. */
static void name_exits(struct span exits[EXITS], char text[EXITS][EXIT_DIGITS])
{
	for (int i = 0; i < EXITS; i++) {
		int len = snprintf(text[i], EXIT_DIGITS, "%d", i & 0xff);
		exits[i] = (struct span){.text = text[i], .len = (size_t)len};
	}
}

static int ask(struct source *source, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	struct journal *j = (struct journal *)source;
	struct state state = STATE_INIT;
	const char *wrong;
	char exits[EXITS][EXIT_DIGITS];
	struct counting c = {.question = q, .rows = rows};
	for (int i = 0; i < LABELS; i++)
		c.labels[i] = (struct span){.text = ""};
	if (q->labels & LABEL_BIT(LABEL_USER))
		c.labels[LABEL_USER] = (struct span){.text = j->user, .len = strlen(j->user)};
	name_exits(c.exits, exits);
	if (!asked_for(q, j->user))
		return 0;
	errno = 0;
	if (state_open(&state, j->path, false, &wrong) != 0) {
		if (errno == ENOENT)
			return 0;
		snprintf(why, SOURCE_WHY_MAX, "%s: %s", j->path, wrong);
		return -1;
	}
	int error = count_journal(&c, &state);
	state_close(&state);
	if (error)
		snprintf(why, SOURCE_WHY_MAX, "%s: can't read the journal: %s", j->path, strerror(error));
	if (c.skipped)
		snprintf(source->note, sizeof source->note, "%s: %zu line%s of the journal left out: not a record", j->path,
			 c.skipped, c.skipped == 1 ? "" : "s");
	source->empty_until_s = c.first_ns / S_NS;
	return error ? -1 : 0;
}

static int explain(struct source *source, const struct question *q, struct buf *out)
{
	const struct journal *j = (const struct journal *)source;
	(void)q;
	buf_printf(out, "read %s/journal and its segments journal.*, once\n", j->path);
	return out->failed ? -1 : 0;
}

static void close_journal(struct source *source)
{
	free(source);
}

struct source *source_journal(const struct config *c, char why[SOURCE_WHY_MAX])
{
	const char *wrong = "out of memory";
	struct journal *j = calloc(1, sizeof *j);
	if (!j || state_path(c, j->path, &wrong) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "no journal: %s", wrong);
		free(j);
		return NULL;
	}
	j->source = (struct source){.name = "journal", .ask = ask, .explain = explain, .close = close_journal};
	user_label(j->user);
	return &j->source;
}
