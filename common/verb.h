/*
 * Verb names. A verb is 1 to 8 words joined by one space, 128 bytes in all; a word is
 * [A-Za-z0-9][A-Za-z0-9._-]{0,63}. A miss is a known prefix with "?" as its last word ("k8s ?",
 * or "?" alone): somebody reached for a verb that isn't there.
 */
#ifndef VERB_H
#define VERB_H

#include <stdbool.h>
#include <stddef.h>

enum { VERB_MAX = 128, VERB_WORDS_MAX = 8, VERB_WORD_MAX = 64 }; /* bytes, words, bytes */

enum verb_kind {
	VERB_INVALID,
	VERB_PLAIN,
	VERB_MISS,
	VERB_DISCOVERY, /* valid, but its first word is manifest, version, help or usage: never recorded */
};

bool verb_word_valid(const char *word, size_t len);
enum verb_kind verb_kind(const char *verb, size_t len);

#endif
