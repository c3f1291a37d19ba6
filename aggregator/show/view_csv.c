/* CSV as in RFC 4180: a header of ids, lines that end in CR LF, quotes where they are needed. */
#include <string.h>

#include "view.h"
#include "when.h"

#include "banned.h"

/* Labels come from outside, and a spreadsheet runs a text that begins like a formula: an apostrophe makes it a text. */
static void print_text(const char *text, FILE *out)
{
	bool formula = *text && strchr("=+-@\t\r", *text);
	if (!strpbrk(text, ",\"\r\n") && !formula) {
		fputs(text, out);
		return;
	}
	fputs(formula ? "\"'" : "\"", out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void print_time(int64_t s, FILE *out)
{
	char text[TIME_TEXT_MAX];
	when_rfc3339(s, text);
	fputs(text, out);
}

static void print_cell(const struct view_column *column, const struct view_cell *c, FILE *out)
{
	if (c->none)
		return;
	switch (column->kind) {
	case VIEW_TEXT:
		print_text(c->text, out);
		break;
	case VIEW_COUNT:
		fprintf(out, "%lld", (long long)c->number);
		break;
	case VIEW_FLAG:
		fputs(c->number ? "true" : "false", out);
		break;
	case VIEW_AGE:
	case VIEW_TIME:
		print_time(c->number, out);
		break;
	case VIEW_SPARK:
		for (size_t i = 0; i < c->points_count; i++)
			fprintf(out, "%s%lld", i ? " " : "", (long long)c->points[i]);
		break;
	default:
		fprintf(out, "%.4f", c->fraction);
	}
}

int view_print_csv(const struct view *v, FILE *out)
{
	const char *comma;
	if (v->failed)
		return -1;
	for (size_t row = 0; row <= v->shown; row++) {
		comma = "";
		for (size_t i = 0; i < v->columns_count; i++) {
			const struct view_column *column = &v->columns[i];
			if (column->kind == VIEW_BAR || (column->flags & VIEW_TABLE_ONLY))
				continue;
			fputs(comma, out);
			comma = ",";
			if (row == 0)
				fputs(column->id, out);
			else
				print_cell(column, view_cell(v, row - 1, i), out);
		}
		fputs("\r\n", out);
	}
	return 0;
}
