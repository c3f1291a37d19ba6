#include "meaning.h"

#include <stddef.h>
#include <string.h>

#include "banned.h"

const char *meaning_of(const char *exit)
{
	static const struct {
		const char *exit, *meaning;
	} meanings[] = {
		{"0", "success"},
		{"1", "failure"},
		{"2", "misuse"},
		{"124", "timed out"},
		{"126", "not executable"},
		{"127", "not found"},
		{"129", "hangup (SIGHUP)"},
		{"130", "interrupted (SIGINT)"},
		{"131", "quit (SIGQUIT)"},
		{"132", "illegal instruction (SIGILL)"},
		{"134", "aborted (SIGABRT)"},
		{"135", "bus error (SIGBUS)"},
		{"136", "arithmetic error (SIGFPE)"},
		{"137", "killed (SIGKILL)"},
		{"139", "crashed (SIGSEGV)"},
		{"141", "reader gone (SIGPIPE)"},
		{"143", "terminated (SIGTERM)"},
	};
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strcmp(meanings[i].exit, exit) == 0)
			return meanings[i].meaning;
	return "";
}
