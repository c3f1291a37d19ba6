#include "json_out.h"

#include <string.h>

#include "buf.h"
#include "text.h"
#include "when.h"

#include "banned.h"

enum { TEXT_MAX = 1 << 20 };

struct json_object *json_out_text(const char *text)
{
	struct buf clean = BUF_INIT(TEXT_MAX);
	uint32_t code;
	buf_puts(&clean, "");
	for (size_t left = strlen(text); left;) {
		size_t n = text_utf8(text, left, &code);
		if (n)
			buf_add(&clean, text, n);
		else
			buf_puts(&clean, "\xef\xbf\xbd");
		n = n ? n : 1;
		text += n;
		left -= n;
	}
	struct json_object *value = clean.failed ? NULL : json_object_new_string_len(clean.data, (int)clean.len);
	buf_free(&clean);
	return value;
}

struct json_object *json_out_fraction(double fraction)
{
	char text[32];
	snprintf(text, sizeof text, "%.4f", fraction);
	size_t len = strlen(text);
	while (text[len - 1] == '0' && text[len - 2] != '.')
		text[--len] = '\0';
	return json_object_new_double_s(fraction, text);
}

struct json_object *json_out_time(int64_t s)
{
	char text[TIME_TEXT_MAX];
	when_rfc3339(s, text);
	return json_object_new_string(text);
}

int json_out_member(struct json_object *object, const char *name, struct json_object *value)
{
	if (value && object && json_object_object_add(object, name, value) == 0)
		return 0;
	json_object_put(value);
	return -1;
}

int json_out_element(struct json_object *array, struct json_object *value)
{
	if (value && array && json_object_array_add(array, value) == 0)
		return 0;
	json_object_put(value);
	return -1;
}

int json_out_print(struct json_object *value, FILE *out)
{
	const char *text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text)
		return -1;
	fprintf(out, "%s\n", text);
	return 0;
}
