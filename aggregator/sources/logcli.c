#include "logcli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "banned.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

int logcli_address(struct config *c, char why[LOKI_WHY_MAX])
{
	const char *address = variable("LOKI_ADDR");
	const char *wrong;
	if (!address || config_text(c, CONFIG_LOKI_URL))
		return 0;
	if (config_set(c, CONFIG_LOKI_URL, address, &wrong) == 0)
		return 0;
	/* Not the value: it may hold a password. */
	snprintf(why, LOKI_WHY_MAX, "LOKI_ADDR: %s", wrong);
	return -1;
}

static bool another_server(const struct loki *l)
{
	const char *address = variable("LOKI_ADDR");
	size_t n = strlen(l->url);
	return address && (strncmp(address, l->url, n) != 0 || strspn(address + n, "/") != strlen(address + n));
}

static int fill(char **member, const char *name, char why[LOKI_WHY_MAX])
{
	const char *value = *member ? NULL : variable(name);
	if (!value)
		return 0;
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			snprintf(why, LOKI_WHY_MAX, "%s: the value holds a control character", name);
			return -1;
		}
	if (loki_set(member, value) == 0)
		return 0;
	snprintf(why, LOKI_WHY_MAX, "out of memory");
	return -1;
}

/* One log-in: a name with its password, or a token. */
static int fill_login(struct loki *l, char why[LOKI_WHY_MAX])
{
	if (!l->token && (fill(&l->username, "LOKI_USERNAME", why) != 0 || fill(&l->password, "LOKI_PASSWORD", why) != 0))
		return -1;
	if (l->username || l->token)
		return 0;
	if (fill(&l->token, "LOKI_BEARER_TOKEN", why) != 0)
		return -1;
	const char *file = l->token ? NULL : variable("LOKI_BEARER_TOKEN_FILE");
	return file ? loki_secret(file, &l->token, why) : 0;
}

static int fill_certificate(struct loki *l, char why[LOKI_WHY_MAX])
{
	const char *cert = variable("LOKI_CLIENT_CERT_PATH");
	const char *key = variable("LOKI_CLIENT_KEY_PATH");
	return !l->key_file && (cert || key) ? loki_certificate(l, cert, key, why) : 0;
}

int logcli_fill(struct loki *l, char why[LOKI_WHY_MAX])
{
	const char *skip = variable("LOKI_TLS_SKIP_VERIFY");
	if (another_server(l))
		return 0;
	if (fill(&l->tenant, "LOKI_ORG_ID", why) != 0 || fill(&l->ca_file, "LOKI_CA_CERT_PATH", why) != 0 ||
	    fill_certificate(l, why) != 0)
		return -1;
	l->insecure = skip && (strcmp(skip, "1") == 0 || strcasecmp(skip, "t") == 0 || strcasecmp(skip, "true") == 0);
	return fill_login(l, why);
}
