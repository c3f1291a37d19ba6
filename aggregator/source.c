#include "source.h"

#include <stdio.h>

#include "logcli.h"

#include "banned.h"

struct source *source_open(struct config *c, const struct source_choice *choice, char why[SOURCE_WHY_MAX])
{
	const char *wrong = NULL;
	char address_wrong[LOKI_WHY_MAX];
	if (choice->local)
		return source_journal(c, why);
	if (choice->loki && config_set(c, CONFIG_LOKI_URL, choice->loki, &wrong) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "--loki: %s", wrong);
		return NULL;
	}
	if (logcli_address(c, address_wrong) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "%s", address_wrong);
		return NULL;
	}
	if (!config_text(c, CONFIG_LOKI_URL) && c->ignored[CONFIG_LOKI_URL]) {
		/* Numbers of the journal alone would read as the team's. */
		snprintf(why, SOURCE_WHY_MAX, "HOMELAB_LOKI_URL is not a URL: mend it, or give --loki URL or --local");
		return NULL;
	}
	return config_text(c, CONFIG_LOKI_URL) ? source_loki(c, choice->timeout_s, why) : source_journal(c, why);
}

int source_ask(struct source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	rows->how = question_how(q);
	s->note[0] = '\0';
	s->empty_until_s = 0;
	return s->ask(s, q, rows, why);
}

int source_explain(struct source *s, const struct question *q, struct buf *out)
{
	return s->explain(s, q, out);
}

void source_close(struct source *s)
{
	if (s)
		s->close(s);
}
