#include "deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#include "banned.h"

enum {
	TEXT_MAX = 16 * 1024,	 /* bytes of an answer that are looked at */
	ANSWER_MAX = 256 * 1024, /* bytes after which we hang up */
};

/* "user 'x', total ignored: 2 out of 3 for stream: …", once for each stream (record push-too-far-behind). */
static long ignored(const char *text)
{
	static const char mark[] = "total ignored: ";
	long sum = -1;
	while ((text = strstr(text, mark))) {
		text += strlen(mark);
		long n = strtol(text, NULL, 10);
		if (n >= 0 && n < 1000000)
			sum = (sum < 0 ? 0 : sum) + n;
	}
	return sum;
}

void deliver_judge(long status, const char *text, struct answer *answer)
{
	answer->refused = -1;
	if (status == 204) {
		answer->outcome = DELIVERED;
		answer->reason[0] = '\0';
		return;
	}
	/* A 400 may be partial, so it is never sent again (records push-partial, push-no-streams). */
	answer->outcome = status == 400 || status == 422 ? REFUSED : status == 413 ? TOO_LARGE : KEEP;
	if (answer->outcome == REFUSED)
		answer->refused = ignored(text);
	snprintf(answer->reason, sizeof answer->reason, "HTTP %ld%s%.*s", status, *text ? ": " : "",
		 (int)strcspn(text, "\r\n"), text);
	text_clean(answer->reason, strlen(answer->reason));
}

struct reply {
	struct buf text;
	size_t total;
};

static size_t receive(char *data, size_t size, size_t count, void *arg)
{
	struct reply *reply = arg;
	size_t n = size * count;
	size_t room = reply->text.max - reply->text.len;
	reply->total += n;
	buf_add(&reply->text, data, n < room ? n : room);
	return reply->total <= ANSWER_MAX ? n : 0;
}

void deliver(CURL *handle, const char *body, size_t len, struct answer *answer)
{
	struct reply reply = {.text = BUF_INIT(TEXT_MAX)};
	char error[CURL_ERROR_SIZE] = "";
	long status = 0;
	*answer = (struct answer){.outcome = KEEP, .refused = -1, .reason = "out of memory"};
	if (curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &reply) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error) != CURLE_OK)
		goto out;
	CURLcode code = curl_easy_perform(handle);
	if (code != CURLE_OK)
		snprintf(answer->reason, sizeof answer->reason, "%s", *error ? error : curl_easy_strerror(code));
	else if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		deliver_judge(status, reply.text.data ? reply.text.data : "", answer);
	text_clean(answer->reason, strlen(answer->reason));
out:
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
	buf_free(&reply.text);
}
