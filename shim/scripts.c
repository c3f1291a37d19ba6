#include "scripts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "msg.h"
#include "origin.h"
#include "verb.h"

#include "banned.h"

const char *const scripts_extensions[] = {".sh", ".bash", ".py", ".pl", ".rb", ".js", NULL};

enum { PATH_BYTES = 4096, HEAD_MAX = 8 * 1024 };

struct scan {
	const char *directory;
	const char *name;
	struct verbs *verbs;
};

/* The value of a leading comment "# Name: value", NULL if the line is none; cuts the line's end off. */
static const char *comment(char *line, const char *name)
{
	size_t n = strlen(name);
	line += strspn(line, "#/ \t");
	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	line += n + 1;
	return line + strspn(line, " \t");
}

/* Adds the script with the summary and tier of its leading comments. */
static int add_script(struct scan *scan, const char *path, const char *verb, const char *script)
{
	char head[HEAD_MAX + 1];
	const char *summary = NULL;
	const char *tier = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd >= 0 ? read(fd, head, HEAD_MAX) : 0;
	if (fd >= 0)
		close(fd);
	head[n > 0 ? n : 0] = '\0';
	for (char *line = head; line && (*line == '#' || strncmp(line, "//", 2) == 0);) {
		char *next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!summary)
			summary = comment(line, "Summary");
		if (!tier) {
			tier = comment(line, "Tier");
			if (tier) /* a blank may end it */
				((char *)tier)[strcspn(tier, " \t\r")] = '\0';
		}
		line = next;
	}
	if (verbs_add(scan->verbs, verb, tier, summary, script) == 0)
		return 0;
	msg("out of memory");
	return -1;
}

static size_t without_extension(const char *file)
{
	size_t n = strlen(file);
	for (const char *const *e = scripts_extensions; *e; e++) {
		size_t m = strlen(*e);
		if (n > m && strcmp(file + n - m, *e) == 0)
			return n - m;
	}
	return n;
}

static int scan_directory(struct scan *scan, const char *below, const char *group);

static int scan_entry(struct scan *scan, const char *below, const char *group, const char *file)
{
	char path[PATH_BYTES];
	char script[PATH_BYTES];
	char verb[VERB_MAX + 2];
	struct stat st;
	struct stat link;
	if ((size_t)snprintf(script, sizeof script, "%s%s", below, file) >= sizeof script ||
	    (size_t)snprintf(path, sizeof path, "%s/%s", scan->directory, script) >= sizeof path) {
		msg("%s/%s: skipped: the path is too long", scan->directory, script);
		return 0;
	}
	if (lstat(path, &link) != 0 || stat(path, &st) != 0) {
		msg("%s: skipped: %s", path, strerror(errno));
		return 0;
	}
	bool directory = S_ISDIR(st.st_mode);
	if ((directory && file[0] == '.') || (!directory && (!S_ISREG(st.st_mode) || access(path, X_OK) != 0)))
		return 0;
	if (directory && S_ISLNK(link.st_mode)) {
		msg("%s: skipped: a link to a directory is not followed", path);
		return 0;
	}
	size_t len = directory ? strlen(file) : without_extension(file);
	int n = snprintf(verb, sizeof verb, "%s%s%.*s", group, *group ? " " : "", (int)len, file);
	if (!verb_word_valid(file, len) || n >= (int)sizeof verb || verb_kind(verb, (size_t)n) == VERB_INVALID) {
		msg("%s: skipped: not a verb: 1 to 8 words of letters, digits, '.', '_' and '-', 128 bytes in all", path);
		return 0;
	}
	if (directory)
		return scan_directory(scan, script, verb);
	if (origin_is_wrapper(path, scan->name)) {
		msg("%s: is the wrapper \"%s\" itself; move it out of the directory of verbs", path, scan->name);
		return -1;
	}
	return add_script(scan, path, verb, script);
}

static int scan_directory(struct scan *scan, const char *below, const char *group)
{
	char path[PATH_BYTES];
	char prefix[PATH_BYTES];
	struct dirent **files;
	int result = 0;
	snprintf(path, sizeof path, "%s%s%s", scan->directory, *below ? "/" : "", below);
	snprintf(prefix, sizeof prefix, "%s%s", below, *below ? "/" : "");
	int count = scandir(path, &files, NULL, alphasort);
	if (count < 0) {
		msg("%s: %s", path, strerror(errno));
		return -1;
	}
	for (int i = 0; i < count; i++) {
		const char *file = files[i]->d_name;
		if (result == 0 && strcmp(file, ".") != 0 && strcmp(file, "..") != 0)
			result = scan_entry(scan, prefix, group, file);
		free(files[i]);
	}
	free(files);
	return result;
}

int scripts_scan(const char *directory, const char *name, struct verbs *out)
{
	struct scan scan = {.directory = directory, .name = name, .verbs = out};
	if (scan_directory(&scan, "", "") != 0)
		return -1;
	verbs_sort(out);
	for (size_t i = 1; i < out->count; i++)
		if (strcmp(out->entries[i - 1].verb, out->entries[i].verb) == 0) {
			msg("%s: %s and %s would both be the verb \"%s\"; rename one", directory,
			    out->entries[i - 1].script, out->entries[i].script, out->entries[i].verb);
			return -1;
		}
	return 0;
}
