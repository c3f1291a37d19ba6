/* Where the days stand in an archive's text. */
#include <stdlib.h>
#include <string.h>

#include "archive_text.h"

#include "banned.h"

enum { BLOCKS_FIRST = 512, BLOCKS_MAX = 200000 };

struct scan {
	struct archive_index *index;
	const char *text;
	size_t len;
	struct archive_block open; /* begun, not ended */
	bool is_open;
};

/* The next line from at on that begins with '#', or len. Rows never do, so that they need not be looked at. */
static size_t next_mark(const struct scan *s, size_t at)
{
	while (at < s->len && !(s->text[at] == '#' && (at == 0 || s->text[at - 1] == '\n'))) {
		const char *mark = memchr(s->text + at + 1, '#', s->len - at - 1);
		at = mark ? (size_t)(mark - s->text) : s->len;
	}
	return at;
}

static int add(struct archive_index *index, const struct archive_block *block)
{
	if (index->count == index->room) {
		size_t room = index->room ? 2 * index->room : BLOCKS_FIRST;
		struct archive_block *blocks = room <= BLOCKS_MAX ? realloc(index->blocks, room * sizeof *blocks) : NULL;
		if (!blocks)
			return -1;
		index->blocks = blocks;
		index->room = room;
	}
	index->blocks[index->count++] = *block;
	return 0;
}

/* The value of a line "NAME\tVALUE", or NULL. */
static const char *value_of(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);
	return len > n && memcmp(line, name, n) == 0 && line[n] == '\t' ? line + n + 1 : NULL;
}

/* "2026-11-01" or "2026-11-01\tfirst" */
static bool read_day(const char *value, const char *end, struct archive_block *block)
{
	static const char first[] = "\tfirst";
	size_t len = (size_t)(end - value);
	block->first = len == 10 + sizeof first - 1 && memcmp(value + 10, first, sizeof first - 1) == 0;
	return archive_date_read(value, block->first ? 10 : len, &block->day) == 0;
}

/* "2026-11-01\t1234567890 4711" */
static bool read_end(const char *value, const char *end, struct archive_block *block)
{
	int64_t day;
	uint64_t sum;
	size_t len = (size_t)(end - value);
	const char *space = len > 11 ? memchr(value, ' ', len) : NULL;
	if (!space || space < value + 11 || value[10] != '\t' || archive_date_read(value, 10, &day) != 0 || day != block->day)
		return false;
	if (archive_number(value + 11, (size_t)(space - value) - 11, UINT32_MAX, &sum) != 0 ||
	    archive_number(space + 1, (size_t)(end - space) - 1, INT64_MAX, &block->len) != 0)
		return false;
	block->sum = (uint32_t)sum;
	return true;
}

/* One line that begins with '#'. */
static int read_mark(struct scan *s, size_t at, size_t len)
{
	const char *line = s->text + at;
	const char *day = value_of(line, len, "#day");
	const char *end = s->is_open ? value_of(line, len, "#end") : NULL;
	if (end && read_end(end, line + len, &s->open)) {
		s->is_open = false;
		s->open.end_at = at;
		return add(s->index, &s->open);
	}
	bool begun = day && read_day(day, line + len, &(struct archive_block){0});
	s->index->strays += s->is_open || !begun;
	s->is_open = begun;
	s->open = (struct archive_block){.at = at, .rows_at = at + len + 1};
	if (begun)
		read_day(day, line + len, &s->open);
	return 0;
}

static int by_day(const void *a, const void *b)
{
	const struct archive_block *x = a;
	const struct archive_block *y = b;
	return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : (x->at > y->at) - (x->at < y->at);
}

int archive_index(struct archive_index *index, const char *text, size_t start, size_t len)
{
	struct scan s = {.index = index, .text = text, .len = len};
	*index = (struct archive_index){0};
	while (s.len > start && text[s.len - 1] != '\n')
		s.len--; /* a line that was never finished */
	for (size_t at = start; at < s.len;) {
		size_t mark = next_mark(&s, at);
		index->strays += !s.is_open && mark > at;
		if (mark == s.len)
			break;
		size_t end = (size_t)((const char *)memchr(text + mark, '\n', s.len - mark) - text);
		if (read_mark(&s, mark, end - mark) != 0)
			return -1;
		at = end + 1;
	}
	index->whole = s.is_open ? s.open.at : s.len;
	if (index->count)
		qsort(index->blocks, index->count, sizeof *index->blocks, by_day);
	return 0;
}

void archive_index_free(struct archive_index *index)
{
	free(index->blocks);
	*index = (struct archive_index){0};
}
