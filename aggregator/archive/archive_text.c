#include "archive_text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cksum.h"

#include "banned.h"

enum { DAY_S = 24 * 3600, FIELDS = 4, VALUE_MAX = 1 << 20 };

void archive_date(int64_t day, char out[ARCHIVE_DATE_MAX])
{
	struct tm tm;
	time_t t = (time_t)(day * DAY_S);
	if (!gmtime_r(&t, &tm) || strftime(out, ARCHIVE_DATE_MAX, "%Y-%m-%d", &tm) == 0)
		*out = '\0';
}

static int digits(const char *text, size_t len)
{
	int n = 0;
	for (size_t i = 0; i < len; i++)
		n = n * 10 + (text[i] - '0');
	return n;
}

int archive_date_read(const char *text, size_t len, int64_t *day)
{
	char again[ARCHIVE_DATE_MAX];
	if (len != 10 || strspn(text, "0123456789-") < len)
		return -1;
	/* Years that begin in March have their leap day at the end. */
	int month = digits(text + 5, 2);
	int64_t year = digits(text, 4) - (month < 3);
	int64_t in_year = (153 * ((month + 9) % 12) + 2) / 5 + digits(text + 8, 2) - 1;
	*day = year * 365 + year / 4 - year / 100 + year / 400 + in_year - 719468;
	if (*day < 0)
		return -1;
	archive_date(*day, again);
	return strlen(again) == len && memcmp(again, text, len) == 0 ? 0 : -1;
}

/* As inside a Go string; a value never begins with '#', and is never empty. */
static void put_value(struct buf *b, const char *text, size_t len)
{
	if (len == 0)
		buf_puts(b, "\"\"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f || (c == '#' && i == 0))
			buf_printf(b, "\\x%02x", (unsigned)c);
		else
			buf_putc(b, (char)c);
	}
}

static bool ends_with(const struct buf *b, const char *end)
{
	size_t n = strlen(end);
	return b->len >= n && memcmp(b->data + b->len - n, end, n) == 0;
}

/* Scheme and host in lower case, without a port that goes without saying or a slash at the end. */
static void put_url(struct buf *b, const char *url)
{
	static const char *const ports[][2] = {{"http://", ":80"}, {"https://", ":443"}};
	struct buf plain = BUF_INIT(VALUE_MAX);
	const char *host = strstr(url, "://");
	size_t authority = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/") : 0;
	for (size_t i = 0; i < authority; i++) {
		char c = url[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_putc(&plain, c);
	}
	for (size_t i = 0; !plain.failed && plain.len && i < sizeof ports / sizeof *ports; i++)
		if (strncmp(plain.data, ports[i][0], strlen(ports[i][0])) == 0 && ends_with(&plain, ports[i][1]))
			plain.data[plain.len -= strlen(ports[i][1])] = '\0';
	buf_puts(&plain, url + authority);
	while (!plain.failed && ends_with(&plain, "/"))
		plain.data[--plain.len] = '\0';
	put_value(b, plain.data, plain.len);
	b->failed = b->failed || plain.failed;
	buf_free(&plain);
}

void archive_header(struct buf *b, const struct archive_origin *o)
{
	const char *tenant = o->tenant ? o->tenant : "";
	buf_puts(b, "#homelab-usage-archive\t1\n#url\t");
	put_url(b, o->url);
	buf_puts(b, "\n#tenant\t");
	put_value(b, tenant, strlen(tenant));
	buf_puts(b, "\n#job\thomelab-usage\n");
}

void archive_begin(struct buf *b, int64_t day, bool first)
{
	char date[ARCHIVE_DATE_MAX];
	archive_date(day, date);
	buf_printf(b, "#day\t%s%s\n", date, first ? "\tfirst" : "");
}

static bool same(const struct span *a, const struct span *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
}

void archive_row(struct buf *b, const struct archive_row *row, const struct archive_row *before)
{
	if (!before || !same(&row->verb, &before->verb))
		put_value(b, row->verb.text, row->verb.len);
	buf_putc(b, '\t');
	put_value(b, row->user.text, row->user.len);
	buf_putc(b, '\t');
	put_value(b, row->exit.text, row->exit.len);
	buf_printf(b, "\t%" PRId64 "\n", row->count);
}

void archive_end(struct buf *b, const struct buf *header, const struct buf *block, int64_t day)
{
	char date[ARCHIVE_DATE_MAX];
	struct cksum sum = {0};
	cksum_add(&sum, header->data, header->len);
	cksum_add(&sum, block->data, block->len);
	archive_date(day, date);
	buf_printf(b, "#end\t%s\t%" PRIu32 " %" PRIu64 "\n", date, cksum_value(&sum), sum.len);
}

/* --- reading --- */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of the escape at text, its value in *byte: 0 if it is none. A NUL can't be part of a label here. */
static size_t unescape(const char *text, size_t len, char *byte)
{
	if (len >= 2 && (text[1] == '\\' || text[1] == '"')) {
		*byte = text[1];
		return 2;
	}
	if (len < 4 || text[1] != 'x' || hex(text[2]) < 0 || hex(text[3]) < 0)
		return 0;
	*byte = (char)(hex(text[2]) << 4 | hex(text[3]));
	return *byte ? 4 : 0;
}

/* A value as it was before put_value; it may lie in scratch. */
static int read_value(const char *text, size_t len, struct buf *scratch, struct span *value)
{
	*value = (struct span){.text = text, .len = len};
	if (len == 2 && memcmp(text, "\"\"", 2) == 0)
		value->len = 0;
	else if (len == 0 || memchr(text, '\0', len))
		return -1;
	if (!memchr(text, '\\', len))
		return value->len && memchr(text, '"', len) ? -1 : 0;
	buf_reset(scratch);
	for (size_t i = 0, n; i < len; i += n) {
		char byte = text[i];
		n = byte == '\\' ? unescape(text + i, len - i, &byte) : byte != '"';
		if (n == 0)
			return -1;
		buf_putc(scratch, byte);
	}
	*value = (struct span){.text = scratch->data, .len = scratch->len};
	return scratch->failed ? -1 : 0;
}

int archive_number(const char *text, size_t len, uint64_t max, uint64_t *number)
{
	uint64_t n = 0;
	for (size_t i = 0; i < len; i++) {
		uint64_t digit = (uint64_t)(text[i] - '0');
		if (text[i] < '0' || text[i] > '9' || n > (max - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	*number = n;
	return len ? 0 : -1;
}

static int read_row(const char *line, const char *end, struct buf scratch[FIELDS], struct archive_row *row)
{
	struct span fields[FIELDS];
	uint64_t count;
	for (int i = 0; i < FIELDS; i++) {
		const char *tab = i < FIELDS - 1 ? memchr(line, '\t', (size_t)(end - line)) : end;
		if (!tab)
			return -1;
		fields[i] = (struct span){.text = line, .len = (size_t)(tab - line)};
		line = tab + 1;
	}
	if (fields[0].len ? read_value(fields[0].text, fields[0].len, &scratch[0], &row->verb) != 0 : !row->verb.text)
		return -1;
	if (read_value(fields[1].text, fields[1].len, &scratch[1], &row->user) != 0 ||
	    read_value(fields[2].text, fields[2].len, &scratch[2], &row->exit) != 0 ||
	    archive_number(fields[3].text, fields[3].len, INT64_MAX, &count) != 0)
		return -1;
	row->count = (int64_t)count;
	return count ? 0 : -1;
}

int archive_rows(const char *text, size_t len, int (*each)(const struct archive_row *row, void *arg), void *arg)
{
	struct buf scratch[FIELDS] = {BUF_INIT(VALUE_MAX), BUF_INIT(VALUE_MAX), BUF_INIT(VALUE_MAX)};
	struct archive_row row = {.count = 0};
	int result = 0;
	while (len && result == 0) {
		const char *end = memchr(text, '\n', len);
		result = end && *text != '#' ? read_row(text, end, scratch, &row) : -1;
		if (result == 0 && each)
			result = each(&row, arg);
		len -= end ? (size_t)(end + 1 - text) : 0;
		text = end ? end + 1 : text;
	}
	for (int i = 0; i < FIELDS; i++)
		buf_free(&scratch[i]);
	return result;
}
