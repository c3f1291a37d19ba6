/* Tables for people: aligned columns and bars, with colour on a terminal that has it. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct screen {
	bool terminal;
	bool rich;      /* colour and Unicode are wanted and understood */
	size_t columns; /* characters in a line */
};

/* Looks at out, NO_COLOR, TERM, COLUMNS and the locale; plain: as if NO_COLOR were set. */
void screen_detect(struct screen *s, FILE *out, bool plain);

/* Prints a text in a fainter colour, where that is possible. */
void screen_note(const struct screen *s, FILE *out, const char *text);

/* Prints a text in bold, where that is possible. */
void screen_heading(const struct screen *s, FILE *out, const char *text);

enum column {
	COLUMN_NUMBER, /* to the right */
	COLUMN_BAR,
	COLUMN_DRAWN, /* text to the left, never cut */
	COLUMN_NAME, /* to the left; cut where a terminal's line is too short, the last one first */
};

struct cell {
	char *text;      /* owned */
	double fraction; /* of a bar, 0 to 1 */
};

struct table {
	const enum column *columns;
	size_t columns_count;
	const char *const *headings; /* of the columns, or NULL */
	struct cell *cells; /* row by row */
	size_t count;
	size_t room;
	bool failed; /* no memory: table_print says so */
};

/* Add the next cell. Text is cleaned. */
void table_text(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void table_bar(struct table *t, double fraction);

/* 0, or -1: there was no memory for all of it, and nothing is printed. Writing is checked at the end, by main. */
int table_print(const struct table *t, const struct screen *s, FILE *out);
void table_free(struct table *t);

#endif
