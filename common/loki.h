/*
 * How to reach Loki: address and credentials, and libcurl handles made of them. Nothing here sends
 * anything or knows what is asked. The caller has called curl_global_init.
 */
#ifndef LOKI_H
#define LOKI_H

#include <curl/curl.h>
#include <stdbool.h>

#include "config.h"

enum { LOKI_WHY_MAX = 512 /* bytes, with the NUL */ };

/* Strings are owned, NULL where not set. */
struct loki {
	char *url; /* base, without a slash at its end and without /loki/api/v1/push, which people paste */
	char *resolve;
	char *tenant;
	char *username;
	char *password;
	char *token;
	char *ca_file;
	bool insecure; /* TLS is not verified: hl-usage with LOKI_TLS_SKIP_VERIFY alone */
	struct curl_slist *headers;
	struct curl_slist *resolves;
};

/*
 * Takes what the configuration says, reading the secrets from their files. 0, or -1 and why: no
 * URL, or a secret file that can't be read or that others can read. loki_free in any case.
 */
int loki_from_config(struct loki *l, const struct config *c, char why[LOKI_WHY_MAX]);

/* Replaces a string of the struct: 0, or -1: no memory. */
int loki_set(char **member, const char *value);

/* Builds the lists that the handles share, once all is set: 0, or -1: no memory. */
int loki_ready(struct loki *l);

/*
 * A handle for url (NULL: no memory), with a limit on the whole transfer: http and https only, no
 * redirects, no signals. It refers to the struct; the caller cleans it up, then frees the struct.
 */
CURL *loki_handle(const struct loki *l, const char *url, long timeout_ms);

/* Reads a secret (a trailing newline is cut) into *secret, owned by the caller. 0, or -1 and why. */
int loki_secret(const char *path, char **secret, char why[LOKI_WHY_MAX]);

void loki_free(struct loki *l);

#endif
