#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "text.h"
#include "when.h"

#include "banned.h"

enum { TIMEOUT_S = 30, TIMEOUT_MAX_S = 24 * 3600, LIMIT_MAX = 1000000000, HELP_COLUMN = 18 };

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

/* Each takes its value: NULL, or what is wrong with it. */

static const char *set_since(struct options *o, const char *text)
{
	o->since = text;
	return NULL;
}

static const char *set_until(struct options *o, const char *text)
{
	o->until = text;
	return NULL;
}

static const char *set_utc(struct options *o, const char *text)
{
	(void)text;
	o->utc = true;
	return NULL;
}

const char *options_label_wrong(const char *text)
{
	return !*text ? "it is empty" : utf8(text) ? NULL : "not UTF-8, which all of Loki's labels are";
}

static const char *set_user(struct options *o, const char *text)
{
	for (size_t i = 0; i < o->users_count; i++)
		if (strcmp(o->users[i], text) == 0)
			return NULL; /* who is named twice is counted once */
	o->users[o->users_count++] = text;
	return options_label_wrong(text);
}

static const char *set_verb(struct options *o, const char *text)
{
	o->verbs[o->verbs_count++] = text;
	return options_label_wrong(text);
}

static const char *set_limit(struct options *o, const char *text)
{
	o->limit = (size_t)number(text, LIMIT_MAX);
	return o->limit ? NULL : "not a whole number above 0";
}

static const char *set_sort(struct options *o, const char *text)
{
	o->sort = text;
	return NULL;
}

static const char *set_reverse(struct options *o, const char *text)
{
	(void)text;
	o->reverse = true;
	return NULL;
}

static const char *set_json(struct options *o, const char *text)
{
	(void)text;
	o->json = true;
	return NULL;
}

static const char *set_csv(struct options *o, const char *text)
{
	(void)text;
	o->csv = true;
	return NULL;
}

static const char *set_local(struct options *o, const char *text)
{
	(void)text;
	o->source.local = true;
	return NULL;
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

static const char *set_archive(struct options *o, const char *text)
{
	o->source.archive = text;
	return *text ? NULL : "it is empty";
}

static const char *set_timeout(struct options *o, const char *text)
{
	int64_t seconds = number(text, TIMEOUT_MAX_S);
	if (!seconds && duration_parse(text, &seconds) != 0)
		seconds = 0;
	o->source.timeout_s = seconds <= TIMEOUT_MAX_S ? (int)seconds : 0;
	return o->source.timeout_s ? NULL : "not a time-out: 30s, 2m, or a number of seconds, up to 24 hours";
}

static const char *set_explain(struct options *o, const char *text)
{
	(void)text;
	o->explain = true;
	return NULL;
}

static const char *set_no_color(struct options *o, const char *text)
{
	(void)text;
	o->no_color = true;
	return NULL;
}

static const char *set_long(struct options *o, const char *text)
{
	(void)text;
	o->long_form = true;
	return NULL;
}

static const char *set_all(struct options *o, const char *text)
{
	(void)text;
	o->all = o->long_form = true;
	return NULL;
}

static const char *set_verify(struct options *o, const char *text)
{
	(void)text;
	o->verify = true;
	return NULL;
}

static const char *set_by(struct options *o, const char *text)
{
	static char wrong[128];
	o->by = text;
	snprintf(wrong, sizeof wrong, "it is one of");
	for (const char *const *by = o->command->by; by && *by; by++) {
		if (strcmp(*by, text) == 0)
			return NULL;
		size_t len = strlen(wrong);
		snprintf(wrong + len, sizeof wrong - len, "%s %s", by == o->command->by ? "" : ",", *by);
	}
	return wrong;
}

static const char *set_step(struct options *o, const char *text)
{
	for (int unit = 0; unit < UNITS; unit++)
		if (strcmp(unit_names[unit], text) == 0) {
			o->step = (enum unit)unit;
			return NULL;
		}
	return "it is one of hour, day, week";
}

static const char *set_manifest(struct options *o, const char *text)
{
	o->manifest = text;
	return *text ? NULL : "it is empty";
}

static const char *set_wrapper(struct options *o, const char *text)
{
	o->wrapper = text;
	return *text ? NULL : "it is empty";
}

static const char *set_output(struct options *o, const char *text)
{
	o->output = text;
	return *text ? NULL : "it is empty";
}

static const char *set_min_runs(struct options *o, const char *text)
{
	o->min_runs = (size_t)number(text, LIMIT_MAX);
	return o->min_runs ? NULL : "not a whole number above 0";
}

static const char *set_min_users(struct options *o, const char *text)
{
	o->min_users = (size_t)number(text, LIMIT_MAX);
	return o->min_users ? NULL : "not a whole number above 0";
}

/* In the order of --help. */
static const struct spec {
	const char *name;
	const char *value; /* its name, or NULL: a flag */
	unsigned extra;    /* 0: of every command */
	const char *(*set)(struct options *o, const char *text);
	const char *help;
} specs[] = {
	{"output", "FILE", OPTION_OUTPUT, set_output, "write the page to FILE; -: standard output"},
	{"long", NULL, OPTION_LONG, set_long, "more columns, which take more questions"},
	{"all", NULL, OPTION_ALL, set_all, "--long, and what was used only in the window before"},
	{"by", "WHAT", OPTION_BY, set_by, "count by "},
	{"step", "STEP", OPTION_STEP, set_step, "count by hour, day or week (default day)"},
	{"wrapper", "FILE", OPTION_TABLE, set_wrapper, "the verbs of this wrapper (default: the one that calls, or homelab)"},
	{"manifest", "FILE", OPTION_TABLE, set_manifest, "the verbs of this manifest; -: standard input"},
	{"min-runs", "N", OPTION_FEWER, set_min_runs, "also verbs with fewer than N runs (default 1)"},
	{"min-users", "N", OPTION_FEWER, set_min_users, "also verbs with fewer than N users"},
	{"verify", NULL, OPTION_VERIFY, set_verify, "add nothing: compare the archive with what Loki still has"},
	{"since", "TIME", 0, set_since, "the last 7d or 1d12h, or from then on"},
	{"until", "TIME", 0, set_until, "end then: 2026-11-01, today, yesterday, RFC 3339, 7d (default now)"},
	{"utc", NULL, 0, set_utc, "days and times in UTC, not in the local time zone"},
	{"user", "USER", 0, set_user, "only this user's runs; may be repeated"},
	{"verb", "VERB", 0, set_verb, "only this verb and those below it; may be repeated"},
	{"sort", "COLUMN", 0, set_sort, "sort by this column, numbers from the largest"},
	{"reverse", NULL, 0, set_reverse, "in the opposite order"},
	{"limit", "N", 0, set_limit, "show N lines at most; totals and shares stay those of all"},
	{"json", NULL, 0, set_json, "print one JSON object"},
	{"csv", NULL, 0, set_csv, "print CSV"},
	{"local", NULL, 0, set_local, "this user's own journal, even with a Loki configured"},
	{"loki", "URL", 0, set_loki, "this Loki (default: HOMELAB_LOKI_URL, then LOKI_ADDR)"},
	{"archive", "FILE", 0, set_archive, "read the days from it that it has (default: HOMELAB_USAGE_ARCHIVE)"},
	{"timeout", "TIME", 0, set_timeout, "give up after TIME: 30s, 2m, or seconds (default 30s)"},
	{"explain", NULL, 0, set_explain, "print what would be asked, and don't ask"},
	{"no-color", NULL, 0, set_no_color, "a plain table"},
};

enum { SPECS = sizeof specs / sizeof *specs };

static bool taken(const struct spec *s, const struct command *c)
{
	if (c->loki_only && !s->extra)
		return s->set == set_loki || s->set == set_timeout;
	if (c->page && (s->set == set_sort || s->set == set_reverse || s->set == set_json || s->set == set_csv ||
			s->set == set_no_color))
		return false;
	return !s->extra || (s->extra & c->extra);
}

static const char *default_since(const struct command *c)
{
	return c->since ? c->since : "30d";
}

/* Where a window isn't asked for, one with about as many steps as a month has days. */
static const char *since_of(const struct options *o)
{
	return o->step == UNIT_HOUR ? "2d" : o->step == UNIT_WEEK ? "26w" : default_since(o->command);
}

void options_help(const struct command *c, FILE *out)
{
	fprintf(out, "usage: hl-usage %s [OPTION]...%s%s\n%c%s.\n\n", c->name, c->operands ? " " : "",
		c->operands ? c->operands : "", c->summary[0] - 'a' + 'A', c->summary + 1);
	for (const struct spec *s = specs; s < specs + SPECS; s++) {
		char name[64];
		if (!taken(s, c))
			continue;
		snprintf(name, sizeof name, "--%s%s%s", s->name, s->value ? " " : "", s->value ? s->value : "");
		fprintf(out, "%s%-*s %s", s->set == set_output ? "  -o, " : "      ", HELP_COLUMN - 2, name, s->help);
		if (s->set == set_since)
			fprintf(out, " (default %s%s)", default_since(c),
				c->extra & OPTION_STEP ? ", by hour 2d, week 26w" : "");
		for (const char *const *by = s->set == set_by ? c->by : NULL; by && *by; by++)
			fprintf(out, "%s%s", by == c->by ? "" : by[1] ? ", " : " or ", *by);
		putc('\n', out);
	}
	fprintf(out, "  -h, %-*s print this\n", HELP_COLUMN - 2, "--help");
}

/* The options of getopt_long, numbered by specs from 256 on. */
static void list(const struct command *c, struct option options[SPECS + 2])
{
	size_t n = 0;
	for (int i = 0; i < SPECS; i++)
		if (taken(&specs[i], c))
			options[n++] = (struct option){specs[i].name, specs[i].value ? required_argument : no_argument, NULL,
						       256 + i};
	options[n++] = (struct option){"help", no_argument, NULL, 'h'};
	options[n] = (struct option){0};
}

static enum options_end misuse(const struct command *c, const char *what, const char *word)
{
	msg("%s: %s%s (see hl-usage %s --help)", c->name, what, word, c->name);
	return OPTIONS_MISUSE;
}

/* What getopt_long found: -o is the only one with a short form beside -h. */
static const struct spec *spec_of(int option)
{
	const struct spec *s = specs;
	if (option != 'o')
		return &specs[option - 256];
	while (s->set != set_output)
		s++;
	return s;
}

static enum options_end read_options(struct options *o, int argc, char **argv)
{
	struct option long_options[SPECS + 2];
	const char *letters = o->command->extra & OPTION_OUTPUT ? ":ho:" : ":h";
	int option;
	list(o->command, long_options);
	opterr = 0;
	while ((option = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == '?')
			return misuse(o->command, "no such option, or not used so: ", argv[optind - 1]);
		if (option == ':')
			return misuse(o->command, "a value is missing after ", argv[optind - 1]);
		const struct spec *s = spec_of(option);
		const char *wrong = s->set(o, optarg);
		if (wrong) {
			/* A URL may hold a password. */
			if (s->set == set_loki)
				msg("%s: --%s: %s", o->command->name, s->name, wrong);
			else
				msg("%s: --%s '%s': %s", o->command->name, s->name, optarg, wrong);
			return OPTIONS_MISUSE;
		}
	}
	o->operands = argv + optind;
	o->operands_count = (size_t)(argc - optind);
	return OPTIONS_GO;
}

enum options_end options_parse(struct options *o, const struct command *c, int argc, char **argv)
{
	char why[WHEN_WHY_MAX];
	*o = (struct options){.command = c, .step = UNIT_DAY, .source.timeout_s = TIMEOUT_S};
	o->by = c->by ? c->by[0] : NULL;
	o->users = calloc((size_t)argc, sizeof *o->users);
	o->verbs = calloc((size_t)argc, sizeof *o->verbs);
	if (!o->users || !o->verbs) {
		msg("out of memory");
		return OPTIONS_MISUSE;
	}
	enum options_end end = read_options(o, argc, argv);
	if (end != OPTIONS_GO)
		return end;
	if (!o->since)
		o->since = since_of(o);
	if (o->operands_count && !c->operands) {
		msg("%s: '%s' is no option (see hl-usage %s --help)", c->name, o->operands[0], c->name);
		return OPTIONS_MISUSE;
	}
	if (o->json && o->csv)
		return misuse(c, "--json or --csv, not both", "");
	if (o->source.local && o->source.archive)
		return misuse(c, "--local or --archive, not both", "");
	if (when_window(o->since, o->until, when_now(), o->utc, &o->window, why) != 0) {
		msg("%s: %s", c->name, why);
		return OPTIONS_MISUSE;
	}
	return OPTIONS_GO;
}

void options_free(struct options *o)
{
	free(o->users);
	free(o->verbs);
	o->users = NULL;
	o->verbs = NULL;
}
