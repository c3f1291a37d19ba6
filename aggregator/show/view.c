#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "when.h"

#include "banned.h"

enum { CELLS_FIRST = 256, CELL_TEXT_MAX = 64 * 1024, SPARK_MAX = 32 /* characters: a month, and 80 columns hold it with all the others */ };

static struct view_cell *next_cell(struct view *v)
{
	if (v->count == v->room) {
		size_t room = v->room ? 2 * v->room : CELLS_FIRST;
		struct view_cell *cells = realloc(v->cells, room * sizeof *cells);
		if (!cells) {
			v->failed = true;
			return NULL;
		}
		v->cells = cells;
		v->room = room;
	}
	v->cells[v->count] = (struct view_cell){0};
	return &v->cells[v->count++];
}

void view_text(struct view *v, const char *text)
{
	struct view_cell *c = next_cell(v);
	if (c && !(c->text = strdup(text)))
		v->failed = true;
}

void view_count(struct view *v, int64_t n)
{
	struct view_cell *c = next_cell(v);
	if (c)
		c->number = n;
}

void view_fraction(struct view *v, double fraction)
{
	struct view_cell *c = next_cell(v);
	if (c)
		c->fraction = fraction;
}

void view_flag(struct view *v, bool flag)
{
	view_count(v, flag);
}

void view_change(struct view *v, int64_t before, int64_t now)
{
	if (before == 0 || now == 0) {
		view_text(v, now ? "new" : before ? "gone" : "");
		if (v->count)
			v->cells[v->count - 1].none = true;
	} else {
		view_fraction(v, (double)now / (double)before - 1);
	}
}

void view_time(struct view *v, int64_t s)
{
	struct view_cell *c = next_cell(v);
	if (c) {
		c->number = s;
		c->none = s == 0;
	}
}

void view_points(struct view *v, const int64_t *points, size_t count)
{
	struct view_cell *c = next_cell(v);
	if (!c)
		return;
	c->points = malloc((count ? count : 1) * sizeof *points);
	if (!c->points) {
		v->failed = true;
		return;
	}
	memcpy(c->points, points, count * sizeof *points);
	c->points_count = count;
}

void view_none(struct view *v)
{
	struct view_cell *c = next_cell(v);
	if (c)
		c->none = true;
}

size_t view_rows(const struct view *v)
{
	return v->count / v->columns_count;
}

const struct view_cell *view_cell(const struct view *v, size_t row, size_t column)
{
	return &v->cells[v->order[row] * v->columns_count + column];
}

static bool can_sort(const struct view_column *c)
{
	return c->kind != VIEW_BAR && c->kind != VIEW_SPARK && !(c->flags & VIEW_TABLE_ONLY);
}

bool view_sortable(const struct view *v, const char *id)
{
	for (size_t i = 0; i < v->columns_count; i++)
		if (can_sort(&v->columns[i]) && strcmp(v->columns[i].id, id) == 0)
			return true;
	return false;
}

void view_ids(const struct view *v, struct buf *b)
{
	const char *comma = "";
	for (size_t i = 0; i < v->columns_count; i++)
		if (can_sort(&v->columns[i])) {
			buf_printf(b, "%s%s", comma, v->columns[i].id);
			comma = ", ";
		}
}

static int by_number(const struct view_cell *a, const struct view_cell *b)
{
	if (a->none || b->none)
		return a->none - b->none;
	if (a->number != b->number)
		return (a->number < b->number) - (a->number > b->number);
	return (a->fraction < b->fraction) - (a->fraction > b->fraction);
}

/* Insertion into sorted runs, merged: stable, as rows that are equal stay in the order of the ranking. */
static void merge_sort(const struct view *v, size_t column, size_t *order, size_t *scratch, size_t count)
{
	size_t half = count / 2;
	if (count < 2)
		return;
	merge_sort(v, column, order, scratch, half);
	merge_sort(v, column, order + half, scratch, count - half);
	memcpy(scratch, order, count * sizeof *order);
	for (size_t i = 0, left = 0, right = half; i < count; i++) {
		bool from_right = left == half;
		if (left < half && right < count) {
			const struct view_cell *a = &v->cells[scratch[left] * v->columns_count + column];
			const struct view_cell *b = &v->cells[scratch[right] * v->columns_count + column];
			from_right = (v->columns[column].kind == VIEW_TEXT ? strcmp(a->text, b->text) : by_number(a, b)) > 0;
		}
		order[i] = scratch[from_right ? right++ : left++];
	}
}

int view_arrange(struct view *v, const char *sort, bool reverse, size_t limit)
{
	size_t rows = view_rows(v);
	size_t *scratch = calloc(rows + 1, sizeof *scratch);
	free(v->order);
	v->order = calloc(rows + 1, sizeof *v->order);
	if (!scratch || !v->order || v->failed) {
		free(scratch);
		return -1;
	}
	for (size_t i = 0; i < rows; i++)
		v->order[i] = i;
	for (size_t i = 0; sort && i < v->columns_count; i++)
		if (strcmp(v->columns[i].id, sort) == 0)
			merge_sort(v, i, v->order, scratch, rows);
	for (size_t i = 0; reverse && i < rows / 2; i++) {
		size_t other = v->order[i];
		v->order[i] = v->order[rows - 1 - i];
		v->order[rows - 1 - i] = other;
	}
	v->shown = limit && limit < rows ? limit : rows;
	free(scratch);
	return 0;
}

static double mean(const int64_t *points, size_t first, size_t end)
{
	double sum = 0;
	for (size_t i = first; i < end; i++)
		sum += (double)points[i];
	return sum / (double)(end - first);
}

void view_spark(const int64_t *points, size_t count, bool rich, struct buf *b)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const plain[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
	size_t width = count < SPARK_MAX ? count : SPARK_MAX;
	double most = 0;
	for (size_t i = 0; i < width; i++) {
		double level = mean(points, count * i / width, count * (i + 1) / width);
		most = level > most ? level : most;
	}
	for (size_t i = 0; i < width; i++) {
		/* Nothing is a blank line at the bottom, something is always seen above it. */
		double level = most > 0 ? mean(points, count * i / width, count * (i + 1) / width) / most * 7 : 0;
		int height = level > 0 && level < 1 ? 1 : (int)(level + 0.5);
		buf_puts(b, (rich ? blocks : plain)[height]);
	}
}

void view_cell_text(const struct view *v, size_t row, size_t column, bool rich, struct buf *b)
{
	const struct view_cell *c = view_cell(v, row, column);
	char text[TIME_TEXT_MAX];
	size_t start = b->len;
	switch (v->columns[column].kind) {
	case VIEW_TEXT:
		buf_puts(b, c->none ? "-" : *c->text || v->columns[column].flags & VIEW_BLANK ? c->text : "(none)");
		break;
	case VIEW_COUNT:
		buf_printf(b, c->none ? "-" : "%lld", (long long)c->number);
		break;
	case VIEW_MEAN:
		buf_printf(b, c->none ? "-" : "%.1f", c->fraction);
		break;
	case VIEW_FLAG:
		buf_puts(b, c->number ? v->columns[column].id : "");
		break;
	case VIEW_SHARE:
		buf_printf(b, c->none ? "-" : "%.1f%%", 100 * c->fraction);
		break;
	case VIEW_CHANGE:
		if (c->none)
			buf_puts(b, c->text ? c->text : "");
		else
			buf_printf(b, "%+.0f%%", 100 * c->fraction);
		break;
	case VIEW_AGE:
		when_span_text(v->now_s - c->number, text);
		buf_puts(b, c->none ? "-" : text);
		break;
	case VIEW_TIME:
		when_text(c->number, v->utc, text);
		buf_puts(b, c->none ? "-" : text);
		break;
	case VIEW_SPARK:
		view_spark(c->points, c->points_count, rich, b);
		break;
	case VIEW_BAR:
		break;
	}
	if (!b->failed && b->len > start)
		text_clean(b->data + start, b->len - start);
}

static bool in_table(const struct view_column *c, const struct screen *s)
{
	return !(c->flags & VIEW_DATA_ONLY) && (!s->terminal || s->columns >= c->min_columns);
}

/* The columns of a table as numbers of the view's, the one for the end last: how many. */
static size_t table_columns(const struct view *v, const struct screen *s, size_t *which)
{
	size_t count = 0;
	for (unsigned at_end = 0; at_end <= VIEW_AT_END; at_end += VIEW_AT_END)
		for (size_t i = 0; i < v->columns_count; i++)
			if ((v->columns[i].flags & VIEW_AT_END) == at_end && in_table(&v->columns[i], s))
				which[count++] = i;
	return count;
}

static enum column table_kind(enum view_kind kind)
{
	return kind == VIEW_BAR                        ? COLUMN_BAR
	       : kind == VIEW_SPARK                    ? COLUMN_DRAWN
	       : kind == VIEW_TEXT || kind == VIEW_FLAG ? COLUMN_NAME
							: COLUMN_NUMBER;
}

static void fill_row(const struct view *v, const struct screen *s, size_t row, const size_t *which, size_t count,
		     struct table *t)
{
	struct buf text = BUF_INIT(CELL_TEXT_MAX);
	if (v->ranked)
		table_text(t, "%zu", row + 1);
	for (size_t i = 0; i < count; i++) {
		buf_reset(&text);
		buf_puts(&text, "");
		if (v->columns[which[i]].kind == VIEW_BAR) {
			table_bar(t, view_cell(v, row, which[i])->fraction);
			continue;
		}
		view_cell_text(v, row, which[i], s->rich, &text);
		table_text(t, "%s", text.failed ? "?" : text.data);
	}
	buf_free(&text);
}

int view_print_table(const struct view *v, const struct screen *s, FILE *out)
{
	size_t *which = calloc(v->columns_count, sizeof *which);
	enum column *kinds = calloc(v->columns_count + 1, sizeof *kinds);
	const char **headings = calloc(v->columns_count + 1, sizeof *headings);
	struct table t = {.columns = kinds, .headings = headings};
	int result = -1;
	if (!which || !kinds || !headings || v->failed)
		goto out;
	size_t count = table_columns(v, s, which);
	if (v->ranked) {
		kinds[t.columns_count] = COLUMN_NUMBER;
		headings[t.columns_count++] = "";
	}
	for (size_t i = 0; i < count; i++) {
		kinds[t.columns_count] = table_kind(v->columns[which[i]].kind);
		headings[t.columns_count++] = v->columns[which[i]].heading;
	}
	for (size_t row = 0; row < v->shown; row++)
		fill_row(v, s, row, which, count, &t);
	result = v->shown ? table_print(&t, s, out) : 0;
	size_t rest = view_rows(v) - v->shown;
	if (rest && result == 0)
		fprintf(out, "and %zu more %s\n", rest, rest == 1 ? v->one : v->many);
out:
	table_free(&t);
	free(which);
	free(kinds);
	free(headings);
	return result;
}

void view_free(struct view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		free(v->cells[i].text);
		free(v->cells[i].points);
	}
	free(v->cells);
	free(v->order);
	v->cells = NULL;
	v->order = NULL;
	v->count = v->room = v->shown = 0;
}
