#include "known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "manifest.h"
#include "msg.h"
#include "origin.h"
#include "verb.h"

#include "banned.h"

enum { PATH_TEXT_MAX = 64 * 1024 };

static const char command[] = "homelab";

/* The first wrapper of that name in PATH, owned, or NULL. What it wraps may have the same name. */
static char *in_path(const char *name)
{
	const char *path = getenv("PATH");
	for (const char *at = path; at;) {
		struct buf file = BUF_INIT(PATH_TEXT_MAX);
		size_t len = strcspn(at, ":");
		buf_add(&file, at, len);
		buf_printf(&file, "%s%s", len ? "/" : "./", name);
		if (!file.failed && access(file.data, X_OK) == 0 && origin_is_wrapper(file.data, name))
			return file.data;
		buf_free(&file);
		at = at[len] ? at + len + 1 : NULL;
	}
	return NULL;
}

static int choose(struct known *k, const struct options *o)
{
	const char *given = o->manifest ? o->manifest : o->wrapper ? o->wrapper : o->caller;
	if (o->manifest && o->wrapper) {
		msg("%s: --manifest or --wrapper, not both", o->command->name);
		return EXIT_MISUSE;
	}
	k->name = given ? strdup(given) : in_path(command);
	if (given && !k->name) {
		msg("out of memory");
		return EXIT_FAILURE;
	}
	return 0;
}

/* What is never recorded says nothing by its absence. */
static void keep_recorded(struct verbs *v)
{
	for (size_t i = v->count; i-- > 0;)
		if (verb_kind(v->entries[i].verb, strlen(v->entries[i].verb)) != VERB_PLAIN)
			verbs_remove(v, i);
}

int known_read(struct known *k, const struct options *o)
{
	struct buf text = BUF_INIT(o->manifest ? (size_t)VERBS_TEXT_MAX : (size_t)ORIGIN_WRAPPER_MAX);
	int result = choose(k, o);
	if (result != 0 || !k->name)
		return result;
	result = manifest_read(k->name, &text);
	if (result == 0 && o->manifest && text.len)
		result = manifest_parse(k->name, &text, &k->verbs);
	else if (result == 0 && !o->manifest)
		result = manifest_of_wrapper(k->name, &text, &k->verbs);
	keep_recorded(&k->verbs);
	if (result == 0 && !k->verbs.count) {
		msg("%s: no verbs in it", k->name);
		result = -1;
	}
	buf_free(&text);
	return result == 0 ? 0 : EXIT_FAILURE;
}

void known_free(struct known *k)
{
	free(k->name);
	verbs_free(&k->verbs);
}
