#include "output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msg.h"

#include "banned.h"

static int say(const char *name)
{
	msg("%s: %s", name, errno ? strerror(errno) : "can't be written");
	return -1;
}

/* What a file that wasn't there gets, and one that was keeps. */
static mode_t mode_of(const struct stat *st, bool there)
{
	mode_t mask = umask(0);
	umask(mask);
	return there ? st->st_mode & 0777 : 0666 & ~mask;
}

static int open_beside(struct output *o, const struct stat *st, bool there)
{
	static const char suffix[] = ".XXXXXX";
	o->target = there ? realpath(o->name, NULL) : strdup(o->name);
	size_t size = o->target ? strlen(o->target) + sizeof suffix : 0;
	o->temporary = o->target ? malloc(size) : NULL;
	if (!o->temporary)
		return say(o->name);
	snprintf(o->temporary, size, "%s%s", o->target, suffix);
	int fd = mkstemp(o->temporary);
	if (fd < 0) {
		free(o->temporary);
		o->temporary = NULL;
		return say(o->name);
	}
	if (fchmod(fd, mode_of(st, there)) == 0 && (o->file = fdopen(fd, "w")))
		return 0;
	say(o->name);
	close(fd);
	return -1;
}

int output_open(struct output *o, const char *name)
{
	struct stat st;
	*o = (struct output){.name = name};
	if (strcmp(name, "-") == 0) {
		o->file = stdout;
		return 0;
	}
	bool there = stat(name, &st) == 0;
	if (there && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return say(name);
	}
	if (!there || S_ISREG(st.st_mode)) {
		if (open_beside(o, &st, there) == 0)
			return 0;
		output_close(o, 0);
		return -1;
	}
	o->file = fopen(name, "w");
	return o->file ? 0 : say(name);
}

int output_close(struct output *o, int wanted)
{
	int result = 0;
	errno = 0;
	/* Standard output is checked at the end, by main. */
	if (o->file && o->file != stdout) {
		bool failed = fflush(o->file) != 0 || ferror(o->file);
		failed = fclose(o->file) != 0 || failed;
		if (failed || (wanted && o->temporary && rename(o->temporary, o->target) != 0))
			result = say(o->name);
	}
	if (o->temporary && (result != 0 || !wanted))
		unlink(o->temporary);
	free(o->target);
	free(o->temporary);
	*o = (struct output){0};
	return result;
}
