#include "push.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "detach.h"

#include "banned.h"

volatile sig_atomic_t push_hurry;

static void on_hurry(int signal_number)
{
	(void)signal_number;
	push_hurry = 1;
}

int push_open(struct push *p, const struct config *c, const char **why)
{
	char path[STATE_PATH_MAX];
	errno = 0;
	return state_path(c, path, why) == 0 ? state_open(&p->state, path, false, why) : -1;
}

bool push_claim(struct push *p, const struct config *c)
{
	struct sigaction hurry_up = {.sa_handler = on_hurry};
	int64_t target = progress_target(config_text(c, CONFIG_LOKI_URL));
	p->lock = state_inherited_push(&p->state, DETACH_PASSED) ? DETACH_PASSED : state_claim_push(&p->state);
	if (p->lock < 0)
		return false;
	sigemptyset(&hurry_up.sa_mask);
	sigaction(SIGUSR1, &hurry_up, NULL);
	state_sign_pusher(&p->state);
	progress_read(&p->state, &p->progress);
	if (p->progress.target != target) {
		p->progress.target = target;
		p->progress.failures = 0;
		p->progress.next_s = 0;
	}
	return true;
}

static int not_ready(struct push *p, const char *why)
{
	progress_failed(&p->progress, clock_now_s(), 0.5, why);
	progress_write(&p->state, &p->progress);
	return -1;
}

int push_ready(struct push *p, const struct config *c)
{
	char why[LOKI_WHY_MAX];
	struct buf url = BUF_INIT(CONFIG_VALUE_MAX + 64);
	int ms = config_ms(c, CONFIG_LOKI_TIMEOUT_MS);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return not_ready(p, "libcurl can't be used");
	if (loki_from_config(&p->loki, c, why) != 0 || loki_ready(&p->loki) != 0)
		return not_ready(p, why);
	p->loki.headers = curl_slist_append(p->loki.headers, "Content-Type: application/json");
	buf_printf(&url, "%s/loki/api/v1/push", p->loki.url);
	CURL *handle = url.failed ? NULL : loki_handle(&p->loki, url.data, ms > 0 ? ms : CONFIG_PUSH_TIMEOUT_MS);
	buf_free(&url);
	if (!handle)
		return not_ready(p, "out of memory");
	user_label(p->user);
	p->drain = (struct drain){
		.state = &p->state, .progress = &p->progress, .handle = handle, .user = p->user};
	drain_init(&p->drain);
	return 0;
}
