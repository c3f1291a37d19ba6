/* hl-wrap: generates the wrapper of a team's command. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "generate.h"
#include "interview.h"
#include "manifest.h"
#include "msg.h"
#include "origin.h"
#include "place.h"
#include "scripts.h"
#include "verb.h"

#include "banned.h"

static const char usage[] =
	"usage: hl-wrap --verbs DIR [--name NAME] [--shell PATH] [-o FILE] [--force]\n"
	"       hl-wrap --cli PROGRAM [--manifest FILE|-] [--name NAME] [--shell PATH] [-o FILE] [--force]\n"
	"       hl-wrap --check FILE | --refresh FILE\n"
	"Generates the wrapper of a command: it runs each verb untouched and counts it.\n"
	"  --verbs DIR      the verbs are the executable files below DIR (net/check.sh: net check)\n"
	"  --cli PROGRAM    the verbs are PROGRAM's own, from `PROGRAM manifest --json`\n"
	"  --manifest FILE  ... or from FILE (JSON, columns or one verb a line); -: standard input\n"
	"  --name NAME      the command's name in messages (homelab)\n"
	"  --shell PATH     the POSIX shell that runs the wrapper (/bin/sh)\n"
	"  -o FILE          where the wrapper goes (./NAME); -: print it\n"
	"  --force          overwrite FILE even if hl-wrap did not generate it\n"
	"  --check FILE     is the wrapper FILE what would be generated now? 1: stale\n"
	"  --refresh FILE   generate the wrapper FILE again\n"
	"  --help, --version\n";

struct options {
	const char *verbs;
	const char *cli;
	const char *manifest;
	const char *name;
	const char *shell;
	const char *output;
	const char *check;
	const char *refresh;
	bool force;
};

static int misuse(const char *what)
{
	msg("%s; see hl-wrap --help", what);
	return -1;
}

enum { OPTION_FORCE = 256, OPTION_HELP, OPTION_VERSION };

/* 0: go on; 1: done (--help, --version); -1: misuse, said. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{"verbs", required_argument, NULL, 'd'},   {"cli", required_argument, NULL, 'p'},
		{"manifest", required_argument, NULL, 'm'}, {"name", required_argument, NULL, 'n'},
		{"shell", required_argument, NULL, 's'},   {"check", required_argument, NULL, 'c'},
		{"refresh", required_argument, NULL, 'r'},
		{"force", no_argument, NULL, OPTION_FORCE}, {"help", no_argument, NULL, OPTION_HELP},
		{"version", no_argument, NULL, OPTION_VERSION}, {0},
	};
	*o = (struct options){.name = "homelab", .shell = "/bin/sh"};
	for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
		if (optarg && !*optarg)
			return misuse("an empty value");
		switch (c) {
		case 'd': o->verbs = optarg; break;
		case 'p': o->cli = optarg; break;
		case 'm': o->manifest = optarg; break;
		case 'n': o->name = optarg; break;
		case 's': o->shell = optarg; break;
		case 'c': o->check = optarg; break;
		case 'r': o->refresh = optarg; break;
		case 'o': o->output = optarg; break;
		case OPTION_FORCE: o->force = true; break;
		case OPTION_HELP: fputs(usage, stdout); return 1;
		case OPTION_VERSION: printf("hl-wrap %s\n", VERSION); return 1;
		default: fputs("see hl-wrap --help\n", stderr); return -1;
		}
	}
	if (optind < argc)
		return misuse("unexpected argument");
	if (!o->verbs + !o->cli + !o->check + !o->refresh != 3)
		return misuse("give one of --verbs, --cli, --check and --refresh");
	if (o->manifest && !o->cli)
		return misuse("--manifest goes with --cli");
	if ((o->check || o->refresh) && o->output)
		return misuse("-o does not go with --check or --refresh");
	if (!verb_word_valid(o->name, strlen(o->name)))
		return misuse("--name must be a word of letters, digits, '.', '_' and '-'");
	if (o->shell[0] != '/' || o->shell[strcspn(o->shell, " \t'\"")])
		return misuse("--shell must be an absolute path without blanks");
	return 0;
}

/* Would the wrapper at output be run by itself? The answer is said. */
static bool wraps_itself(const struct wrapper *w, const char *output)
{
	char *target = output ? realpath(output, NULL) : NULL;
	char *source = realpath(w->program ? w->program : w->directory, NULL);
	bool itself = false;
	if (w->program && target && source && strcmp(target, source) == 0) {
		msg("%s: the wrapper can't wrap itself; give -o another file", output);
		itself = true;
	} else if (w->program && origin_is_wrapper(w->program, w->name)) {
		msg("%s: is already a wrapper of the name \"%s\"; give the program behind it", w->program, w->name);
		itself = true;
	} else if (w->directory && output && source) {
		char copy[PLACE_MAX];
		snprintf(copy, sizeof copy, "%s", output);
		char *slash = strrchr(copy, '/');
		if (slash)
			slash[slash == copy] = '\0';
		char *parent = realpath(slash ? copy : ".", NULL);
		size_t n = strlen(source);
		itself = parent && strncmp(parent, source, n) == 0 && (parent[n] == '\0' || parent[n] == '/');
		if (itself)
			msg("%s: lies in the directory of verbs, it would be a verb of itself; give -o another file", output);
		free(parent);
	}
	free(target);
	free(source);
	return itself;
}

static int gather(const struct options *o, struct wrapper *w)
{
	struct buf text = BUF_INIT(VERBS_TEXT_MAX);
	int result;
	if (w->directory)
		return scripts_scan(w->directory, w->name, &w->verbs);
	result = o->manifest ? manifest_read(o->manifest, &text) : interview(w->program, &text);
	if (result == 0 && text.len == 0) {
		msg("%s: the manifest is empty", o->manifest ? o->manifest : w->program);
		result = -1;
	}
	if (result == 0)
		result = manifest_parse(o->manifest ? o->manifest : w->program, &text, &w->verbs);
	buf_free(&text);
	return result;
}

/* Composes the wrapper that the options ask for and that is to stand at output (NULL: printed). 0, or -1, said. */
static int compose(const struct options *o, const char *output, struct buf *out)
{
	char place[PLACE_MAX];
	char manifest[PLACE_MAX] = "-";
	const char *origin[ORIGIN_WORDS_MAX] = {o->verbs ? "--verbs" : "--cli", place, "--name", o->name};
	int n = 4;
	struct wrapper w = {.name = o->name, .shell = o->shell, .origin = origin};
	int result = -1;
	if ((o->verbs ? place_absolute(o->verbs, place) : place_program(o->cli, place)) != 0)
		return -1;
	*(o->verbs ? &w.directory : &w.program) = place;
	if (o->manifest && strcmp(o->manifest, "-") != 0 && place_absolute(o->manifest, manifest) != 0)
		return -1;
	if (o->manifest) {
		origin[n++] = "--manifest";
		origin[n++] = manifest;
	}
	if (strcmp(o->shell, "/bin/sh") != 0) {
		origin[n++] = "--shell";
		origin[n++] = o->shell;
	}
	if (wraps_itself(&w, output) || gather(o, &w) != 0)
		goto out;
	if (w.verbs.count == 0) {
		msg("%s: no verb found", o->manifest ? o->manifest : place);
		goto out;
	}
	generate(&w, out);
	if (out->failed) {
		msg("the wrapper would be larger than 64 MiB");
		goto out;
	}
	result = 0;
out:
	verbs_free(&w.verbs);
	return result;
}

static int wrap(const struct options *o)
{
	struct buf text = BUF_INIT(ORIGIN_WRAPPER_MAX);
	const char *output = o->output ? o->output : o->name;
	bool print = strcmp(output, "-") == 0;
	int result = -1;
	if (!print && place_may_replace(output, o->force) != 0)
		return -1;
	if (compose(o, print ? NULL : output, &text) != 0)
		goto out;
	if (!print) {
		result = place_write(output, o->shell, &text);
	} else if (buf_write(&text, STDOUT_FILENO) == 0) {
		result = 0;
	} else {
		msg("standard output: %s", strerror(errno));
	}
out:
	buf_free(&text);
	return result;
}

/* --check and --refresh: the wrapper's origin is read as this program's command line. */
static int again(const struct options *o)
{
	const char *file = o->check ? o->check : o->refresh;
	char *argv[ORIGIN_WORDS_MAX + 1] = {(char *)"hl-wrap"};
	char *store = NULL;
	struct options origin;
	struct buf now = BUF_INIT(ORIGIN_WRAPPER_MAX);
	struct buf then = BUF_INIT(ORIGIN_WRAPPER_MAX);
	int result = 1;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || buf_read(&then, fd) != 0) {
		msg("%s: %s", file, strerror(errno));
		goto out;
	}
	int words = origin_read(then.data, &store, argv + 1);
	optind = 1;
	if (words < 0 || parse(words + 1, argv, &origin) != 0 || origin.check || origin.refresh) {
		msg("%s: no wrapper that this hl-wrap generated", file);
		goto out;
	}
	if (compose(&origin, file, &now) != 0)
		goto out;
	bool same = now.len == then.len && memcmp(now.data, then.data, now.len) == 0;
	if (o->refresh)
		result = same || place_write(file, origin.shell, &now) == 0 ? 0 : 1;
	else if (same)
		result = 0;
	else
		msg("%s: stale; hl-wrap --refresh %s generates it again", file, file);
out:
	if (fd >= 0)
		close(fd);
	free(store);
	buf_free(&now);
	buf_free(&then);
	return result;
}

int main(int argc, char **argv)
{
	struct options o;
	msg_program = "hl-wrap";
	int parsed = parse(argc, argv, &o);
	if (parsed < 0)
		return 2;
	if (parsed > 0) {
		if (fflush(stdout) == 0)
			return 0;
		msg("standard output: %s", strerror(errno));
		return 1;
	}
	if (o.check || o.refresh)
		return again(&o);
	return wrap(&o) == 0 ? 0 : 1;
}
