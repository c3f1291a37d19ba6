/* A view as a table of HTML: its columns in the order of the data, the first of them naming the row. */
#include <string.h>

#include "html.h"
#include "view.h"
#include "when.h"

#include "banned.h"

enum { CELL_TEXT_MAX = 64 * 1024 };

static bool is_name(enum view_kind kind)
{
	return kind == VIEW_TEXT || kind == VIEW_FLAG;
}

static const char *class_of(enum view_kind kind)
{
	return kind == VIEW_BAR ? "bar" : kind == VIEW_SPARK ? "spark" : is_name(kind) ? "text" : "number";
}

/* In the place of a number that stands beside it. */
static void print_bar(double fraction, FILE *out)
{
	fprintf(out, "<span style=\"width:%.1f%%\"></span>", 100 * fraction);
}

/* Bars from the bottom, as one shape; something is always seen. */
static void print_spark(const struct view_cell *c, FILE *out)
{
	int64_t least = c->points_count ? c->points[0] : 0;
	int64_t most = least;
	for (size_t i = 0; i < c->points_count; i++) {
		least = c->points[i] < least ? c->points[i] : least;
		most = c->points[i] > most ? c->points[i] : most;
	}
	fprintf(out,
		"<svg viewBox=\"0 0 %zu 20\" preserveAspectRatio=\"none\" role=\"img\" "
		"aria-label=\"from %lld to %lld, %lld at last\"><path d=\"",
		4 * c->points_count, (long long)least, (long long)most,
		(long long)(c->points_count ? c->points[c->points_count - 1] : 0));
	for (size_t i = 0; i < c->points_count; i++) {
		double height = most ? (double)c->points[i] / (double)most * 20 : 0;
		height = height < 0.8 ? 0.8 : height;
		fprintf(out, "M%zu 20v-%.1fh3v%.1fz", 4 * i, height, height);
	}
	fputs("\"/></svg>", out);
}

static void print_time(const struct view *v, int64_t s, FILE *out)
{
	char text[TIME_TEXT_MAX];
	when_text(s, v->utc, text);
	fputs("<time datetime=\"", out);
	html_time(s, out);
	fputs("\">", out);
	html_text(text, out);
	fputs("</time>", out);
}

static int print_text(const struct view *v, size_t row, size_t column, FILE *out)
{
	struct buf text = BUF_INIT(CELL_TEXT_MAX);
	int result = -1;
	buf_puts(&text, "");
	view_cell_text(v, row, column, true, &text);
	if (!text.failed) {
		/* A name that is written from the right must not turn its neighbours round. */
		fputs(is_name(v->columns[column].kind) ? "<bdi>" : "", out);
		html_text(text.data, out);
		fputs(is_name(v->columns[column].kind) ? "</bdi>" : "", out);
		result = 0;
	}
	buf_free(&text);
	return result;
}

static int print_cell(const struct view *v, size_t row, size_t column, FILE *out)
{
	const struct view_cell *c = view_cell(v, row, column);
	switch (v->columns[column].kind) {
	case VIEW_BAR:
		print_bar(c->fraction, out);
		return 0;
	case VIEW_SPARK:
		print_spark(c, out);
		return 0;
	case VIEW_AGE: /* a page is read later */
	case VIEW_TIME:
		if (!c->none) {
			print_time(v, c->number, out);
			return 0;
		}
		break;
	default:
		break;
	}
	return print_text(v, row, column, out);
}

static void print_headings(const struct view *v, FILE *out)
{
	fputs("<thead><tr>", out);
	if (v->ranked)
		fputs("<th scope=\"col\" class=\"number rank\"><span class=\"unseen\">rank</span></th>", out);
	for (size_t i = 0; i < v->columns_count; i++) {
		const struct view_column *c = &v->columns[i];
		if (c->flags & VIEW_DATA_ONLY)
			continue;
		fprintf(out, "<th scope=\"col\" class=\"%s\">", class_of(c->kind));
		if (!*c->heading)
			fputs("<span class=\"unseen\">", out);
		html_text(*c->heading ? c->heading : c->id, out);
		fputs(*c->heading ? "</th>" : "</span></th>", out);
	}
	fputs("</tr></thead>\n", out);
}

static int print_row(const struct view *v, size_t row, FILE *out)
{
	bool named = false;
	fputs("<tr>", out);
	if (v->ranked)
		fprintf(out, "<td class=\"number rank\">%zu</td>", row + 1);
	for (size_t i = 0; i < v->columns_count; i++) {
		const struct view_column *c = &v->columns[i];
		const char *tag = named ? "td" : "th";
		if (c->flags & VIEW_DATA_ONLY)
			continue;
		fprintf(out, "<%s%s class=\"%s\"%s>", tag, named ? "" : " scope=\"row\"", class_of(c->kind),
			c->kind == VIEW_BAR ? " aria-hidden=\"true\"" : "");
		if (print_cell(v, row, i, out) != 0)
			return -1;
		fprintf(out, "</%s>", tag);
		named = true;
	}
	fputs("</tr>\n", out);
	return 0;
}

int view_print_html(const struct view *v, const char *label, FILE *out)
{
	size_t rest = view_rows(v) - v->shown;
	if (v->failed)
		return -1;
	if (!v->shown)
		return 0;
	fputs("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"", out);
	html_text(label, out);
	fputs("\"><table>\n", out);
	print_headings(v, out);
	fputs("<tbody>\n", out);
	for (size_t row = 0; row < v->shown; row++)
		if (print_row(v, row, out) != 0)
			return -1;
	fputs("</tbody>\n</table></div>\n", out);
	if (rest)
		fprintf(out, "<p class=\"note\">and %zu more %s</p>\n", rest, rest == 1 ? v->one : v->many);
	return 0;
}
