/* The options of hl-usage's commands: one table of all of them, and what was given. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "choose.h"
#include "when.h"

enum { EXIT_MISUSE = 2 };

/* What a command takes beyond the common options; bits. A new one is a bit here and a line in options.c's table. */
enum extra_option {
	OPTION_LONG = 1 << 0,
	OPTION_ALL = 1 << 1,
	OPTION_BY = 1 << 2,
	OPTION_STEP = 1 << 3,
	OPTION_TABLE = 1 << 4, /* --manifest, --wrapper */
	OPTION_FEWER = 1 << 5, /* --min-runs, --min-users */
	OPTION_VERIFY = 1 << 6,
	OPTION_OUTPUT = 1 << 7,
};

struct options;

struct command {
	const char *name;
	const char *operands; /* for the usage line, or NULL: it takes none */
	const char *summary;
	const char *since;  /* the default, or NULL: 30d */
	unsigned extra;     /* enum extra_option */
	bool loki_only;     /* of the common options, it takes --loki and --timeout alone */
	bool page;          /* of the common options, it takes none that is about a single table or the terminal */
	const char *const *by; /* what --by takes, the default first, then NULL */
	int (*run)(const struct options *o); /* returns the exit status */
	int (*run_alone)(int argc, char **argv); /* instead of run, for a command that takes none of the common options */
};

struct options {
	const struct command *command;
	const char *since; /* as they were typed; until is NULL if it wasn't */
	const char *until;
	struct window window;
	bool utc;
	const char **users; /* owned; the names are argv's */
	size_t users_count;
	const char **verbs; /* owned */
	size_t verbs_count;
	char **operands; /* argv's */
	size_t operands_count;
	size_t limit; /* 0: none */
	const char *sort;
	bool reverse;
	bool json;
	bool csv;
	bool explain;
	bool no_color;
	bool long_form;
	bool all;
	const char *by;
	enum unit step;
	const char *manifest; /* NULL: not given; the same for wrapper */
	const char *wrapper;
	const char *caller; /* the wrapper that hl-usage was called by, or NULL */
	size_t min_runs;    /* 0: not given */
	size_t min_users;
	bool verify;
	const char *output; /* NULL: not given */
	struct source_choice source;
};

enum options_end { OPTIONS_GO, OPTIONS_HELP, OPTIONS_MISUSE };

/* Reads a command's arguments, argv[0] being its name. Says itself what is wrong. options_free in any case. */
enum options_end options_parse(struct options *o, const struct command *c, int argc, char **argv);
void options_free(struct options *o);

/* What is wrong with a label's value that was typed, or NULL. */
const char *options_label_wrong(const char *text);

/* The command's --help. */
void options_help(const struct command *c, FILE *out);

#endif
