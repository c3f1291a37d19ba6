#include "partition.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "logql.h"

#include "banned.h"

enum {
	ENCODED_MAX = 4000, /* bytes of a URL that the values may take: proxies refuse 8 KiB */
	MATCHERS_MAX = 1 << 20,
};

/* Values of one label that are asked for together, behind what all of them share. */
struct group {
	const char *label;
	const char *shared;  /* a matcher and ", ", or "" */
	const char **values; /* room for all there can be */
	size_t count;
	size_t pairs;
	size_t encoded; /* bytes */
	size_t series_max;
	int (*each)(const char *matchers, void *arg);
	void *arg;
};

static int flush(struct group *g)
{
	struct buf matchers = BUF_INIT(MATCHERS_MAX);
	int result = 0;
	if (g->count) {
		buf_puts(&matchers, g->shared);
		logql_matcher(&matchers, g->label, g->values, g->count);
		result = matchers.failed ? -1 : g->each(matchers.data, g->arg);
	}
	buf_free(&matchers);
	g->count = g->pairs = g->encoded = 0;
	return result;
}

static size_t encoded_size(const char *value)
{
	struct buf quoted = BUF_INIT(MATCHERS_MAX);
	struct buf encoded = BUF_INIT(MATCHERS_MAX);
	buf_puts(&quoted, "|");
	logql_quoted(&quoted, value);
	if (!quoted.failed)
		url_escape(&encoded, quoted.data);
	size_t size = encoded.len;
	buf_free(&quoted);
	buf_free(&encoded);
	return size;
}

static int add(struct group *g, const char *value, size_t pairs)
{
	size_t encoded = encoded_size(value);
	/* An absent label is selected by ="" alone: an empty alternative is easily misread. */
	bool alone = !*value || (g->count && !*g->values[0]);
	if ((alone || g->pairs + pairs > g->series_max || g->encoded + encoded > ENCODED_MAX) && flush(g) != 0)
		return -1;
	g->values[g->count++] = value;
	g->pairs += pairs;
	g->encoded += encoded;
	return 0;
}

/* One verb that more users have run than an answer can hold. */
static int add_by_user(const struct group *verbs, const struct row *rows, size_t count)
{
	struct buf shared = BUF_INIT(MATCHERS_MAX);
	struct group users = *verbs;
	const char *verb = rows[0].labels[LABEL_VERB];
	int result = -1;
	logql_matcher(&shared, label_names[LABEL_VERB], &verb, 1);
	buf_puts(&shared, ", ");
	users.label = label_names[LABEL_USER];
	users.shared = shared.data;
	users.values = calloc(count, sizeof *users.values);
	if (shared.failed || !users.values)
		goto out;
	for (size_t i = 0; i < count; i++)
		if (add(&users, rows[i].labels[LABEL_USER], 1) != 0)
			goto out;
	result = flush(&users);
out:
	free(users.values);
	buf_free(&shared);
	return result;
}

int partition(struct tally *pairs, size_t series_max, int (*each)(const char *matchers, void *arg), void *arg)
{
	struct group verbs = {
		.label = label_names[LABEL_VERB], .shared = "", .series_max = series_max, .each = each, .arg = arg};
	int result = pairs->count ? -1 : 0;
	tally_sort_names(pairs);
	verbs.values = calloc(pairs->count, sizeof *verbs.values);
	if (!verbs.values)
		goto out;
	for (size_t i = 0, next; i < pairs->count; i = next) {
		const char *verb = pairs->rows[i].labels[LABEL_VERB];
		for (next = i + 1; next < pairs->count && strcmp(pairs->rows[next].labels[LABEL_VERB], verb) == 0;)
			next++;
		int r;
		if (next - i <= series_max)
			r = add(&verbs, verb, next - i);
		else if ((r = flush(&verbs)) == 0)
			r = add_by_user(&verbs, &pairs->rows[i], next - i);
		if (r != 0)
			goto out;
	}
	result = flush(&verbs);
out:
	free(verbs.values);
	return result;
}
