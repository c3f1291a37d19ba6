#include "loki.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"

#include "banned.h"

enum { SECRET_MAX = 16 * 1024, HEADER_MAX = SECRET_MAX + 64 };

int loki_set(char **member, const char *value)
{
	char *copy = value ? strdup(value) : NULL;
	if (value && !copy)
		return -1;
	free(*member);
	*member = copy;
	return 0;
}

/* A descriptor of a file that only its owner and a group may read, or -1 and why. */
static int open_secret(const char *path, char why[LOKI_WHY_MAX])
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0)
		snprintf(why, LOKI_WHY_MAX, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		snprintf(why, LOKI_WHY_MAX, "%s: not a regular file", path);
	else if (st.st_mode & (S_IRWXO | S_IWGRP))
		snprintf(why, LOKI_WHY_MAX, "%s: others can read or change this secret; chmod 600 (or 640) it", path);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int loki_secret(const char *path, char **secret, char why[LOKI_WHY_MAX])
{
	struct buf text = BUF_INIT(SECRET_MAX);
	int result = -1;
	int fd = open_secret(path, why);
	if (fd < 0)
		return -1;
	if (buf_read(&text, fd) != 0) {
		snprintf(why, LOKI_WHY_MAX, "%s: %s", path, errno == EFBIG ? "too large for a secret" : strerror(errno));
	} else {
		text.data[strcspn(text.data, "\r\n")] = '\0';
		result = loki_set(secret, text.data);
		if (result != 0)
			snprintf(why, LOKI_WHY_MAX, "out of memory");
	}
	close(fd);
	buf_free(&text);
	return result;
}

int loki_certificate(struct loki *l, const char *cert, const char *key, char why[LOKI_WHY_MAX])
{
	if (!cert || !key) {
		snprintf(why, LOKI_WHY_MAX, "a client certificate without its key, or a key without its certificate");
		return -1;
	}
	int fd = open_secret(key, why);
	if (fd < 0)
		return -1;
	close(fd);
	if (loki_set(&l->cert_file, cert) == 0 && loki_set(&l->key_file, key) == 0)
		return 0;
	snprintf(why, LOKI_WHY_MAX, "out of memory");
	return -1;
}

static void trim_url(char *url)
{
	static const char push[] = "/loki/api/v1/push";
	size_t n = strlen(url);
	while (n && url[n - 1] == '/')
		url[--n] = '\0';
	size_t m = strlen(push);
	if (n > m && strcmp(url + n - m, push) == 0)
		url[n - m] = '\0';
}

int loki_from_config(struct loki *l, const struct config *c, char why[LOKI_WHY_MAX])
{
	const char *password = config_text(c, CONFIG_LOKI_PASSWORD_FILE);
	const char *token = config_text(c, CONFIG_LOKI_BEARER_TOKEN_FILE);
	const char *cert = config_text(c, CONFIG_LOKI_CERT_FILE);
	const char *key = config_text(c, CONFIG_LOKI_KEY_FILE);
	*l = (struct loki){0};
	snprintf(why, LOKI_WHY_MAX, "out of memory");
	if (loki_set(&l->url, config_text(c, CONFIG_LOKI_URL)) != 0 ||
	    loki_set(&l->resolve, config_text(c, CONFIG_LOKI_RESOLVE)) != 0 ||
	    loki_set(&l->tenant, config_text(c, CONFIG_LOKI_TENANT)) != 0 ||
	    loki_set(&l->username, config_text(c, CONFIG_LOKI_USERNAME)) != 0 ||
	    loki_set(&l->ca_file, config_text(c, CONFIG_LOKI_CA_FILE)) != 0)
		return -1;
	if (l->url)
		trim_url(l->url);
	if (password && loki_secret(password, &l->password, why) != 0)
		return -1;
	if (token && loki_secret(token, &l->token, why) != 0)
		return -1;
	return cert || key ? loki_certificate(l, cert, key, why) : 0;
}

static int add_header(struct loki *l, const char *name, const char *value)
{
	struct buf line = BUF_INIT(HEADER_MAX);
	buf_printf(&line, "%s%s", name, value);
	struct curl_slist *list = line.failed ? NULL : curl_slist_append(l->headers, line.data);
	buf_free(&line);
	if (list)
		l->headers = list;
	return list ? 0 : -1;
}

int loki_ready(struct loki *l)
{
	if (l->tenant && add_header(l, "X-Scope-OrgID: ", l->tenant) != 0)
		return -1;
	if (l->token && add_header(l, "Authorization: Bearer ", l->token) != 0)
		return -1;
	if (l->resolve && !(l->resolves = curl_slist_append(NULL, l->resolve)))
		return -1;
	return 0;
}

#define SET(option, value)                                                                                            \
	if (curl_easy_setopt(h, option, value) != CURLE_OK)                                                            \
	goto fail

CURL *loki_handle(const struct loki *l, const char *url, long timeout_ms)
{
	CURL *h = curl_easy_init();
	if (!h)
		return NULL;
	SET(CURLOPT_PRIVATE, (void *)l);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	SET(CURLOPT_QUICK_EXIT, 1L); /* a name server that never answers is not waited for */
#endif
	SET(CURLOPT_TIMEOUT_MS, timeout_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
	SET(CURLOPT_USERAGENT, "homelab-usage/" VERSION);
	SET(CURLOPT_HTTPHEADER, l->headers);
	if (l->resolves)
		SET(CURLOPT_RESOLVE, l->resolves);
	if (l->username) {
		SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		SET(CURLOPT_USERNAME, l->username);
		SET(CURLOPT_PASSWORD, l->password ? l->password : "");
	}
	if (l->ca_file)
		SET(CURLOPT_CAINFO, l->ca_file);
	if (l->key_file) {
		SET(CURLOPT_SSLCERT, l->cert_file);
		SET(CURLOPT_SSLKEY, l->key_file);
		SET(CURLOPT_KEYPASSWD, ""); /* or OpenSSL asks on the terminal */
	}
	if (l->insecure) {
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	}
	return h;
fail:
	curl_easy_cleanup(h);
	return NULL;
}

static bool loopback(const char *host)
{
	static const char domain[] = ".localhost";
	size_t n = strlen(host);
	struct in_addr four;
	if (strcasecmp(host, domain + 1) == 0 || strcmp(host, "[::1]") == 0)
		return true;
	if (n >= sizeof domain && strcasecmp(host + n - (sizeof domain - 1), domain) == 0)
		return true;
	return inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
}

const char *loki_warning(const struct loki *l)
{
	const char *warning = l->token			     ? "the bearer token goes unencrypted over http: use https"
			      : l->username && l->password ? "the password goes unencrypted over http: use https"
							     : NULL;
	CURLU *url = warning ? curl_url() : NULL;
	char *scheme = NULL;
	char *host = NULL;
	/* libcurl's reading of the URL is the one that counts: 127.1 and 0x7f000001 are 127.0.0.1. */
	if (url && curl_url_set(url, CURLUPART_URL, l->url, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && (strcmp(scheme, "http") != 0 || loopback(host)))
		warning = NULL;
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(url);
	return warning;
}

void loki_hide(const struct loki *l, char *text)
{
	const char *secrets[] = {l->password, l->token};
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		size_t n = secrets[i] ? strlen(secrets[i]) : 0;
		/* One or two letters are in every text, and the stars would tell which. */
		for (char *found = text; n > 2 && (found = strstr(found, secrets[i])); found += n)
			memset(found, '*', n);
	}
}

bool loki_bad_proxy(const char *detail)
{
	static const char start[] = "Unsupported proxy";
	return strncmp(detail, start, sizeof start - 1) == 0;
}

bool loki_misdirected(const char *text)
{
	/* Go's HTTP server, and dskit's tenant.ValidTenantID. */
	static const char *const starts[] = {"<", "Client sent an HTTP request to an HTTPS server", "tenant ID",
					     "multiple org IDs present"};
	text += strspn(text, " \t\r\n");
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

void loki_free(struct loki *l)
{
	char *members[] = {l->url,   l->resolve, l->tenant,    l->username, l->password,
			   l->token, l->ca_file, l->cert_file, l->key_file};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		free(members[i]);
	curl_multi_cleanup(l->multi);
	curl_slist_free_all(l->headers);
	curl_slist_free_all(l->resolves);
	*l = (struct loki){0};
}
