#include "loki.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int loki_secret(const char *path, char **secret, char why[LOKI_WHY_MAX])
{
	struct buf text = BUF_INIT(SECRET_MAX);
	struct stat st;
	int result = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0) {
		snprintf(why, LOKI_WHY_MAX, "%s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(why, LOKI_WHY_MAX, "%s: not a regular file", path);
	} else if (st.st_mode & (S_IRWXO | S_IWGRP)) {
		snprintf(why, LOKI_WHY_MAX, "%s: others can read or change this secret; chmod 600 (or 640) it", path);
	} else if (buf_read(&text, fd) != 0) {
		snprintf(why, LOKI_WHY_MAX, "%s: %s", path, errno == EFBIG ? "too large for a secret" : strerror(errno));
	} else {
		text.data[strcspn(text.data, "\r\n")] = '\0';
		result = loki_set(secret, text.data);
		if (result != 0)
			snprintf(why, LOKI_WHY_MAX, "out of memory");
	}
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return result;
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
	return token ? loki_secret(token, &l->token, why) : 0;
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
	if (l->insecure) {
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	}
	return h;
fail:
	curl_easy_cleanup(h);
	return NULL;
}

void loki_free(struct loki *l)
{
	char *members[] = {l->url, l->resolve, l->tenant, l->username, l->password, l->token, l->ca_file};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		free(members[i]);
	curl_slist_free_all(l->headers);
	curl_slist_free_all(l->resolves);
	*l = (struct loki){0};
}
