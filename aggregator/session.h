/*
 * A command's way from its options to its output: opens the source, asks, shows. Everything here says itself what
 * goes wrong. With --explain nothing is asked, answers are empty, and nothing but the explanation is shown; so a
 * command need not know of it.
 */
#ifndef SESSION_H
#define SESSION_H

#include <json-c/json.h>

#include "buf.h"
#include "config.h"
#include "options.h"
#include "quality.h"
#include "source.h"
#include "view.h"

enum { SESSION_TEXT_MAX = 64 * 1024 /* bytes of a heading or a footer */ };

struct session {
	const struct options *o;
	struct config config;
	struct source *source;
	struct quality quality; /* filled by the command and by session_ask; shown by session_show */
	struct buf second; /* a line below a table's heading, if the command adds any */
	struct buf advice; /* a line below a table's footer, if the command adds any */
	char note[SOURCE_WHY_MAX];
};

/*
 * Checks --sort against the view's columns, reads the configuration, opens the source: the exit status to end with,
 * or 0. session_close in any case.
 */
int session_open(struct session *s, const struct options *o, const struct view *v);
void session_close(struct session *s);

/* The options' users and verbs, over these ranges, counted by these labels. */
struct question session_question(const struct session *s, const struct range *ranges, size_t count, unsigned labels);

/* Adds the answer to rows: 0, or -1. */
int session_ask(struct session *s, const struct question *q, struct tally *rows);

/* "Last 30d (A to B), SOURCE", or "A to B, SOURCE": a heading begins with it. */
void session_heading(const struct session *s, struct buf *b);
/* " by alice, bob and 3 more", with before in front: the first of the names that were asked for, none for none. */
void session_names(const char *before, const char *const *names, size_t count, struct buf *b);
/* "no WHAT recorded in the last 30d by alice": the heading where there is nothing. */
void session_nothing(const struct session *s, const char *what, struct buf *b);

/* An object with since, until (if it was given), from, to and source. NULL: no memory. */
struct json_object *session_json(const struct session *s);

/* Completes quality, once all is asked; session_show does it itself. */
void session_quality(struct session *s);

/*
 * Arranges the view and prints it in the form that is asked for. Takes members, which session_json made and the
 * command added to (only JSON shows them); NULL: there was no memory for it. The heading is for tables; with a view
 * without rows it stands alone. Returns the exit status.
 */
int session_show(struct session *s, const struct buf *heading, struct json_object *members, struct view *v);

/* Says that errno, or a lack of memory, kept the answer from being shown; returns EXIT_FAILURE. */
int session_fail(const struct session *s);

#endif
