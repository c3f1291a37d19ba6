#include "table.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buf.h"
#include "text.h"

#include "banned.h"

enum {
	COLUMNS_DEFAULT = 80,
	COLUMNS_MIN = 20,
	COLUMNS_MAX = 1000,
	BAR_MIN = 4,
	BAR_MAX = 24,
	NAME_MIN = 8, /* less of a name says nothing */
	GAP = 2,
	CELL_MAX = 64 * 1024, /* bytes */
	HEADING_MAX = 64,     /* bytes */
};

static const char bold[] = "\033[1m", bar_colour[] = "\033[36m", faint[] = "\033[2m", normal[] = "\033[0m";

static size_t terminal_columns(FILE *out)
{
	struct winsize size; /* not POSIX until 2024, but everywhere */
	const char *columns = getenv("COLUMNS");
	long n = 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n <= 0 && columns)
		n = strtol(columns, NULL, 10);
	return n >= COLUMNS_MIN && n <= COLUMNS_MAX ? (size_t)n : COLUMNS_DEFAULT;
}

void screen_detect(struct screen *s, FILE *out, bool plain)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	s->terminal = isatty(fileno(out));
	s->rich = s->terminal && !plain && !(no_color && *no_color) && term && *term && strcmp(term, "dumb") != 0 &&
		  strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	s->columns = terminal_columns(out);
}

void screen_heading(const struct screen *s, FILE *out, const char *text)
{
	fprintf(out, "%s%s%s\n", s->rich ? bold : "", text, s->rich ? normal : "");
}

void screen_note(const struct screen *s, FILE *out, const char *text)
{
	fprintf(out, "%s%s%s\n", s->rich ? faint : "", text, s->rich ? normal : "");
}

static struct cell *next_cell(struct table *t)
{
	if (t->count == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		struct cell *cells = realloc(t->cells, room * sizeof *cells);
		if (!cells) {
			t->failed = true;
			return NULL;
		}
		t->cells = cells;
		t->room = room;
	}
	t->cells[t->count] = (struct cell){0};
	return &t->cells[t->count++];
}

void table_text(struct table *t, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	struct cell *c = next_cell(t);
	if (c && n >= 0 && n < CELL_MAX)
		text = malloc((size_t)n + 1);
	if (!text) {
		t->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	text_clean(text, (size_t)n);
	c->text = text;
}

void table_bar(struct table *t, double fraction)
{
	struct cell *c = next_cell(t);
	if (c)
		c->fraction = fraction;
}

static void repeat(FILE *out, const char *text, size_t times)
{
	while (times--)
		fputs(text, out);
}

/* In eighths of a character, or in whole ones; something that is more than nothing is always seen. */
static void print_bar(const struct screen *s, FILE *out, double fraction, size_t width)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	size_t unit = s->rich ? 8 : 1;
	size_t length = (size_t)(fraction * (double)(width * unit) + 0.5);
	if (length == 0 && fraction > 0)
		length = 1;
	if (length > width * unit)
		length = width * unit;
	if (s->rich)
		fputs(bar_colour, out);
	repeat(out, s->rich ? "█" : "#", length / unit);
	if (s->rich)
		fprintf(out, "%s%s", eighths[length % unit], normal);
	repeat(out, " ", width - (length + unit - 1) / unit);
}

/* At most width characters of a cleaned text; the last ones say that there is more. */
static void print_cut(const struct screen *s, FILE *out, const char *text, size_t width)
{
	const char *more = s->rich ? "…" : "...";
	size_t keep = text_columns(text) <= width ? width : width - text_columns(more);
	size_t bytes = 0;
	for (size_t n = 0; text[bytes]; bytes++) {
		n += ((unsigned char)text[bytes] & 0xc0) != 0x80;
		if (n > keep)
			break;
	}
	fprintf(out, "%.*s%s", (int)bytes, text, text[bytes] ? more : "");
}

/* Where a terminal's lines would be longer by so many characters, the widest name in front of the last column gives way. */
static size_t narrow(const struct table *t, size_t widths[], size_t excess)
{
	size_t widest = t->columns_count - 1;
	for (size_t i = 0; i + 1 < t->columns_count; i++)
		if (t->columns[i] == COLUMN_NAME && widths[i] > NAME_MIN &&
		    (widest + 1 == t->columns_count || widths[i] > widths[widest]))
			widest = i;
	if (widest + 1 == t->columns_count)
		return 0;
	if (excess > widths[widest] - NAME_MIN)
		excess = widths[widest] - NAME_MIN;
	widths[widest] -= excess;
	return excess;
}

/* Each column takes what its longest cell does; bars share what is left in a line. Returns the width for a last name. */
static size_t lay_out(const struct table *t, const struct screen *s, size_t widths[])
{
	size_t last = t->columns_count - 1;
	size_t fixed = 0;
	size_t bars = 0;
	for (size_t i = 0; i < t->columns_count; i++)
		widths[i] = t->headings ? text_columns(t->headings[i]) : 0;
	for (size_t i = 0; i < t->count; i++) {
		size_t width = t->cells[i].text ? text_columns(t->cells[i].text) : 0;
		if (width > widths[i % t->columns_count])
			widths[i % t->columns_count] = width;
	}
	for (size_t i = 0; i <= last; i++) {
		bars += t->columns[i] == COLUMN_BAR;
		fixed += widths[i] + (i ? GAP : 0);
	}
	size_t bar = bars && fixed < s->columns ? (s->columns - fixed) / bars : 0;
	bar = bar < BAR_MIN ? BAR_MIN : bar > BAR_MAX ? BAR_MAX : bar;
	for (size_t i = 0; i <= last; i++)
		if (t->columns[i] == COLUMN_BAR)
			widths[i] = bar;
	size_t before = fixed - widths[last] + bars * bar;
	size_t least = t->headings ? text_columns(t->headings[last]) : 0;
	least = least > NAME_MIN ? least : NAME_MIN;
	size_t needed = before + (widths[last] < least ? widths[last] : least);
	if (s->terminal && needed > s->columns)
		before -= narrow(t, widths, needed - s->columns);
	return before + least < s->columns ? s->columns - before : least;
}

static void print_cell(const struct table *t, const struct screen *s, FILE *out, size_t column, const struct cell *c,
		       size_t width, size_t last_width)
{
	bool last = column == t->columns_count - 1;
	const char *text = c->text ? c->text : "";
	bool cut = s->terminal && t->columns[column] == COLUMN_NAME;
	size_t room = last ? last_width : width;
	size_t used = text_columns(text);
	size_t pad = width > used ? width - used : 0;
	repeat(out, " ", column ? GAP : 0);
	if (t->columns[column] == COLUMN_BAR && !c->text) {
		print_bar(s, out, c->fraction, width);
	} else if (t->columns[column] == COLUMN_NUMBER) {
		repeat(out, " ", pad);
		fputs(text, out);
	} else if (cut && used > room) {
		print_cut(s, out, text, room);
	} else {
		fputs(text, out);
		repeat(out, " ", last ? 0 : pad);
	}
}

static void print_headings(const struct table *t, const struct screen *s, FILE *out, const size_t *widths)
{
	fputs(s->rich ? faint : "", out);
	for (size_t i = 0; i < t->columns_count; i++) {
		char text[HEADING_MAX];
		const struct cell c = {.text = text};
		snprintf(text, sizeof text, "%s", t->headings[i]);
		print_cell(t, s, out, i, &c, widths[i], HEADING_MAX);
	}
	fprintf(out, "%s\n", s->rich ? normal : "");
}

int table_print(const struct table *t, const struct screen *s, FILE *out)
{
	size_t *widths = calloc(t->columns_count, sizeof *widths);
	if (t->failed || !widths) {
		free(widths);
		return -1;
	}
	size_t last_width = lay_out(t, s, widths);
	if (t->headings)
		print_headings(t, s, out, widths);
	for (size_t i = 0; i < t->count; i++) {
		size_t column = i % t->columns_count;
		print_cell(t, s, out, column, &t->cells[i], widths[column], last_width);
		if (column == t->columns_count - 1)
			putc('\n', out);
	}
	free(widths);
	return 0;
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i].text);
	free(t->cells);
	*t = (struct table){0};
}
