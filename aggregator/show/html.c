#include "html.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"
#include "when.h"

#include "banned.h"

enum { UTF8_MAX = 4 };

static bool is_character(uint32_t code)
{
	return (code & 0xfffe) != 0xfffe && !(code >= 0xfdd0 && code <= 0xfdef);
}

static const char *escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(const char *text, FILE *out)
{
	for (size_t left = strlen(text), n; left; left -= n, text += n) {
		char c[UTF8_MAX];
		uint32_t code = 0;
		n = text_utf8(text, left, &code);
		if (n && !is_character(code)) {
			fputc('?', out);
			continue;
		}
		n = n ? n : 1;
		memcpy(c, text, n);
		text_clean(c, n);
		const char *escaped = escape(c[0]);
		if (escaped)
			fputs(escaped, out);
		else
			fwrite(c, 1, n, out);
	}
}

void html_time(int64_t s, FILE *out)
{
	char text[TIME_TEXT_MAX];
	when_rfc3339(s, text);
	fputs(text, out);
}
