/* The options that the commands of hl-usage share. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

enum { EXIT_MISUSE = 2 };

struct options {
	const char *since; /* as it was typed */
	int64_t since_s;
	const char **users; /* owned; the names are argv's */
	size_t users_count;
	size_t limit; /* 0: none */
	bool json;
	struct source_choice source;
};

enum options_end { OPTIONS_GO, OPTIONS_HELP, OPTIONS_MISUSE };

/* Reads a command's arguments, argv[0] being its name. Says itself what is wrong. options_free in any case. */
enum options_end options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
