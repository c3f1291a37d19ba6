/* hl-usage: asks Loki, or the local journal, what was used. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "failures.h"
#include "me.h"
#include "misses.h"
#include "msg.h"
#include "options.h"
#include "report.h"
#include "status.h"
#include "top.h"
#include "trend.h"
#include "unused.h"
#include "users.h"

#include "banned.h"

static const struct command *const commands[] = {
	&top_command,
	&users_command,
	&failures_command,
	&trend_command,
	&misses_command,
	&unused_command,
	&report_command,
	&me_command,
	&archive_command,
	&status_command,
	NULL,
};

static void print_help(FILE *out)
{
	fputs("usage: hl-usage [--wrapper FILE] COMMAND [OPTION]...\n"
	      "What was used, from the team's Loki or from this user's own journal.\n"
	      "\n",
	      out);
	for (const struct command *const *c = commands; *c; c++)
		fprintf(out, "  %-10s %s\n", (*c)->name, (*c)->summary);
	fputs("\n"
	      "  hl-usage COMMAND --help   a command's options\n"
	      "  hl-usage --version        the version\n"
	      "  --wrapper FILE            the wrapper that calls; unused and report read its verbs\n",
	      out);
}

static const struct command *find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static int run_command(const struct command *c, const char *caller, int argc, char **argv)
{
	struct options o;
	int result = EXIT_MISUSE;
	if (c->run_alone)
		return c->run_alone(argc, argv);
	enum options_end end = options_parse(&o, c, argc, argv);
	o.caller = caller;
	if (end == OPTIONS_GO) {
		result = c->run(&o);
	} else if (end == OPTIONS_HELP) {
		options_help(c, stdout);
		result = EXIT_SUCCESS;
	}
	options_free(&o);
	return result;
}

static bool one_of(const char *word, const char *a, const char *b, const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static int run(int argc, char **argv)
{
	const char *caller = NULL;
	if (argc > 2 && strcmp(argv[1], "--wrapper") == 0) {
		caller = argv[2];
		argc -= 2;
		argv += 2;
	}
	const char *word = argc > 1 ? argv[1] : "";
	const struct command *command = find(word);
	if (command)
		return run_command(command, caller, argc - 1, argv + 1);
	bool help = one_of(word, "--help", "-h", "help");
	if (help && argc > 2) {
		word = argv[2];
		command = find(word);
	}
	if (command) {
		char *arguments[] = {argv[2], (char[]){"--help"}, NULL};
		return run_command(command, caller, 2, arguments);
	}
	if (help && argc == 2) {
		print_help(stdout);
		return EXIT_SUCCESS;
	}
	if (one_of(word, "--version", "-V", "version")) {
		puts("hl-usage " VERSION);
		return EXIT_SUCCESS;
	}
	if (argc > 1)
		msg("no such command: %s (see hl-usage --help)", word);
	else
		print_help(stderr);
	return EXIT_MISUSE;
}

/* A stream that the caller has closed: its number must not become that of an archive or a connection, which would
 * then get what is printed. What is opened for reading alone still can't be written. */
static void fill_streams(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	msg_program = "hl-usage";
	fill_streams();
	/* LC_CTYPE alone: it says whether the terminal takes UTF-8, and numbers in JSON keep their point. */
	setlocale(LC_CTYPE, "");
	int result = run(argc, argv);
	errno = 0;
	if ((fflush(stdout) != 0 || ferror(stdout) || fclose(stdout) != 0) && result == EXIT_SUCCESS) {
		msg("can't write the output%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
		result = EXIT_FAILURE;
	}
	return result;
}
