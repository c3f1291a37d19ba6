#include "choose.h"

#include <stdio.h>

#include "logcli.h"

#include "banned.h"

/* Settles which Loki is asked: 0, config_text has it, if there is one; or -1 and why. */
static int choose_loki(struct config *c, const struct source_choice *choice, char why[SOURCE_WHY_MAX])
{
	const char *wrong = NULL;
	char address_wrong[LOKI_WHY_MAX];
	if (choice->loki && config_set(c, CONFIG_LOKI_URL, choice->loki, &wrong) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "--loki: %s", wrong);
		return -1;
	}
	if (logcli_address(c, address_wrong) != 0) {
		snprintf(why, SOURCE_WHY_MAX, "%s", address_wrong);
		return -1;
	}
	if (!config_text(c, CONFIG_LOKI_URL) && c->ignored[CONFIG_LOKI_URL]) {
		/* Numbers of the journal alone would read as the team's. */
		snprintf(why, SOURCE_WHY_MAX, "HOMELAB_LOKI_URL is not a URL: mend it, or give --loki URL or --local");
		return -1;
	}
	return 0;
}

struct source *source_open_loki(struct config *c, const struct source_choice *choice, char why[SOURCE_WHY_MAX])
{
	if (choose_loki(c, choice, why) != 0)
		return NULL;
	if (config_text(c, CONFIG_LOKI_URL))
		return source_loki(c, choice->timeout_s, why);
	snprintf(why, SOURCE_WHY_MAX, "no Loki is configured: set HOMELAB_LOKI_URL, or give --loki URL");
	return NULL;
}

struct source *source_open(struct config *c, const struct source_choice *choice, char why[SOURCE_WHY_MAX])
{
	const char *archive = choice->archive ? choice->archive : config_text(c, CONFIG_ARCHIVE);
	if (choice->local)
		return source_journal(c, why);
	if (choose_loki(c, choice, why) != 0)
		return NULL;
	if (!config_text(c, CONFIG_LOKI_URL) && !choice->archive)
		return source_journal(c, why);
	struct source *loki = source_open_loki(c, choice, why);
	return loki && archive ? source_archive(loki, archive, choice->archive, why) : loki;
}
