/* Text from outside, made fit to be shown. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Decodes the UTF-8 character at s (len bytes are there, len > 0) into *code and returns its
 * length in bytes; 0 if the bytes are not UTF-8 (overlong forms and surrogates are not).
 */
size_t text_utf8(const char *s, size_t len, uint32_t *code);

/*
 * Replaces what could steer a terminal or break a line (control characters, C1 controls, bidi
 * overrides, bytes that are not UTF-8) with '?', in place, byte for byte.
 */
void text_clean(char *s, size_t len);

/* Columns that a cleaned text takes on a terminal: its characters. */
size_t text_columns(const char *s);

#endif
