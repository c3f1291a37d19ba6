#include "top.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "config.h"
#include "json_out.h"
#include "msg.h"
#include "options.h"
#include "source.h"
#include "table.h"
#include "tally.h"
#include "text.h"
#include "window.h"

#include "banned.h"

static const char help[] =
	"usage: hl-usage top [OPTION]...\n"
	"Rank the verbs by how often they ran.\n"
	"\n"
	"      --since SPAN    count the last SPAN: 90m, 12h, 7d, 2w, 1d12h (default 30d)\n"
	"      --user USER     only this user's runs; may be repeated\n"
	"      --limit N       show the first N verbs; totals and shares stay those of all\n"
	"      --json          print one JSON object\n"
	"      --local         count this user's own journal, even with a Loki configured\n"
	"      --loki URL      ask this Loki (default: HOMELAB_LOKI_URL, then LOKI_ADDR)\n"
	"      --timeout TIME  give up after TIME: 30s, 2m, or seconds (default 30s)\n"
	"  -h, --help          print this\n";

enum { HEADING_MAX = 16 * 1024, TIME_MAX = 64 };

struct ranking {
	struct tally verbs; /* without misses, the most used first */
	struct tally users; /* of misses too, by name */
	int64_t total;      /* runs of all verbs */
	int64_t misses;
};

static int add(int64_t *sum, int64_t n)
{
	if (n > INT64_MAX - *sum) {
		errno = EOVERFLOW;
		return -1;
	}
	*sum += n;
	return 0;
}

static bool is_miss(const char *verb)
{
	size_t n = strlen(verb);
	return n && verb[n - 1] == '?';
}

/* 0, or -1 with errno. */
static int rank(const struct tally *rows, struct ranking *r)
{
	struct tally all = {0};
	int result = -1;
	if (tally_by(rows, LABEL_USER, &r->users) != 0 || tally_by(rows, LABEL_VERB, &all) != 0)
		goto out;
	for (size_t i = 0; i < all.count; i++) {
		const char *verb = all.rows[i].labels[LABEL_VERB];
		int64_t count = all.rows[i].count;
		const struct span labels[LABELS] = {
			[LABEL_VERB] = {.text = verb, .len = strlen(verb)}, [LABEL_USER] = {.text = ""}};
		if (is_miss(verb) ? add(&r->misses, count) != 0
				  : add(&r->total, count) != 0 || tally_add(&r->verbs, labels, count) != 0)
			goto out;
	}
	tally_sort_counts(&r->verbs);
	tally_sort_names(&r->users);
	result = 0;
out:
	tally_free(&all);
	return result;
}

static void ranking_free(struct ranking *r)
{
	tally_free(&r->verbs);
	tally_free(&r->users);
}

static double share(const struct ranking *r, size_t verb)
{
	return (double)r->verbs.rows[verb].count / (double)r->total;
}

static size_t shown(const struct options *o, const struct ranking *r)
{
	return o->limit && o->limit < r->verbs.count ? o->limit : r->verbs.count;
}

static void local_time(int64_t s, char out[TIME_MAX])
{
	struct tm tm;
	time_t t = (time_t)s;
	if (!localtime_r(&t, &tm) || strftime(out, TIME_MAX, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(out, TIME_MAX, "%lld", (long long)s);
}

static const char *plural(int64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void describe(struct buf *b, const struct options *o, const struct question *q, const char *source,
		     const struct ranking *r)
{
	char from[TIME_MAX];
	char to[TIME_MAX];
	local_time(q->window.from_s, from);
	local_time(q->window.to_s, to);
	buf_printf(b, "Last %s (%s to %s), %s: %lld %s by ", o->since, from, to, source, (long long)r->total,
		   plural(r->total, "run", "runs"));
	if (r->users.count == 1)
		buf_puts(b, *r->users.rows[0].labels[LABEL_USER] ? r->users.rows[0].labels[LABEL_USER] : "(none)");
	else
		buf_printf(b, "%zu users", r->users.count);
	buf_printf(b, ", %lld %s", (long long)r->misses, plural(r->misses, "miss", "misses"));
}

static void describe_nothing(struct buf *b, const struct options *o)
{
	buf_printf(b, "no usage recorded in the last %s", o->since);
	for (size_t i = 0; i < o->users_count; i++)
		buf_printf(b, "%s%s", i ? ", " : " by ", o->users[i]);
}

/* 0, or -1: no memory. */
static int print_verbs(const struct options *o, const struct ranking *r, const struct screen *screen)
{
	static const enum column columns[] = {COLUMN_NUMBER, COLUMN_NUMBER, COLUMN_NUMBER, COLUMN_BAR, COLUMN_NAME};
	struct table t = {.columns = columns, .columns_count = sizeof columns / sizeof *columns};
	size_t rows = shown(o, r);
	for (size_t i = 0; i < rows; i++) {
		const struct row *row = &r->verbs.rows[i];
		const char *verb = row->labels[LABEL_VERB];
		table_text(&t, "%zu", i + 1);
		table_text(&t, "%lld", (long long)row->count);
		table_text(&t, "%.1f%%", 100 * share(r, i));
		table_bar(&t, (double)row->count / (double)r->verbs.rows[0].count);
		table_text(&t, "%s", *verb ? verb : "(none)");
	}
	int result = table_print(&t, screen, stdout);
	table_free(&t);
	if (rows < r->verbs.count)
		printf("and %zu more %s\n", r->verbs.count - rows,
		       plural((int64_t)(r->verbs.count - rows), "verb", "verbs"));
	return result;
}

static int print_table(const struct options *o, const struct question *q, const char *source, const struct ranking *r)
{
	struct buf heading = BUF_INIT(HEADING_MAX);
	struct screen screen;
	int result = -1;
	screen_detect(&screen, stdout);
	if (r->users.count)
		describe(&heading, o, q, source, r);
	else
		describe_nothing(&heading, o);
	if (heading.failed)
		goto out;
	text_clean(heading.data, heading.len);
	if (r->users.count)
		screen_heading(&screen, stdout, heading.data);
	else
		printf("%s\n", heading.data);
	result = r->verbs.count ? print_verbs(o, r, &screen) : 0;
out:
	buf_free(&heading);
	return result;
}

static struct json_object *verb_json(const struct ranking *r, size_t i)
{
	struct json_object *verb = json_object_new_object();
	const struct row *row = &r->verbs.rows[i];
	if (json_out_member(verb, "verb", json_out_text(row->labels[LABEL_VERB])) == 0 &&
	    json_out_member(verb, "count", json_object_new_int64(row->count)) == 0 &&
	    json_out_member(verb, "share", json_out_fraction(share(r, i))) == 0)
		return verb;
	json_object_put(verb);
	return NULL;
}

static struct json_object *users_json(const struct ranking *r)
{
	struct json_object *users = json_object_new_array();
	for (size_t i = 0; i < r->users.count; i++)
		if (json_out_element(users, json_out_text(r->users.rows[i].labels[LABEL_USER])) != 0) {
			json_object_put(users);
			return NULL;
		}
	return users;
}

static struct json_object *verbs_json(const struct options *o, const struct ranking *r)
{
	struct json_object *verbs = json_object_new_array();
	for (size_t i = 0; i < shown(o, r); i++)
		if (json_out_element(verbs, verb_json(r, i)) != 0) {
			json_object_put(verbs);
			return NULL;
		}
	return verbs;
}

static int print_json(const struct options *o, const struct question *q, const char *source, const struct ranking *r)
{
	struct json_object *root = json_object_new_object();
	int result = -1;
	if (json_out_member(root, "since", json_out_text(o->since)) == 0 &&
	    json_out_member(root, "from", json_out_time(q->window.from_s)) == 0 &&
	    json_out_member(root, "to", json_out_time(q->window.to_s)) == 0 &&
	    json_out_member(root, "source", json_out_text(source)) == 0 &&
	    json_out_member(root, "users", users_json(r)) == 0 &&
	    json_out_member(root, "total", json_object_new_int64(r->total)) == 0 &&
	    json_out_member(root, "verbs", verbs_json(o, r)) == 0)
		result = json_out_print(root, stdout);
	json_object_put(root);
	return result;
}

static void say_problem(const char *where, const char *why)
{
	msg("%s: %s", where, why);
}

static int top(const struct options *o)
{
	const struct question q = {
		.window = window_last(o->since_s), .users = o->users, .users_count = o->users_count};
	struct config config;
	struct tally rows = {0};
	struct ranking ranking = {0};
	char why[SOURCE_WHY_MAX];
	int result = EXIT_FAILURE;
	config_load(&config, say_problem);
	struct source *source = source_open(&config, &o->source, why);
	if (source && source->warning)
		msg("%s: %s", source->name, source->warning);
	if (!source || source_count(source, &q, &rows, why) != 0) {
		msg("%s", why);
		goto out;
	}
	if (*source->note)
		msg("%s", source->note);
	if (rank(&rows, &ranking) != 0 || (o->json ? print_json : print_table)(o, &q, source->name, &ranking) != 0) {
		msg("%s: the answer can't be shown: %s", source->name,
		    errno == EOVERFLOW ? "its counts are too large to be true" : "out of memory");
		goto out;
	}
	result = EXIT_SUCCESS;
out:
	ranking_free(&ranking);
	tally_free(&rows);
	source_close(source);
	config_free(&config);
	return result;
}

int top_main(int argc, char **argv)
{
	struct options o;
	int result = EXIT_MISUSE;
	enum options_end end = options_parse(&o, argc, argv);
	if (end == OPTIONS_GO) {
		result = top(&o);
	} else if (end == OPTIONS_HELP) {
		fputs(help, stdout);
		result = EXIT_SUCCESS;
	}
	options_free(&o);
	return result;
}
