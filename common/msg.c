#include "msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#include "banned.h"

const char *msg_program = "homelab-usage";

enum { LINE_MAX_BYTES = 2048 };

void msg(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	text_clean(line, strlen(line));
	fprintf(stderr, "%s: %s\n", msg_program, line);
}
