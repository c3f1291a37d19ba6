/* hl-wrap: generates the wrapper of a team's command. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "generate.h"
#include "manifest.h"
#include "msg.h"
#include "origin.h"
#include "scripts.h"
#include "verb.h"

#include "banned.h"

enum { PATH_BYTES = PATH_MAX };

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

/* The working directory as the user names it, its links kept. */
static int working_directory(char *out, size_t size)
{
	const char *pwd = getenv("PWD");
	struct stat a, b;
	if (pwd && pwd[0] == '/' && strlen(pwd) < size && stat(pwd, &a) == 0 && stat(".", &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino) {
		snprintf(out, size, "%s", pwd);
		return 0;
	}
	return getcwd(out, size) ? 0 : -1;
}

/* path as an absolute one, links kept; it must be fit for a comment line. 0, or -1, said. */
static int absolute(const char *path, char out[PATH_BYTES])
{
	char directory[PATH_BYTES] = "";
	int n = -1;
	if (path[0] == '/' || working_directory(directory, sizeof directory) == 0) {
		while (path[0] == '.' && path[1] == '/')
			path += 2 + strspn(path + 2, "/");
		n = strcmp(path, ".") == 0 ? snprintf(out, PATH_BYTES, "%s", directory)
		    : path[0] == '/'	   ? snprintf(out, PATH_BYTES, "%s", path)
					   : snprintf(out, PATH_BYTES, "%s/%s", directory, path);
	}
	if (n < 0 || n >= PATH_BYTES) {
		msg("%s: no absolute path, or one too long", path);
		return -1;
	}
	for (size_t len = (size_t)n; len > 1 && out[len - 1] == '/'; len--)
		out[len - 1] = '\0';
	for (const char *s = out; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f) {
			msg("%s: a control character in the path", out);
			return -1;
		}
	return 0;
}

/* The absolute path of a program, looked up in PATH if it has no slash. 0, or -1, said. */
static int find_program(const char *program, char out[PATH_BYTES])
{
	const char *path = getenv("PATH");
	char candidate[PATH_BYTES];
	struct stat st;
	if (strchr(program, '/')) {
		if (stat(program, &st) != 0 || !S_ISREG(st.st_mode) || access(program, X_OK) != 0) {
			msg("%s: no program that can be run", program);
			return -1;
		}
		return absolute(program, out);
	}
	while (path && *path && *program) {
		size_t len = strcspn(path, ":");
		snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)len, path, len ? "/" : "./", program);
		if (stat(candidate, &st) == 0 && S_ISREG(st.st_mode) && access(candidate, X_OK) == 0)
			return absolute(candidate, out);
		path += len + (path[len] == ':');
	}
	msg("%s: not found in PATH", program);
	return -1;
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
		char copy[PATH_BYTES];
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
	result = o->manifest ? manifest_read(o->manifest, &text) : manifest_ask(w->program, &text);
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
	char place[PATH_BYTES];
	char manifest[PATH_BYTES] = "-";
	const char *origin[ORIGIN_WORDS_MAX] = {o->verbs ? "--verbs" : "--cli", place, "--name", o->name};
	int n = 4;
	struct wrapper w = {.name = o->name, .shell = o->shell, .origin = origin};
	int result = -1;
	if ((o->verbs ? absolute(o->verbs, place) : find_program(o->cli, place)) != 0)
		return -1;
	*(o->verbs ? &w.directory : &w.program) = place;
	if (o->manifest && strcmp(o->manifest, "-") != 0 && absolute(o->manifest, manifest) != 0)
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

/* Runs `shell -n file`: 0 if the shell can read all of it. */
static int check_syntax(const char *shell, const char *file)
{
	int status = -1;
	pid_t pid = fork();
	if (pid == 0) {
		execl(shell, shell, "-n", file, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* 0 if file may be written over: it isn't there, or hl-wrap generated it, or force. */
static int may_replace(const char *file, bool force)
{
	char head[1024];
	struct stat st;
	if (lstat(file, &st) != 0)
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
		msg("%s: not a regular file", file);
		return -1;
	}
	if (force)
		return 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd >= 0 ? read(fd, head, sizeof head - 1) : -1;
	if (fd >= 0)
		close(fd);
	head[n > 0 ? n : 0] = '\0';
	if (origin_generated(head))
		return 0;
	msg("%s: exists, and hl-wrap did not generate it; --force overwrites it", file);
	return -1;
}

/* Writes beside the file, checks, renames over it. 0, or -1, said. */
static int write_wrapper(const char *file, const char *shell, const struct buf *text)
{
	char temporary[PATH_BYTES];
	if ((size_t)snprintf(temporary, sizeof temporary, "%s.XXXXXX", file) >= sizeof temporary) {
		msg("%s: the path is too long", file);
		return -1;
	}
	int fd = mkstemp(temporary);
	if (fd < 0) {
		msg("%s: %s", file, strerror(errno));
		return -1;
	}
	int failed = buf_write(text, fd) != 0 || fchmod(fd, 0755) != 0;
	failed = close(fd) != 0 || failed;
	if (failed) {
		msg("%s: %s", file, strerror(errno));
	} else if (check_syntax(shell, temporary) != 0) {
		msg("%s: %s -n finds a fault in the wrapper; nothing was changed", file, shell);
		failed = 1;
	} else if (rename(temporary, file) != 0) {
		msg("%s: %s", file, strerror(errno));
		failed = 1;
	}
	if (failed)
		unlink(temporary);
	return failed ? -1 : 0;
}

static int wrap(const struct options *o)
{
	struct buf text = BUF_INIT(ORIGIN_WRAPPER_MAX);
	const char *output = o->output ? o->output : o->name;
	bool print = strcmp(output, "-") == 0;
	int result = -1;
	if (!print && may_replace(output, o->force) != 0)
		return -1;
	if (compose(o, print ? NULL : output, &text) != 0)
		goto out;
	if (!print) {
		result = write_wrapper(output, o->shell, &text);
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
		result = same || write_wrapper(file, origin.shell, &now) == 0 ? 0 : 1;
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
