/*
 * Fuzz targets for everything that reads text from outside. One program for each, chosen by
 * -DTARGET=name; `make fuzz` builds and runs them with libFuzzer, ASan and UBSan.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "archive_text.h"
#include "backlog.h"
#include "config.h"
#include "deliver.h"
#include "event.h"
#include "generate.h"
#include "manifest.h"
#include "msg.h"
#include "origin.h"
#include "payload.h"
#include "progress.h"
#include "text.h"
#include "verb.h"
#include "when.h"
#include "window.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *string_of(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);
	assert(s);
	memcpy(s, data, size);
	s[size] = '\0';
	return s;
}

/* What is read back must be what was written. */
static void same_again(const struct event *e, void *arg)
{
	char line[EVENT_LINE_MAX];
	struct event again;
	struct buf body = BUF_INIT(65536);
	(void)arg;
	size_t n = event_format(e, line);
	assert(n > 1 && line[n - 1] == '\n');
	assert(event_parse(line, n - 1, &again) == 0);
	assert(again.ns == e->ns && again.status == e->status && again.verb_len == e->verb_len);
	payload_compose(&body, "u\"\\\x01\xff", e, 1);
	assert(!body.failed);
	buf_free(&body);
}

static void fuzz_event(const uint8_t *data, size_t size)
{
	event_each((const char *)data, size, same_again, NULL);
}

static void ignore(const char *where, const char *why)
{
	assert(*where && *why);
}

static void fuzz_config(const uint8_t *data, size_t size)
{
	struct config c;
	enum config_key decided;
	char home[] = "/tmp/hl-fuzz-config";
	char path[64];
	snprintf(path, sizeof path, "%s/homelab/usage.conf", home);
	mkdir(home, 0700);
	mkdir("/tmp/hl-fuzz-config/homelab", 0700);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	setenv("XDG_CONFIG_HOME", home, 1);
	config_load(&c, ignore);
	config_off(&c, &decided);
	for (int key = 0; key < CONFIG_KEYS; key++) {
		char origin[4200];
		config_origin(&c, key, origin, sizeof origin);
	}
	assert(config_ms(&c, CONFIG_WAIT_MS) <= CONFIG_PUSH_TIMEOUT_MS);
	assert(config_ms(&c, CONFIG_LOKI_TIMEOUT_MS) <= CONFIG_PUSH_TIMEOUT_MS);
	config_free(&c);
}

/* What hl-usage status reads of a state directory, whatever is in its files. */
static void fuzz_state(const uint8_t *data, size_t size)
{
	static const char *const files[] = {"spool.1", "spool", "push", "dropped"};
	struct state s = STATE_INIT;
	struct progress p;
	struct backlog whole;
	struct backlog rest;
	mkdir("/tmp/hl-fuzz-state", 0700);
	s.dir = open("/tmp/hl-fuzz-state", O_RDONLY | O_DIRECTORY);
	assert(s.dir >= 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int fd = openat(s.dir, files[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
		close(fd);
	}
	progress_read(&s, &p);
	int64_t dropped[DROPPED_REASONS];
	dropped_counts(&s, dropped);
	for (int i = 0; i < DROPPED_REASONS; i++)
		assert(dropped[i] >= 0);
	backlog_count(&s, &evlog_spool, NULL, &whole);
	backlog_count(&s, &evlog_spool, &p, &rest);
	assert(!whole.error && whole.bytes <= (int64_t)(2 * size));
	assert(whole.events % 2 == 0 && rest.events <= whole.events);
	state_close(&s);
}

static void fuzz_manifest(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT(1 << 20);
	struct buf out = BUF_INIT(1 << 24);
	const char *words[] = {"--cli", "/x", "--name", "homelab", NULL};
	struct wrapper w = {.name = "homelab", .shell = "/bin/sh", .program = "/x", .origin = words};
	buf_add(&text, data, size);
	if (manifest_parse("fuzz", &text, &w.verbs) == 0 && w.verbs.count > 0) {
		struct verbs again = {0};
		generate(&w, &out);
		assert(!out.failed && origin_generated(out.data));
		assert(manifest_of_wrapper("fuzz", &out, &again) == 0 && again.count == w.verbs.count);
		for (size_t i = 0; i < again.count; i++)
			assert(strcmp(again.entries[i].verb, w.verbs.entries[i].verb) == 0 &&
			       strcmp(again.entries[i].tier, w.verbs.entries[i].tier) == 0 &&
			       strcmp(again.entries[i].summary, w.verbs.entries[i].summary) == 0);
		verbs_free(&again);
	}
	verbs_free(&w.verbs);
	buf_free(&text);
	buf_free(&out);
}

static void fuzz_origin(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size);
	char *argv[ORIGIN_WORDS_MAX];
	char *store;
	struct buf head = BUF_INIT(1 << 20);
	struct buf whole = BUF_INIT(1 << 20);
	struct verbs verbs = {0};
	buf_add(&whole, data, size);
	manifest_of_wrapper("fuzz", &whole, &verbs);
	verbs_free(&verbs);
	buf_free(&whole);
	int n = origin_read(text, &store, argv);
	for (int i = 0; i < n; i++)
		assert(argv[i] && strlen(argv[i]) <= size);
	free(store);
	/* Any value without a line's end comes back as it was. */
	text[strcspn(text, "\n")] = '\0';
	const char *words[] = {"--verbs", text[0] == '-' ? "x" : text, NULL};
	origin_write(&head, "/bin/sh", "homelab", words);
	assert(origin_read(head.data, &store, argv) == 2 && strcmp(argv[1], words[1]) == 0);
	free(store);
	buf_free(&head);
	free(text);
}

static void fuzz_answer(const uint8_t *data, size_t size)
{
	struct tally rows = {0};
	struct buf warnings = BUF_INIT(4096);
	for (int kind = ANSWER_COUNTS; kind <= ANSWER_SERIES; kind++)
		answer_parse((const char *)data, size, (enum answer_kind)kind, 0, &rows, &warnings);
	tally_free(&rows);
	buf_free(&warnings);
}

static void fuzz_judge(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size);
	struct answer answer;
	deliver_judge(size > 0 ? data[0] * 3 : 0, text, &answer);
	assert(answer.refused >= -1 && strlen(answer.reason) < LOKI_WHY_MAX);
	free(text);
}

struct copy {
	struct buf text;
	struct archive_row before; /* its verb lies in verb */
	char verb[4096];
};

static int copy_row(const struct archive_row *row, void *arg)
{
	struct copy *c = arg;
	assert(row->count > 0 && row->verb.len < sizeof c->verb);
	archive_row(&c->text, row, c->before.verb.text ? &c->before : NULL);
	memcpy(c->verb, row->verb.text, row->verb.len);
	c->before.verb = (struct span){.text = c->verb, .len = row->verb.len};
	return 0;
}

static int one_value(const struct archive_row *row, void *arg)
{
	const struct span *value = arg;
	assert(row->verb.len == value->len && memcmp(row->verb.text, value->text, value->len) == 0);
	assert(row->user.len == value->len && memcmp(row->user.text, value->text, value->len) == 0);
	return 0;
}

/* Any days are found; rows that are read are written again the same; any value comes back. */
static void fuzz_archive(const uint8_t *data, size_t size)
{
	static struct copy once, twice;
	struct archive_index index;
	char *text = string_of(data, size);
	assert(archive_index(&index, text, 0, size) == 0 && index.whole <= size);
	for (size_t i = 0; i < index.count; i++) {
		const struct archive_block *b = &index.blocks[i];
		assert(b->at < b->rows_at && b->rows_at <= b->end_at && b->end_at < index.whole);
		archive_rows(text + b->rows_at, b->end_at - b->rows_at, NULL, NULL);
	}
	archive_index_free(&index);
	once = twice = (struct copy){.text = BUF_INIT(1 << 20)};
	if (archive_rows(text, size, copy_row, &once) == 0 && once.text.len) {
		assert(archive_rows(once.text.data, once.text.len, copy_row, &twice) == 0);
		assert(twice.text.len == once.text.len && memcmp(twice.text.data, once.text.data, once.text.len) == 0);
	}
	buf_free(&once.text);
	buf_free(&twice.text);
	struct span value = {.text = text, .len = strlen(text)};
	struct archive_row row = {.verb = value, .user = value, .exit = {.text = ""}, .count = 1};
	struct buf line = BUF_INIT(1 << 20);
	archive_row(&line, &row, NULL);
	assert(archive_rows(line.data, line.len, one_value, &value) == 0);
	buf_free(&line);
	free(text);
}

static void fuzz_duration(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size);
	struct window pieces[WINDOW_PIECES_MAX];
	int64_t seconds;
	if (duration_parse(text, &seconds) == 0) {
		struct window w = {.from_s = 0, .to_s = seconds};
		size_t n = window_pieces(&w, WINDOW_PIECES, pieces);
		assert(n > 0 && pieces[0].from_s == w.from_s && pieces[n - 1].to_s == w.to_s);
		for (size_t i = 0; i < n; i++) {
			assert(pieces[i].to_s > pieces[i].from_s && pieces[i].to_s - pieces[i].from_s <= 720 * 3600);
			assert(i == 0 || pieces[i].from_s == pieces[i - 1].to_s);
		}
	}
	free(text);
}

/* A window that is read is one, in every zone, and its units tile it. */
static void fuzz_when(const uint8_t *data, size_t size)
{
	static const char *const zones[] = {"UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata"};
	static const int64_t now_s = 1795450951;
	char *text = string_of(data, size);
	char why[WHEN_WHY_MAX];
	struct window w;
	setenv("TZ", zones[size % 4], 1);
	tzset();
	if (when_window(text, NULL, now_s, false, &w, why) == 0) {
		struct range *ranges;
		assert(w.from_s >= 0 && w.from_s < w.to_s && w.to_s <= now_s && w.to_s - w.from_s <= WINDOW_MAX_S);
		size_t n = when_ranges(&w, UNIT_WEEK, false, &ranges);
		assert(n > 0 && ranges[0].window.from_s == w.from_s && ranges[n - 1].window.to_s == w.to_s);
		for (size_t i = 1; i < n; i++)
			assert(ranges[i].window.from_s == ranges[i - 1].window.to_s && ranges[i].window.to_s > ranges[i].window.from_s);
		free(ranges);
	}
	free(text);
}

static void fuzz_text(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size);
	text_clean(text, size);
	for (size_t i = 0; i < size; i++)
		assert((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
	verb_kind(text, size);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TARGET(data, size);
	return 0;
}
