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
	if (answer->outcome == REFUSED)
		why_refused(text, answer);
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

void deliver(CURL *handle, const char *body, size_t len, struct answer *answer)
{
	struct buf text = BUF_INIT(ANSWER_MAX);
	char error[CURL_ERROR_SIZE] = "";
	long status = 0;
	*answer = (struct answer){.outcome = KEEP, .refused = -1, .reason = "out of memory"};
	if (curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &text) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error) != CURLE_OK)
		goto out;
	CURLcode code = curl_easy_perform(handle);
	if (code != CURLE_OK)
		snprintf(answer->reason, sizeof answer->reason, "%s", *error ? error : curl_easy_strerror(code));
	else if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		deliver_judge(status, text.data ? text.data : "", answer);
	text_clean(answer->reason, strlen(answer->reason));
out:
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
	buf_free(&text);
}
