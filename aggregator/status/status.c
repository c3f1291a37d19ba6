#include "status.h"

#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "window.h"

#include "banned.h"

enum { TIMEOUT_S = 10, TIMEOUT_MAX_S = 24 * 3600 };

static const char help[] =
	"usage: hl-usage status [OPTION]...\n"
	"Say whether this user's events get out, and if not, why. Exit 0 if they do, 1 if not.\n"
	"\n"
	"      --json          print one JSON object\n"
	"      --probe         ask the configured Loki whether it is ready and answers; push nothing\n"
	"      --timeout TIME  give up probing after TIME: 10s, 1m, or seconds (default 10s)\n"
	"  -h, --help          print this\n";

static const struct option long_options[] = {
	{"json", no_argument, NULL, 'j'},
	{"probe", no_argument, NULL, 'p'},
	{"timeout", required_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

struct choice {
	bool json;
	bool probe;
	int timeout_s;
};

/* 0, or -1. */
static int set_timeout(struct choice *c, const char *text)
{
	int64_t seconds = 0;
	if (*text && strlen(text) < 6 && strspn(text, "0123456789") == strlen(text))
		seconds = strtol(text, NULL, 10);
	else if (duration_parse(text, &seconds) != 0)
		return -1;
	c->timeout_s = (int)(seconds <= TIMEOUT_MAX_S ? seconds : 0);
	return c->timeout_s ? 0 : -1;
}

static enum options_end parse(struct choice *c, int argc, char **argv)
{
	int option;
	*c = (struct choice){.timeout_s = TIMEOUT_S};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == '?' || option == ':') {
			msg("status: %s%s (see hl-usage status --help)",
			    option == '?' ? "no such option, or not used so: " : "a value is missing after ",
			    argv[optind - 1]);
			return OPTIONS_MISUSE;
		}
		c->json = c->json || option == 'j';
		c->probe = c->probe || option == 'p';
		if (option == 't' && set_timeout(c, optarg) != 0) {
			msg("status: --timeout '%s': not a time-out: 30s, 2m, or a number of seconds, up to 24 hours",
			    optarg);
			return OPTIONS_MISUSE;
		}
	}
	if (optind < argc) {
		msg("status: '%s' is no option (see hl-usage status --help)", argv[optind]);
		return OPTIONS_MISUSE;
	}
	return OPTIONS_GO;
}

/* Where there is a Loki that can be asked. 0, or -1: no memory. */
static int ask_loki(struct status *s, int timeout_s)
{
	if (!s->loki.url || s->loki_why[0])
		return 0;
	if (loki_ready(&s->loki) != 0 || probe(&s->loki, s->user, timeout_s, &s->probe) != 0)
		return -1;
	s->probed = true;
	return 0;
}

static int status(const struct choice *c)
{
	struct status s;
	int result = EXIT_FAILURE;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		msg("out of memory");
		return EXIT_FAILURE;
	}
	if (status_gather(&s) != 0 || (c->probe && ask_loki(&s, c->timeout_s) != 0)) {
		msg("out of memory");
		goto out;
	}
	status_judge(&s);
	if (!c->json) {
		status_print(&s);
	} else if (status_print_json(&s) != 0) {
		msg("out of memory");
		goto out;
	}
	result = s.healthy ? EXIT_SUCCESS : EXIT_FAILURE;
out:
	status_free(&s);
	curl_global_cleanup();
	return result;
}

static int status_main(int argc, char **argv)
{
	struct choice c;
	enum options_end end = parse(&c, argc, argv);
	if (end == OPTIONS_MISUSE)
		return EXIT_MISUSE;
	if (end == OPTIONS_GO)
		return status(&c);
	fputs(help, stdout);
	return EXIT_SUCCESS;
}

const struct command status_command = {
	.name = "status",
	.summary = "say whether this user's events get out",
	.run_alone = status_main,
};
