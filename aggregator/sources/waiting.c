#include "waiting.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#include "banned.h"

enum { LINE_MAX_BYTES = 79 };

static bool shown;

void waiting_show(const char *url, size_t done, size_t asked)
{
	char line[LINE_MAX_BYTES + 1];
	const char *term = getenv("TERM");
	if (!isatty(STDERR_FILENO) || !term || strcmp(term, "dumb") == 0)
		return;
	/* The numbers stay when a long URL is cut. */
	snprintf(line, sizeof line, "asking %.*s: %zu of %zu answers", 40, url, done, asked);
	text_clean(line, strlen(line));
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	shown = true;
}

void waiting_clear(void)
{
	if (!shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	shown = false;
}
