#include "fields.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"

#include "banned.h"

static void read_line(const char *line, const struct field *fields, size_t count, char *base)
{
	const char *value = strchr(line, ' ');
	size_t len = value ? (size_t)(value - line) : 0;
	for (size_t i = 0; value && i < count; i++) {
		const struct field *f = &fields[i];
		if (strlen(f->name) != len || memcmp(f->name, line, len) != 0)
			continue;
		if (f->text_size) {
			snprintf(base + f->offset, f->text_size, "%s", value + 1);
		} else {
			long long n = strtoll(value, NULL, 10);
			*(int64_t *)(void *)(base + f->offset) = n > 0 ? n : 0;
		}
	}
}

void fields_read(struct state *s, const char *file, const struct field *fields, size_t count, void *base)
{
	char text[FIELDS_FILE_MAX];
	int fd = openat(s->dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	ssize_t n;
	do
		n = read(fd, text, sizeof text - 1);
	while (n < 0 && errno == EINTR);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *line = text; *line;) {
		char *end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end;
		*end = '\0';
		read_line(line, fields, count, base);
		line = next;
	}
}

int fields_write(struct state *s, const char *file, const struct field *fields, size_t count, const void *base)
{
	struct buf text = BUF_INIT(FIELDS_FILE_MAX - 1);
	for (size_t i = 0; i < count; i++) {
		const char *value = (const char *)base + fields[i].offset;
		if (!fields[i].text_size)
			buf_printf(&text, "%s %lld\n", fields[i].name, (long long)*(const int64_t *)(const void *)value);
		else if (*value)
			buf_printf(&text, "%s %s\n", fields[i].name, value);
	}
	int r = text.failed ? -1 : state_replace(s, file, text.data, text.len);
	buf_free(&text);
	return r;
}
