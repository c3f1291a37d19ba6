#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "text.h"

#include "banned.h"

enum { TIMEOUT_S = 30, TIMEOUT_MAX_S = 24 * 3600, LIMIT_MAX = 1000000000 };

static bool utf8(const char *s)
{
	uint32_t code;
	size_t n = 1;
	for (size_t left = strlen(s); left && n; left -= n, s += n)
		n = text_utf8(s, left, &code);
	return n != 0;
}

/* A positive whole number: 0 if it is none. */
static int64_t number(const char *text, int64_t max)
{
	int64_t n = 0;
	if (!*text || strspn(text, "0123456789") != strlen(text))
		return 0;
	for (; *text && n <= max; text++)
		n = n * 10 + (*text - '0');
	return n <= max ? n : 0;
}

static const char *set_since(struct options *o, const char *text)
{
	o->since = text;
	return duration_parse(text, &o->since_s) == 0 ? NULL : "not a duration: " DURATION_FORMS;
}

static const char *set_user(struct options *o, const char *text)
{
	o->users[o->users_count++] = text;
	return !*text ? "it is empty" : utf8(text) ? NULL : "not UTF-8, which all of Loki's labels are";
}

static const char *set_limit(struct options *o, const char *text)
{
	o->limit = (size_t)number(text, LIMIT_MAX);
	return o->limit ? NULL : "not a whole number above 0";
}

static const char *set_timeout(struct options *o, const char *text)
{
	int64_t seconds = number(text, TIMEOUT_MAX_S);
	if (!seconds && duration_parse(text, &seconds) != 0)
		seconds = 0;
	o->source.timeout_s = seconds <= TIMEOUT_MAX_S ? (int)seconds : 0;
	return o->source.timeout_s ? NULL : "not a time-out: 30s, 2m, or a number of seconds, up to 24 hours";
}

static const char *set_loki(struct options *o, const char *text)
{
	struct config scratch = {0};
	const char *wrong;
	o->source.loki = text;
	config_set(&scratch, CONFIG_LOKI_URL, text, &wrong);
	config_free(&scratch);
	return wrong;
}

static const struct option long_options[] = {
	{"since", required_argument, NULL, 's'},   {"user", required_argument, NULL, 'u'},
	{"limit", required_argument, NULL, 'n'},   {"json", no_argument, NULL, 'j'},
	{"local", no_argument, NULL, 'l'},	   {"loki", required_argument, NULL, 'L'},
	{"timeout", required_argument, NULL, 't'}, {"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static const char *set(struct options *o, int option, const char *text)
{
	switch (option) {
	case 's':
		return set_since(o, text);
	case 'u':
		return set_user(o, text);
	case 'n':
		return set_limit(o, text);
	case 't':
		return set_timeout(o, text);
	case 'L':
		return set_loki(o, text);
	case 'j':
		o->json = true;
		return NULL;
	default:
		o->source.local = true;
		return NULL;
	}
}

static const char *option_name(int option)
{
	const struct option *o = long_options;
	while (o->name && o->val != option)
		o++;
	return o->name;
}

enum options_end options_parse(struct options *o, int argc, char **argv)
{
	const char *command = argv[0];
	int option;
	*o = (struct options){.source.timeout_s = TIMEOUT_S};
	set_since(o, "30d");
	o->users = calloc((size_t)argc, sizeof *o->users);
	if (!o->users) {
		msg("out of memory");
		return OPTIONS_MISUSE;
	}
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == '?' || option == ':') {
			msg("%s: %s%s (see hl-usage %s --help)", command,
			    option == '?' ? "no such option, or not used so: " : "a value is missing after ",
			    argv[optind - 1], command);
			return OPTIONS_MISUSE;
		}
		const char *wrong = set(o, option, optarg);
		if (wrong) {
			msg("%s: --%s '%s': %s", command, option_name(option), optarg, wrong);
			return OPTIONS_MISUSE;
		}
	}
	if (optind < argc) {
		msg("%s: '%s' is no option (see hl-usage %s --help)", command, argv[optind], command);
		return OPTIONS_MISUSE;
	}
	return OPTIONS_GO;
}

void options_free(struct options *o)
{
	free(o->users);
	o->users = NULL;
}
