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
	char *cert_file; /* a client certificate, with */
	char *key_file;  /* its key, which others can't read: both or none */
	bool insecure; /* TLS is not verified: hl-usage with LOKI_TLS_SKIP_VERIFY alone */
	CURLM *multi; /* hl-usage's connections, kept from one question to the next; NULL before the first */
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
 * redirects, no signals. It refers to the struct, which is its CURLOPT_PRIVATE until the caller has a
 * use for that; the caller cleans it up, then frees the struct.
 */
CURL *loki_handle(const struct loki *l, const char *url, long timeout_ms);

/* Reads a secret (a trailing newline is cut) into *secret, owned by the caller. 0, or -1 and why. */
int loki_secret(const char *path, char **secret, char why[LOKI_WHY_MAX]);

/*
 * Takes a client certificate and its key, the paths of PEM files: 0, or -1 and why: one of them is missing, or
 * the key is in a file that others can read.
 */
int loki_certificate(struct loki *l, const char *cert, const char *key, char why[LOKI_WHY_MAX]);

/* NULL, or what to be warned of: a password or token that goes over http to another machine. */
const char *loki_warning(const struct loki *l);

/* Puts stars for the password and the token in a text that a server sent. */
void loki_hide(const struct loki *l, char *text);

/* Is this text of libcurl about the value of a proxy variable? It quotes it, with the password that it may hold. */
bool loki_bad_proxy(const char *detail);
#define LOKI_BAD_PROXY "what http_proxy, https_proxy or all_proxy says is not the URL of a proxy"

/*
 * Is the text of a 400 about the configuration, whatever was sent? So say a web page, which is of
 * something in front of Loki, a server that wants https, and a Loki that can't read the tenant.
 */
bool loki_misdirected(const char *text);

void loki_free(struct loki *l);

#endif
