#include "json_out.h"
#include "view.h"

#include "banned.h"

static struct json_object *points(const struct view_cell *c)
{
	struct json_object *array = json_object_new_array();
	for (size_t i = 0; i < c->points_count; i++)
		if (json_out_element(array, json_object_new_int64(c->points[i])) != 0) {
			json_object_put(array);
			return NULL;
		}
	return array;
}

static struct json_object *value(const struct view_column *column, const struct view_cell *c)
{
	switch (column->kind) {
	case VIEW_TEXT:
		return json_out_text(c->text);
	case VIEW_COUNT:
		return json_object_new_int64(c->number);
	case VIEW_FLAG:
		return json_object_new_boolean(c->number != 0);
	case VIEW_AGE:
	case VIEW_TIME:
		return json_out_time(c->number);
	case VIEW_SPARK:
		return points(c);
	default:
		return json_out_fraction(c->fraction);
	}
}

static struct json_object *row_json(const struct view *v, size_t row)
{
	struct json_object *object = json_object_new_object();
	for (size_t i = 0; i < v->columns_count; i++) {
		const struct view_column *column = &v->columns[i];
		const struct view_cell *c = view_cell(v, row, i);
		if (column->kind == VIEW_BAR || (column->flags & VIEW_TABLE_ONLY))
			continue;
		/* json-c's null is NULL, which json_out_member takes for a lack of memory. */
		int r = c->none ? json_object_object_add(object, column->id, NULL)
				: json_out_member(object, column->id, value(column, c));
		if (r != 0) {
			json_object_put(object);
			return NULL;
		}
	}
	return object;
}

struct json_object *view_json(const struct view *v)
{
	struct json_object *array = v->failed ? NULL : json_object_new_array();
	for (size_t row = 0; array && row < v->shown; row++)
		if (json_out_element(array, row_json(v, row)) != 0) {
			json_object_put(array);
			return NULL;
		}
	return array;
}
