#include "generate.h"

#include <stdio.h>
#include <string.h>

#include "manifest.h"
#include "origin.h"
#include "scripts.h"
#include "verb.h"
#include "wrapper-text.h" /* wrapper_sh and so on: made from the files by make */

#include "banned.h"

/* Entries [from, to) of the table share their first depth words. */
struct node {
	const struct wrapper *w;
	struct buf *out;
	size_t from;
	size_t to;
	int depth;
};

static const struct verb_entry *entry(const struct node *n, size_t i)
{
	return &n->w->verbs.entries[i];
}

/* Length of the first count words; 0 for none. */
static size_t words_length(const char *verb, int count)
{
	const char *s = verb;
	for (int i = 0; i < count; i++)
		s += (i > 0) + strcspn(s + (i > 0), " ");
	return (size_t)(s - verb);
}

/* The node's own words, quoted, followed by more. */
static void add_group(const struct node *n, const char *more)
{
	char text[VERB_MAX + 8] = "";
	if (n->depth > 0)
		snprintf(text, sizeof text, "%.*s%s", (int)words_length(entry(n, n->from)->verb, n->depth),
			 entry(n, n->from)->verb, more);
	else
		snprintf(text, sizeof text, "%s", *more ? more + 1 : more);
	origin_quote(n->out, text);
}

static void indent(const struct node *n)
{
	for (int i = 0; i < n->depth; i++)
		buf_puts(n->out, "    ");
}

/* "shift 2; hl_verb 'net check' 'net/check.sh' "$@"": the verb that the node's first entry is. */
static void add_call(const struct node *n)
{
	const struct verb_entry *e = entry(n, n->from);
	if (e->script)
		buf_printf(n->out, "shift %d; ", n->depth);
	buf_puts(n->out, "hl_verb ");
	origin_quote(n->out, e->verb);
	if (e->script) {
		buf_putc(n->out, ' ');
		origin_quote(n->out, e->script);
	}
	buf_puts(n->out, " \"$@\"");
}

/* The words that can follow the node's own, once each: cut is where the word starts and ends. */
static size_t next_child(const struct node *n, size_t i, const char **word, size_t *len)
{
	size_t skip = words_length(entry(n, i)->verb, n->depth) + (n->depth > 0);
	*word = entry(n, i)->verb + skip;
	*len = strcspn(*word, " ");
	size_t end = i + 1;
	while (end < n->to && strncmp(entry(n, end)->verb + skip, *word, *len) == 0 &&
	       strchr(" ", entry(n, end)->verb[skip + *len]))
		end++;
	return end;
}

static size_t first_child(const struct node *n)
{
	const char *verb = entry(n, n->from)->verb;
	return n->depth > 0 && verb[words_length(verb, n->depth)] == '\0' ? n->from + 1 : n->from;
}

/* Where no word matches, and scripts are run: what is defined is called behind the table. */
static void add_default_verbs(const struct node *n)
{
	const struct verb_entry *e = entry(n, n->from);
	if (first_child(n) > n->from) { /* it is a verb, too; a script is never called like an option */
		buf_puts(n->out, "'' | -*) ");
		add_call(n);
		buf_puts(n->out, " ;;\n");
		indent(n);
		buf_printf(n->out, "*) shift %d; hl_otherwise() { hl_below ", n->depth);
		origin_quote(n->out, e->verb);
		buf_putc(n->out, ' ');
		origin_quote(n->out, e->script);
	} else {
		buf_puts(n->out, "*) ");
		if (n->depth > 0)
			buf_printf(n->out, "shift %d; ", n->depth);
		buf_puts(n->out, "hl_otherwise() { hl_unknown ");
		add_group(n, "");
		buf_puts(n->out, " '");
		for (size_t i = n->from; i < n->to;) {
			const char *word;
			size_t len;
			buf_puts(n->out, i > n->from ? ", " : "");
			i = next_child(n, i, &word, &len);
			buf_add(n->out, word, len); /* a valid word needs no quoting */
		}
		buf_putc(n->out, '\'');
	}
	buf_puts(n->out, " '");
	for (const char *c = e->verb, *end = c + words_length(c, n->depth); c < end; c++) {
		if (*c == ' ')
			buf_putc(n->out, '/');
		else
			buf_putc(n->out, *c);
	}
	buf_puts(n->out, n->depth > 0 ? "/' \"$@\"; } ;;\n" : "' \"$@\"; } ;;\n");
}

/* The same where a CLI answers for itself. */
static void add_default_cli(const struct node *n)
{
	if (first_child(n) > n->from) {
		buf_puts(n->out, "*) ");
		add_call(n);
		buf_puts(n->out, " ;;\n");
		return;
	}
	if (n->depth > 0) {
		buf_puts(n->out, "'-h' | '--help' | 'help') hl_plain \"$@\" ;;\n");
		indent(n);
	}
	buf_printf(n->out, "*) [ \"$#\" -gt %d ] || hl_plain \"$@\"; hl_verb ", n->depth);
	add_group(n, " ?");
	buf_puts(n->out, " \"$@\" ;;\n");
}

static void add_top_cases(const struct node *n)
{
	bool scripts = n->w->directory != NULL;
	/* A script or command of the team's own goes before ours; it is never recorded. */
	if (verbs_have_first(&n->w->verbs, "usage"))
		buf_puts(n->out, scripts ? "'usage') hl_otherwise() { hl_own '' '' '' \"$@\"; } ;;\n" : "'usage') hl_plain \"$@\" ;;\n");
	else
		buf_puts(n->out, "'usage') shift; exec '" BINDIR "/hl-usage' --wrapper \"$0\" \"$@\" ;;\n");
	if (!scripts) {
		buf_puts(n->out, "'manifest' | 'version' | 'help' | '-h' | '--help' | '--version') hl_plain \"$@\" ;;\n");
		return;
	}
	static const struct {
		const char *word;
		const char *options;
		const char *action;
	} answers[] = {
		{"manifest", "", "shift; hl_otherwise() { hl_manifest \"$@\"; }"},
		{"version", "'--version'", "hl_otherwise() { hl_version; }"},
		{"help", "'-h' | '--help'", "hl_otherwise() { hl_help; }"},
	};
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		bool own = verbs_have_first(&n->w->verbs, answers[i].word);
		buf_printf(n->out, "'%s'", answers[i].word);
		if (own)
			buf_puts(n->out, ") hl_otherwise() { hl_own '' '' '' \"$@\"; } ;;\n");
		else if (*answers[i].options)
			buf_puts(n->out, " | ");
		if (!own || *answers[i].options)
			buf_printf(n->out, "%s) %s ;;\n", answers[i].options, answers[i].action);
	}
}

/* The case of the word that follows the node's own words. */
static void add_node(const struct node *n)
{
	indent(n);
	buf_printf(n->out, "case ${%d-} in\n", n->depth + 1);
	if (n->depth == 0)
		add_top_cases(n);
	for (size_t i = first_child(n); i < n->to;) {
		struct node child = {.w = n->w, .out = n->out, .from = i, .depth = n->depth + 1};
		const char *word;
		size_t len;
		child.to = i = next_child(n, i, &word, &len);
		if (n->depth == 0 && verb_kind(word, len) == VERB_DISCOVERY)
			continue;
		indent(n);
		buf_printf(n->out, "'%.*s')", (int)len, word);
		if (first_child(&child) == child.to) {
			buf_putc(n->out, ' ');
			add_call(&child);
			buf_puts(n->out, " ;;\n");
			continue;
		}
		buf_putc(n->out, '\n');
		add_node(&child);
		indent(&child);
		buf_puts(n->out, ";;\n");
	}
	indent(n);
	(n->w->program ? add_default_cli : add_default_verbs)(n);
	indent(n);
	buf_puts(n->out, "esac\n");
}

/* Copies a template, its @NAMES@ replaced. */
static void add_template(const struct wrapper *w, const char *text, struct buf *out)
{
	for (const char *mark; (mark = strchr(text, '@')); ) {
		static const char *const names[] = {"@EMIT@", "@NAME@", "@DIR@", "@PROGRAM@", "@VERSION@", "@EXTENSIONS@", "@EXTENSION_PATTERNS@"};
		size_t i = 0;
		while (i < sizeof names / sizeof *names && strncmp(mark, names[i], strlen(names[i])) != 0)
			i++;
		buf_add(out, text, (size_t)(mark - text));
		text = mark + 1;
		switch (i) {
		case 0: origin_quote(out, BINDIR "/hl-emit"); break;
		case 1: origin_quote(out, w->name); break;
		case 2: origin_quote(out, w->directory); break;
		case 3: origin_quote(out, w->program); break;
		case 4: origin_quote(out, VERSION); break;
		case 5:
			buf_puts(out, "    hl_try '' \"$@\"");
			for (const char *const *e = scripts_extensions; *e; e++)
				buf_printf(out, "\n    hl_try %s \"$@\"", *e);
			break;
		case 6:
			for (const char *const *e = scripts_extensions; *e; e++)
				buf_printf(out, "%s*%s", e == scripts_extensions ? "" : " | ", *e);
			break;
		default: buf_putc(out, '@'); continue;
		}
		text = mark + strlen(names[i]);
	}
	buf_puts(out, text);
}

/* The table once more, behind the wrapper's end: manifest, completions and hl-usage read it. */
static void add_manifest(const struct wrapper *w, struct buf *out)
{
	int widest = 0;
	int tier = 0;
	for (size_t i = 0; i < w->verbs.count; i++) {
		int len = (int)strlen(w->verbs.entries[i].verb);
		int tier_len = (int)strlen(w->verbs.entries[i].tier);
		widest = len > widest ? len : widest;
		tier = tier_len > tier ? tier_len : tier;
	}
	buf_puts(out, "\nexit\n" MANIFEST_IN_WRAPPER);
	for (size_t i = 0; i < w->verbs.count; i++) {
		const struct verb_entry *e = &w->verbs.entries[i];
		if (*e->summary)
			buf_printf(out, MANIFEST_MARK "%-*s  %-*s  %s\n", widest, e->verb, tier, e->tier, e->summary);
		else
			buf_printf(out, MANIFEST_MARK "%-*s  %s\n", widest, e->verb, e->tier);
	}
}

void generate(const struct wrapper *w, struct buf *out)
{
	struct node top = {.w = w, .out = out, .to = w->verbs.count};
	origin_write(out, w->shell, w->name, w->origin);
	add_template(w, wrapper_sh, out);
	add_template(w, w->directory ? wrapper_verbs_sh : wrapper_cli_sh, out);
	buf_puts(out, "\n# The verbs, word by word.\n");
	add_node(&top);
	if (w->directory)
		add_template(w, wrapper_verbs_rest_sh, out);
	add_manifest(w, out);
}
