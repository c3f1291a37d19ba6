#include "explain.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "text.h"

#include "banned.h"

enum { TEXT_MAX = 240 /* bytes of what a server says */ };

static const char *skip_space(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

/* The length of a text without a last character that was cut in the middle. */
static size_t whole_characters(const char *s)
{
	size_t len = strlen(s);
	size_t start = len;
	uint32_t code;
	while (start && ((unsigned char)s[start - 1] & 0xc0) == 0x80)
		start--;
	if (start && (unsigned char)s[start - 1] >= 0xc0 && text_utf8(s + start - 1, len - (start - 1), &code) == 0)
		return start - 1;
	return len;
}

/* A server's own words, short and on one line, in front of them before; "" if they are a web page. */
static void quote(char out[TEXT_MAX], const char *before, const char *body)
{
	const char *text = skip_space(body);
	out[0] = '\0';
	if (!*text || *text == '<')
		return;
	snprintf(out, TEXT_MAX, "%s%s", before, text);
	size_t len = whole_characters(out);
	while (len && strchr(" \t\r\n", out[len - 1]))
		len--;
	out[len] = '\0';
	for (char *c = out; *c; c++)
		if (strchr("\t\r\n", *c))
			*c = ' ';
	text_clean(out, len);
}

bool explain_fine(const struct reply *r)
{
	return r->result == CURLE_OK && r->status == 200;
}

/* What is wrong with TLS, or false: something else is wrong. */
static bool explain_tls(char *out, size_t size, const char *url, const struct reply *r, const char *detail)
{
	const char *advice;
	switch (r->result) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		advice = "the certificate must be valid, for this name, and of a CA known here or in HOMELAB_LOKI_CA_FILE";
		break;
	case CURLE_SSL_CACERT_BADFILE:
		advice = "check HOMELAB_LOKI_CA_FILE";
		break;
	case CURLE_SSL_CERTPROBLEM:
		advice = "check HOMELAB_LOKI_CERT_FILE and HOMELAB_LOKI_KEY_FILE; the key must have no passphrase";
		break;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		/* With TLS 1.3 a server that wants a certificate says so after the handshake, or just hangs up. */
		if (strncasecmp(url, "https:", strlen("https:")) != 0)
			return false;
		advice = "if a client certificate is wanted, HOMELAB_LOKI_CERT_FILE; else try again, with a shorter --since";
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CLIENTCERT:
		advice = "is https spoken there, and is a client certificate wanted (HOMELAB_LOKI_CERT_FILE)?";
		break;
	default:
		return false;
	}
	snprintf(out, size, "%s: TLS: %s: %s", url, detail, advice);
	return true;
}

static bool explain_proxy(char *out, size_t size, const char *url, const struct reply *r, const char *detail)
{
	if (loki_bad_proxy(detail))
		snprintf(out, size, "%s: " LOKI_BAD_PROXY, url);
	else if (r->result == CURLE_COULDNT_RESOLVE_PROXY || strstr(detail, "CONNECT tunnel") ||
		 strstr(detail, "after CONNECT"))
		snprintf(out, size, "%s: %s: check http_proxy, https_proxy, all_proxy and no_proxy", url, detail);
	else
		return false;
	return true;
}

static void explain_connection(char *out, size_t size, const char *url, const struct reply *r, int timeout_s)
{
	const char *detail = *r->detail ? r->detail : curl_easy_strerror(r->result);
	if (r->too_large) {
		snprintf(out, size, "%s: the answer is larger than 64 MiB: ask for less with --since or --user", url);
		return;
	}
	if (explain_proxy(out, size, url, r, detail) || explain_tls(out, size, url, r, detail))
		return;
	switch (r->result) {
	case CURLE_COULDNT_RESOLVE_HOST:
		snprintf(out, size, "%s: %s: check the name in the URL, and DNS; HOMELAB_LOKI_RESOLVE can give the address",
			 url, detail);
		break;
	case CURLE_COULDNT_CONNECT:
		snprintf(out, size, "%s: can't connect: %s: is Loki running there, and is HOMELAB_LOKI_URL right?", url,
			 r->system_error ? strerror(r->system_error) : detail);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		snprintf(out, size, "%s: no answer within %d s: ask for a shorter --since, or wait longer with --timeout",
			 url, timeout_s);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		snprintf(out, size,
			 "%s: the connection was closed before the answer was complete: try again, with a shorter --since",
			 url);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		snprintf(out, size, "%s: the answer is not HTTP: is this Loki's address and port?", url);
		break;
	default:
		snprintf(out, size, "%s: %s: check HOMELAB_LOKI_URL", url, detail);
	}
}

static void explain_redirect(char *out, size_t size, const char *url, const struct reply *r)
{
	char target[TEXT_MAX];
	char scheme[16] = "";
	const char *whole = r->redirect ? r->redirect : "another address";
	const char *host = strstr(whole, "://");
	if (host) {
		host += strlen("://");
		snprintf(scheme, sizeof scheme, "%.*s", (int)(host - whole), whole);
		/* If the target is a mere path, libcurl puts our own log-in in front of the host. */
		for (const char *c = host; *c && !strchr("/?#", *c); c++)
			if (*c == '@')
				host = c + 1;
	}
	quote(target, scheme, host ? host : whole);
	/* A log-in page's parameters can be secrets. */
	target[strcspn(target, "?#")] = '\0';
	snprintf(out, size, "%s: redirected to %s (%ld), which is not followed: set HOMELAB_LOKI_URL to where Loki is", url,
		 target, r->status);
}

void explain_reply(char *out, size_t size, const char *url, const struct reply *r, int timeout_s)
{
	char text[TEXT_MAX];
	if (r->result != CURLE_OK) {
		explain_connection(out, size, url, r, timeout_s);
		return;
	}
	quote(text, ": ", r->body);
	if (r->status == 401)
		snprintf(out, size,
			 "%s: Loki wants to know who asks (401%s): set HOMELAB_LOKI_TENANT, or a log-in "
			 "(HOMELAB_LOKI_USERNAME, HOMELAB_LOKI_BEARER_TOKEN_FILE)",
			 url, text);
	else if (r->status == 403)
		snprintf(out, size, "%s: not allowed (403%s): this log-in or tenant may not read; ask who runs this Loki", url,
			 text);
	else if (r->status == 404)
		snprintf(out, size,
			 "%s: no Loki there (404%s): HOMELAB_LOKI_URL is the base URL, in front of /loki/api/v1", url, text);
	else if (r->status == 400 && loki_misdirected(r->body))
		snprintf(out, size, "%s: not understood (400%s): check HOMELAB_LOKI_URL, http or https, and HOMELAB_LOKI_TENANT",
			 url, text);
	else if (r->status == 400)
		snprintf(out, size, "%s: Loki refused the question (400%s): a shorter --since or one --user may do", url, text);
	else if (r->status == 413 || r->status == 414 || r->status == 431)
		snprintf(out, size, "%s: the question is too long for that server (%ld%s): fewer of --user and --verb may do", url,
			 r->status, text);
	else if (r->status == 429)
		snprintf(out, size, "%s: Loki has too much to do (429%s): try again in a minute", url, text);
	else if (r->status == 504)
		snprintf(out, size, "%s: Loki ran out of time (504%s): ask for a shorter --since", url, text);
	else if (r->status >= 500)
		snprintf(out, size, "%s: Loki failed (%ld%s): try again, or ask who runs it", url, r->status, text);
	else if (r->status >= 300 && r->status < 400)
		explain_redirect(out, size, url, r);
	else
		snprintf(out, size, "%s: unexpected answer (%ld%s): is this Loki's URL?", url, r->status, text);
}

void explain_answer(char *out, size_t size, const char *url, const struct reply *r, enum answer_fault fault)
{
	switch (fault) {
	case ANSWER_NOT_JSON:
		snprintf(out, size, "%s: the answer is %s, not JSON: is this Loki's URL, with no log-in page in front?", url,
			 *skip_space(r->body) == '<' ? "a web page" : "something else");
		break;
	case ANSWER_OTHER_SHAPE:
		snprintf(out, size, "%s: the answer is JSON, but not what Loki says to a query: is this Loki's URL?", url);
		break;
	case ANSWER_COUNT_TOO_LARGE:
		snprintf(out, size, "%s: the counts are too large to be true: is this Loki's URL?", url);
		break;
	default:
		snprintf(out, size, "%s: the answer takes too much memory: ask for less with --since or --user", url);
	}
}
