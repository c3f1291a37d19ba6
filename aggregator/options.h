/* The options of hl-usage's commands: one table of all of them, and what was given. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "source.h"

enum { EXIT_MISUSE = 2 };

/* What a command takes beyond the common options; bits. A new one is a bit here and a line in options.c's table. */
enum extra_option {
	OPTION_LONG = 1 << 0,
	OPTION_ALL = 1 << 1,
	OPTION_BY = 1 << 2,
	OPTION_VERIFY = 1 << 16,
};

struct options;

struct command {
	const char *name;
	const char *operands; /* for the usage line, or NULL: it takes none */
	const char *summary;
	const char *since;  /* the default, or NULL: 30d */
	unsigned extra;     /* enum extra_option */
	bool loki_only;     /* of the common options, it takes --loki and --timeout alone */
	const char *const *by; /* what --by takes, the default first, then NULL */
	int (*run)(const struct options *o); /* returns the exit status */
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
	bool verify;
	struct source_choice source;
};

enum options_end { OPTIONS_GO, OPTIONS_HELP, OPTIONS_MISUSE };

/* Reads a command's arguments, argv[0] being its name. Says itself what is wrong. options_free in any case. */
enum options_end options_parse(struct options *o, const struct command *c, int argc, char **argv);
void options_free(struct options *o);

/* The command's --help. */
void options_help(const struct command *c, FILE *out);

#endif
