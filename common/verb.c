#include "verb.h"

#include <string.h>

#include "banned.h"

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool verb_word_valid(const char *word, size_t len)
{
	if (len == 0 || len > VERB_WORD_MAX || !alnum(word[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!alnum(word[i]) && word[i] != '.' && word[i] != '_' && word[i] != '-')
			return false;
	return true;
}

static bool discovery(const char *word, size_t len)
{
	static const char *const names[] = {"manifest", "version", "help", "usage"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
			return true;
	return false;
}

enum verb_kind verb_kind(const char *verb, size_t len)
{
	enum verb_kind kind = VERB_PLAIN;
	if (len > VERB_MAX)
		return VERB_INVALID;
	size_t start = 0;
	for (int words = 1;; words++) {
		const char *space = memchr(verb + start, ' ', len - start);
		size_t end = space ? (size_t)(space - verb) : len;
		bool miss = !space && end - start == 1 && verb[start] == '?';
		if (words > VERB_WORDS_MAX || (!miss && !verb_word_valid(verb + start, end - start)))
			return VERB_INVALID;
		if (words == 1 && discovery(verb, end))
			kind = VERB_DISCOVERY;
		else if (miss && kind == VERB_PLAIN)
			kind = VERB_MISS;
		if (!space)
			return kind;
		start = end + 1;
	}
}
