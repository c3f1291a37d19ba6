#include "report_page.h"

#include <string.h>
#include <time.h>

#include "html.h"
#include "report-style.h"

#include "banned.h"

static void print_paragraph(const char *class, const struct buf *text, FILE *out)
{
	fprintf(out, "<p class=\"%s\">", class);
	html_text(text->data, out);
	fputs("</p>\n", out);
}

/* A text that was composed is printed and freed: 0, or -1: there was no memory for it. */
static int put(const char *class, struct buf *text, FILE *out)
{
	int result = text->failed || !text->data ? -1 : 0;
	if (result == 0)
		print_paragraph(class, text, out);
	buf_free(text);
	return result;
}

static void put_list(struct buf *b, const char *of, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(b, "%s%s", i ? ", " : of, names[i]);
}

/* The window and the source, and what else is asked for. */
static int print_lead(const struct report *r, FILE *out)
{
	const struct options *o = &r->options;
	struct buf text = BUF_INIT(SESSION_TEXT_MAX);
	session_heading(&r->session, &text);
	put_list(&text, "; only verb ", o->verbs, o->verbs_count);
	put_list(&text, "; only user ", o->users, o->users_count);
	return put("lead", &text, out);
}

static void print_sum(const char *name, int64_t n, FILE *out)
{
	fprintf(out, "<div><dt>%s</dt><dd>%lld</dd></div>\n", name, (long long)n);
}

static void print_sums(const struct report *r, FILE *out)
{
	int64_t runs = r->ranking.groups.total;
	struct failures failures = failures_of(&r->by_failures);
	fputs("<dl class=\"sums\">\n", out);
	print_sum("runs", runs, out);
	print_sum("users", (int64_t)r->session.quality.users, out);
	print_sum("verbs", (int64_t)r->ranking.groups.count, out);
	fprintf(out, "<div><dt>failed</dt><dd>%.1f%%</dd></div>\n",
		runs ? 100 * (double)failures.failed / (double)runs : 0);
	print_sum("misses", r->session.quality.misses, out);
	fputs("</dl>\n", out);
}

/* Each begins a section with its heading and a sentence. */

static void open_section(const char *id, const char *heading, FILE *out)
{
	fprintf(out, "<section id=\"%s\">\n<h2>%s</h2>\n", id, heading);
}

static int print_ranking(const struct report *r, FILE *out)
{
	open_section("ranking", "Ranking", out);
	fputs("<p class=\"note\">What was used, the most used first.</p>\n", out);
	int result = view_print_html(&r->ranking.view, "ranking", out);
	fputs("</section>\n", out);
	return result;
}

static int print_trend(const struct report *r, FILE *out)
{
	const char *unit = unit_names[r->steps.unit];
	struct buf text = BUF_INIT(SESSION_TEXT_MAX);
	open_section("trend", "Trend", out);
	trend_text(&r->steps, &r->all.lines[0], ", ", &text);
	int result = put("note", &text, out);
	report_chart(&r->steps, &r->all.lines[0], out);
	fprintf(out, "<details><summary>Numbers by %s</summary>\n", unit);
	if (result == 0)
		result = view_print_html(&r->trend.by_step, "runs by time", out);
	fputs("</details>\n<h3>Trend of each verb</h3>\n", out);
	if (result == 0)
		result = view_print_html(&r->trend.by_line, "trend of each verb", out);
	fputs("</section>\n", out);
	return result;
}

static int print_users(const struct report *r, FILE *out)
{
	open_section("users", "Users", out);
	int result = view_print_html(&r->users, "users", out);
	fputs("</section>\n", out);
	return result;
}

static int print_failures(const struct report *r, FILE *out)
{
	struct buf text = BUF_INIT(SESSION_TEXT_MAX);
	open_section("failures", "Failures", out);
	failures_text(&r->by_failures, &text);
	int result = put("note", &text, out);
	if (result == 0)
		result = view_print_html(&r->failures, "failures", out);
	fputs("</section>\n", out);
	return result;
}

static int print_unused(const struct report *r, FILE *out)
{
	struct buf text = BUF_INIT(SESSION_TEXT_MAX);
	open_section("unused", "Unused", out);
	unused_text(&r->found, &text);
	if (r->found.count)
		buf_puts(&text, "; ");
	unused_advice(&r->found, &text);
	int result = put("note", &text, out);
	if (result == 0)
		result = view_print_html(&r->unused, "unused verbs", out);
	fputs("</section>\n", out);
	return result;
}

static int print_misses(const struct report *r, FILE *out)
{
	struct buf text = BUF_INIT(SESSION_TEXT_MAX);
	open_section("misses", "Misses", out);
	misses_text(&r->missed, &text);
	int result = put("note", &text, out);
	if (r->missed.total)
		fputs("<p class=\"note\">Where people reached for a verb that isn't there. The word that they typed in the "
		      "place of the ? is not recorded.</p>\n",
		      out);
	if (result == 0)
		result = view_print_html(&r->misses, "misses", out);
	fputs("</section>\n", out);
	return result;
}

static int print_quality(const struct report *r, FILE *out)
{
	const struct session *s = &r->session;
	struct buf text = BUF_INIT(SESSION_TEXT_MAX);
	open_section("quality", "Data quality", out);
	quality_text(&s->quality, r->options.utc, &text);
	int result = put("note", &text, out);
	if (*s->quality.note) {
		fputs("<p class=\"note\">", out);
		html_text(s->quality.note, out);
		fputs("</p>\n", out);
	}
	fputs("</section>\n", out);
	return result;
}

static void print_footer(const struct report *r, FILE *out)
{
	char when[TIME_TEXT_MAX];
	char zone[TIME_TEXT_MAX] = "UTC";
	struct tm tm;
	time_t now = (time_t)when_now();
	when_text(now, r->options.utc, when);
	if (!r->options.utc && localtime_r(&now, &tm))
		strftime(zone, sizeof zone, "%Z, UTC%z", &tm);
	fputs("<footer>Made by hl-usage " VERSION ", <time datetime=\"", out);
	html_time(now, out);
	fputs("\">", out);
	html_text(when, out);
	fputs("</time>. Times are in ", out);
	html_text(zone, out);
	fputs(".</footer>\n", out);
}

/* What there is to say, in order; the first is always there. */
static const struct section {
	const char *id, *name;
	int (*print)(const struct report *r, FILE *out);
	bool always; /* also where nothing was recorded */
} sections[] = {
	{"ranking", "Ranking", print_ranking, false},    {"trend", "Trend", print_trend, false},
	{"users", "Users", print_users, false},          {"failures", "Failures", print_failures, false},
	{"unused", "Unused", print_unused, true},        {"misses", "Misses", print_misses, false},
	{"quality", "Data quality", print_quality, true},
};

enum { SECTIONS = sizeof sections / sizeof *sections };

static bool has(const struct report *r, const struct section *s)
{
	if (s->print == print_unused && !r->found.known.name)
		return false;
	return s->always || r->session.quality.users;
}

static void print_contents(const struct report *r, FILE *out)
{
	fputs("<nav aria-label=\"contents\"><ul>\n", out);
	for (const struct section *s = sections; s < sections + SECTIONS; s++)
		if (has(r, s))
			fprintf(out, "<li><a href=\"#%s\">%s</a></li>\n", s->id, s->name);
	fputs("</ul></nav>\n", out);
}

static void print_head(const struct report *r, FILE *out)
{
	char to[TIME_TEXT_MAX];
	when_text(r->options.window.to_s, r->options.utc, to);
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	      "<meta name=\"generator\" content=\"hl-usage " VERSION "\"/>\n<title>Usage report, ",
	      out);
	html_text(to, out);
	fputs("</title>\n<style>\n", out);
	fputs(report_css, out);
	fputs("</style>\n</head>\n", out);
}

int report_page(const struct report *r, FILE *out)
{
	struct buf nothing = BUF_INIT(SESSION_TEXT_MAX);
	print_head(r, out);
	fputs("<body>\n<header>\n<h1>Usage report</h1>\n", out);
	int result = print_lead(r, out);
	if (r->session.quality.users) {
		print_sums(r, out);
		print_contents(r, out);
	} else {
		session_nothing(&r->session, "usage", &nothing);
		if (put("nothing", &nothing, out) != 0)
			result = -1;
	}
	fputs("</header>\n<main>\n", out);
	for (const struct section *s = sections; s < sections + SECTIONS && result == 0; s++)
		if (has(r, s))
			result = s->print(r, out);
	fputs("</main>\n", out);
	print_footer(r, out);
	fputs("</body>\n</html>\n", out);
	return result;
}
