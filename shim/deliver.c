#include "deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#include "banned.h"

enum {
	ANSWER_MAX = 512 * 1024, /* bytes after which we hang up: a line of 300 for each event of a request */
};

/* "user 'x', total ignored: 2 out of 3 for stream: …" (record push-too-far-behind). */
static long ignored(const char *text)
{
	static const char mark[] = "total ignored: ";
	long sum = 0;
	while ((text = strstr(text, mark))) {
		text += strlen(mark);
		long n = strtol(text, NULL, 10);
		if (n >= 0 && n < 1000000)
			sum += n;
	}
	return sum;
}

/*
 * "entry for stream '…' has timestamp too old: …" (records push-too-old, push-too-new), one for each event, "; " between
 * them, or "3 errors like: entry …" for those that read the same (Loki's util.GroupedErrors).
 */
static long untimely(const char *text, const char *mark)
{
	long sum = 0;
	for (const char *end; *text; text = *end ? end + 2 : end) {
		long like = strtol(text, NULL, 10);
		end = strstr(text, "; ");
		end = end ? end : text + strlen(text);
		const char *found = strstr(text, mark);
		if (found && found < end)
			sum += like > 0 && like < 1000000 ? like : 1;
	}
	return sum;
}

static void why_refused(const char *text, struct answer *answer)
{
	long old = untimely(text, "has timestamp too old");
	long new = untimely(text, "has timestamp too new");
	long n = old + new;
	answer->why = old ? DROPPED_TOO_OLD : new ? DROPPED_TOO_NEW : DROPPED_REFUSED;
	if (strstr(text, "entry too far behind")) {
		answer->why = DROPPED_TOO_FAR_BEHIND;
		n = ignored(text);
	}
	answer->refused = n > 0 ? n : -1;
}

void deliver_judge(long status, const char *text, struct answer *answer)
{
	answer->refused = -1;
	answer->why = DROPPED_REFUSED;
	if (status == 204) {
		answer->outcome = DELIVERED;
		answer->reason[0] = '\0';
		return;
	}
	/* A 400 may be partial, so it is never sent again (records push-partial, push-no-streams). */
	answer->outcome = status == 400 || status == 422 ? REFUSED : status == 413 ? TOO_LARGE : KEEP;
	if (answer->outcome == REFUSED && loki_misdirected(text))
		answer->outcome = KEEP;
	if (answer->outcome == REFUSED)
		why_refused(text, answer);
	if (status >= 300 && status < 400)
		text = "a redirect, which is not followed";
	else if (text[strspn(text, " \t\r\n")] == '<')
		text = "a web page, not Loki's answer";
	snprintf(answer->reason, sizeof answer->reason, "HTTP %ld%s%.*s", status, *text ? ": " : "",
		 (int)strcspn(text, "\r\n"), text);
	text_clean(answer->reason, strlen(answer->reason));
}

static size_t receive(char *data, size_t size, size_t count, void *arg)
{
	struct buf *text = arg;
	size_t n = size * count;
	buf_add(text, data, n);
	return text->failed ? 0 : n;
}

/* Why no answer came, or not all of it, in libcurl's words where they are clear. */
static void describe_fault(CURL *handle, CURLcode code, const char *detail, char *out, size_t size)
{
	const char *delay = strstr(detail, " after ");
	long error = 0;
	if (strncmp(detail, "getpeername", strlen("getpeername")) == 0) /* gone at once: true, and clear to nobody */
		detail = "";
	if (code == CURLE_WRITE_ERROR)
		snprintf(out, size, "the answer is larger than 512 KiB");
	else if (loki_bad_proxy(detail))
		snprintf(out, size, LOKI_BAD_PROXY);
	else if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY)
		snprintf(out, size, "the answer is not HTTP");
	else if (code == CURLE_COULDNT_CONNECT && *detail &&
		 curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error) == CURLE_OK && error)
		/* "Failed to connect to HOST port 80 after 3 ms: Couldn't connect to server" */
		snprintf(out, size, "%.*s: %s", delay ? (int)(delay - detail) : (int)strlen(detail), detail,
			 strerror((int)error));
	else
		snprintf(out, size, "%s", *detail ? detail : curl_easy_strerror(code));
}

/* The status that Loki, or a proxy in its place, answered the push with; 0: none. */
static long status_of(CURL *handle, CURLcode code)
{
	long status = 0;
	long tunnel = 0;
	if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
	    curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &tunnel) != CURLE_OK)
		return 0;
	/* A proxy that opens no tunnel has said nothing about the events. */
	return code != CURLE_OK && tunnel >= 300 ? 0 : status;
}

void deliver(CURL *handle, const char *body, size_t len, struct answer *answer)
{
	struct buf text = BUF_INIT(ANSWER_MAX);
	const struct loki *loki = NULL;
	char error[CURL_ERROR_SIZE] = "";
	char fault[DELIVER_REASON_MAX - sizeof "HTTP 400, then: "];
	*answer = (struct answer){.outcome = KEEP, .refused = -1, .reason = "out of memory"};
	if (curl_easy_getinfo(handle, CURLINFO_PRIVATE, &loki) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &text) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error) != CURLE_OK)
		goto out;
	CURLcode code = curl_easy_perform(handle);
	long status = status_of(handle, code);
	if (text.data)
		loki_hide(loki, text.data);
	/* A status counts even if the rest of its answer never comes: what a 400 refused must not be sent again. */
	if (status)
		deliver_judge(status, text.data ? text.data : "", answer);
	if (code != CURLE_OK)
		describe_fault(handle, code, error, fault, sizeof fault);
	if (code != CURLE_OK && !status)
		snprintf(answer->reason, sizeof answer->reason, "%s", fault);
	else if (code != CURLE_OK && answer->outcome != DELIVERED)
		snprintf(answer->reason, sizeof answer->reason, "HTTP %ld, then: %s", status, fault);
	text_clean(answer->reason, strlen(answer->reason));
out:
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
	buf_free(&text);
}
