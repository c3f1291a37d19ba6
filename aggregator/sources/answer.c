#include "answer.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "banned.h"

enum { DEPTH_MAX = 16, CONTAINERS_MAX = 500000 };

/* json-c takes about 1 KiB for each object and array: a few MiB of small ones would fill the memory. */
static bool too_many_containers(const char *body, size_t len)
{
	size_t count = 0;
	for (size_t i = 0; i < len; i++)
		count += body[i] == '{' || body[i] == '[';
	return count > CONTAINERS_MAX;
}

static enum answer_fault parse(const char *body, size_t len, struct json_object **root)
{
	enum answer_fault fault = ANSWER_NO_MEMORY;
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	*root = NULL;
	if (!tokener || too_many_containers(body, len))
		goto out;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	if (len <= INT_MAX)
		*root = json_tokener_parse_ex(tokener, body, (int)len);
	/* A number or a word may go on, until its end is told. */
	if (!*root && json_tokener_get_error(tokener) == json_tokener_continue)
		*root = json_tokener_parse_ex(tokener, "", 1);
	enum json_tokener_error error = json_tokener_get_error(tokener);
	if (*root)
		fault = ANSWER_OK;
	else if (error == json_tokener_error_depth || error == json_tokener_success) /* success: null */
		fault = ANSWER_OTHER_SHAPE;
	else
		fault = ANSWER_NOT_JSON;
out:
	if (tokener)
		json_tokener_free(tokener);
	return fault;
}

/* A member of that type, or NULL. */
static struct json_object *member(struct json_object *object, const char *name, enum json_type type)
{
	struct json_object *value;
	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

/* A count is a string of digits: Loki's numbers are too large for some JSON readers. */
static bool read_count(struct json_object *value, int64_t *count)
{
	if (!json_object_is_type(value, json_type_string))
		return false;
	const char *s = json_object_get_string(value);
	int64_t n = 0;
	for (const char *c = s; *c; c++) {
		if (*c < '0' || *c > '9' || n > (INT64_MAX - (*c - '0')) / 10)
			return false;
		n = n * 10 + (*c - '0');
	}
	*count = n;
	return *s;
}

/* The point [time, "count"] of a series; without a point, 0. */
static bool read_point(struct json_object *series, int64_t *count)
{
	struct json_object *values = member(series, "values", json_type_array);
	*count = 0;
	if (!values || json_object_array_length(values) > 1)
		return false;
	if (json_object_array_length(values) == 0)
		return true;
	struct json_object *point = json_object_array_get_idx(values, 0);
	return json_object_is_type(point, json_type_array) && json_object_array_length(point) == 2 &&
	       read_count(json_object_array_get_idx(point, 1), count);
}

static enum answer_fault add_row(struct json_object *labels, size_t labels_count, uint32_t part, int64_t count,
				 struct tally *rows)
{
	struct span values[LABELS] = {{.text = ""}, {.text = ""}, {.text = ""}, {.text = ""}};
	for (size_t i = 0; i < labels_count; i++) {
		struct json_object *value;
		if (!json_object_object_get_ex(labels, label_names[i], &value))
			continue;
		if (!json_object_is_type(value, json_type_string))
			return ANSWER_OTHER_SHAPE;
		values[i].text = json_object_get_string(value);
		values[i].len = strlen(values[i].text);
	}
	if (tally_add(rows, values, part, count) != 0)
		return errno == EOVERFLOW ? ANSWER_COUNT_TOO_LARGE : ANSWER_NO_MEMORY;
	return ANSWER_OK;
}

static enum answer_fault add_counts(struct json_object *root, uint32_t part, struct tally *rows)
{
	struct json_object *data = member(root, "data", json_type_object);
	struct json_object *type = data ? member(data, "resultType", json_type_string) : NULL;
	struct json_object *result = data ? member(data, "result", json_type_array) : NULL;
	if (!type || !result || strcmp(json_object_get_string(type), "matrix") != 0)
		return ANSWER_OTHER_SHAPE;
	for (size_t i = 0; i < json_object_array_length(result); i++) {
		struct json_object *series = json_object_array_get_idx(result, i);
		struct json_object *labels =
			json_object_is_type(series, json_type_object) ? member(series, "metric", json_type_object) : NULL;
		int64_t count;
		if (!labels || !read_point(series, &count))
			return ANSWER_OTHER_SHAPE;
		enum answer_fault fault = count ? add_row(labels, LABELS, part, count, rows) : ANSWER_OK;
		if (fault != ANSWER_OK)
			return fault;
	}
	return ANSWER_OK;
}

static enum answer_fault add_series(struct json_object *root, struct tally *rows)
{
	struct json_object *data;
	if (!json_object_object_get_ex(root, "data", &data) || !data)
		return ANSWER_OK; /* so Loki says "none" */
	if (!json_object_is_type(data, json_type_array))
		return ANSWER_OTHER_SHAPE;
	for (size_t i = 0; i < json_object_array_length(data); i++) {
		struct json_object *labels = json_object_array_get_idx(data, i);
		if (!json_object_is_type(labels, json_type_object))
			return ANSWER_OTHER_SHAPE;
		enum answer_fault fault = add_row(labels, LABEL_USER + 1, 0, 0, rows);
		if (fault != ANSWER_OK)
			return fault;
	}
	return ANSWER_OK;
}

static void add_warnings(struct json_object *root, struct buf *warnings)
{
	struct json_object *list = member(root, "warnings", json_type_array);
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *warning = json_object_array_get_idx(list, i);
		const char *text = json_object_is_type(warning, json_type_string) ? json_object_get_string(warning) : "";
		if (!*text || (warnings->len && strstr(warnings->data, text)))
			continue;
		if (warnings->len)
			buf_puts(warnings, "; ");
		buf_puts(warnings, text);
	}
}

enum answer_fault answer_parse(const char *body, size_t len, enum answer_kind kind, uint32_t part, struct tally *rows,
			       struct buf *warnings)
{
	struct json_object *root;
	enum answer_fault fault = parse(body, len, &root);
	if (fault != ANSWER_OK)
		return fault;
	struct json_object *status =
		json_object_is_type(root, json_type_object) ? member(root, "status", json_type_string) : NULL;
	if (!status || strcmp(json_object_get_string(status), "success") != 0) {
		fault = ANSWER_OTHER_SHAPE;
	} else {
		add_warnings(root, warnings);
		fault = kind == ANSWER_COUNTS ? add_counts(root, part, rows) : add_series(root, rows);
	}
	json_object_put(root);
	return fault;
}
