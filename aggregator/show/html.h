/* Text as part of an HTML page that is XML as well. Writing is checked by whoever opened out. */
#ifndef HTML_H
#define HTML_H

#include <stdint.h>
#include <stdio.h>

/*
 * Prints a text between tags or in a quoted attribute: cleaned as for a terminal (text.h), what is no character of
 * XML replaced as well, and escaped.
 */
void html_text(const char *text, FILE *out);

/* 2026-11-01T12:30:00Z: what an attribute datetime takes. */
void html_time(int64_t s, FILE *out);

#endif
