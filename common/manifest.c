#include "manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"
#include "origin.h"
#include "verb.h"

#include "banned.h"

enum { JSON_DEPTH = 8 };

int manifest_read(const char *file, struct buf *out)
{
	int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	int result = fd >= 0 ? buf_read(out, fd) : -1;
	if (result != 0)
		msg("%s: %s", file, errno == EFBIG ? "larger than 16 MiB" : strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	return result;
}

static int add(const char *source, const char *verb, const char *tier, const char *summary, struct verbs *out)
{
	if (verb_kind(verb, strlen(verb)) == VERB_INVALID) {
		msg("%s: \"%s\" skipped: not a verb: 1 to 8 words of letters, digits, '.', '_' and '-', 128 bytes in all",
		    source, verb);
		return 0;
	}
	if (verbs_add(out, verb, tier, summary, NULL) == 0)
		return 0;
	msg("out of memory");
	return -1;
}

static const char *member(struct json_object *object, const char *name)
{
	struct json_object *value;
	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static int parse_json(const char *source, const struct buf *text, struct verbs *out)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *root = NULL;
	int result = -1;
	if (tokener) {
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
		root = json_tokener_parse_ex(tokener, text->data, (int)text->len + 1);
	}
	if (!json_object_is_type(root, json_type_array)) {
		msg("%s: not a JSON array of {\"command\",\"tier\",\"summary\"}", source);
		goto out;
	}
	for (size_t i = 0; i < json_object_array_length(root); i++) {
		struct json_object *entry = json_object_array_get_idx(root, i);
		const char *verb = json_object_is_type(entry, json_type_object) ? member(entry, "command") : NULL;
		if (!verb) {
			msg("%s: entry %zu has no \"command\" that is a string", source, i + 1);
			goto out;
		}
		if (add(source, verb, member(entry, "tier"), member(entry, "summary"), out) != 0)
			goto out;
	}
	result = 0;
out:
	json_object_put(root);
	if (tokener)
		json_tokener_free(tokener);
	return result;
}

/* Ends the column at s and returns the next one's start, "" if it is the last. */
static char *next_column(char *s)
{
	for (; *s; s++)
		if (*s == '\t' || (*s == ' ' && (s[1] == ' ' || s[1] == '\t'))) {
			*s++ = '\0';
			return s + strspn(s, " \t");
		}
	return s;
}

static int parse_lines(const char *source, const struct buf *text, struct verbs *out)
{
	char *copy = strdup(text->data);
	int result = copy ? 0 : -1;
	for (char *line = copy; line && result == 0;) {
		char *next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		line += strspn(line, " \t");
		for (size_t n = strlen(line); n && strchr(" \t\r", line[n - 1]); n--)
			line[n - 1] = '\0';
		if (*line && *line != '#') {
			char *tier = next_column(line);
			char *summary = next_column(tier);
			result = add(source, line, tier, summary, out);
		}
		line = next;
	}
	free(copy);
	return result;
}

static void drop_doubles(const char *source, struct verbs *v)
{
	for (size_t i = 1; i < v->count;) {
		if (strcmp(v->entries[i - 1].verb, v->entries[i].verb) != 0) {
			i++;
			continue;
		}
		msg("%s: \"%s\" comes more than once", source, v->entries[i].verb);
		verbs_remove(v, i);
	}
}

static void tidy(const char *source, struct verbs *v)
{
	verbs_sort(v);
	drop_doubles(source, v);
}

int manifest_parse(const char *source, const struct buf *text, struct verbs *out)
{
	const char *start = text->data + strspn(text->data, " \t\r\n");
	if (memchr(text->data, '\0', text->len)) {
		msg("%s: not a text", source);
		return -1;
	}
	if ((*start == '[' || *start == '{' ? parse_json : parse_lines)(source, text, out) != 0)
		return -1;
	tidy(source, out);
	return 0;
}

/* Where the table begins, or NULL. Its heading may stand in a name before it; no line of the table can be it. */
static const char *table_of(const char *text)
{
	const char *table = NULL;
	for (const char *at = text; (at = strstr(at, MANIFEST_IN_WRAPPER)); table = at)
		at += strlen(MANIFEST_IN_WRAPPER);
	return table;
}

int manifest_of_wrapper(const char *source, const struct buf *text, struct verbs *out)
{
	struct buf lines = BUF_INIT(ORIGIN_WRAPPER_MAX);
	const char *line = text->data && origin_generated(text->data) ? table_of(text->data) : NULL;
	int result = -1;
	if (!line) {
		msg("%s: no wrapper that hl-wrap generated", source);
		return -1;
	}
	buf_puts(&lines, "");
	for (; strncmp(line, MANIFEST_MARK, strlen(MANIFEST_MARK)) == 0; line += strspn(line, "\n")) {
		size_t len = strcspn(line, "\n");
		buf_add(&lines, line + strlen(MANIFEST_MARK), len - strlen(MANIFEST_MARK));
		buf_putc(&lines, '\n');
		line += len;
	}
	if (lines.failed)
		msg("out of memory");
	else
		result = parse_lines(source, &lines, out);
	buf_free(&lines);
	tidy(source, out);
	return result;
}
