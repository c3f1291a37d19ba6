#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"

#include "banned.h"

#ifndef SYSTEM_CONF
#define SYSTEM_CONF "/etc/homelab/usage.conf"
#endif

enum { PATH_BYTES = 4096 };

/* Each returns NULL if the value is good, else what is wrong with it. */
static const char *check_nothing(const char *value);
static const char *check_text(const char *value);
static const char *check_url(const char *value);
static const char *check_resolve(const char *value);
static const char *check_path(const char *value);
static const char *check_ms(const char *value);

static const struct {
	const char *name;
	const char *(*check)(const char *value);
} keys[CONFIG_KEYS] = {
	[CONFIG_TELEMETRY] = {"HOMELAB_TELEMETRY", check_nothing},
	[CONFIG_DO_NOT_TRACK] = {"DO_NOT_TRACK", check_nothing},
	[CONFIG_LOKI_URL] = {"HOMELAB_LOKI_URL", check_url},
	[CONFIG_LOKI_RESOLVE] = {"HOMELAB_LOKI_RESOLVE", check_resolve},
	[CONFIG_LOKI_TENANT] = {"HOMELAB_LOKI_TENANT", check_text},
	[CONFIG_LOKI_USERNAME] = {"HOMELAB_LOKI_USERNAME", check_text},
	[CONFIG_LOKI_PASSWORD_FILE] = {"HOMELAB_LOKI_PASSWORD_FILE", check_path},
	[CONFIG_LOKI_BEARER_TOKEN_FILE] = {"HOMELAB_LOKI_BEARER_TOKEN_FILE", check_path},
	[CONFIG_LOKI_CA_FILE] = {"HOMELAB_LOKI_CA_FILE", check_path},
	[CONFIG_LOKI_CERT_FILE] = {"HOMELAB_LOKI_CERT_FILE", check_path},
	[CONFIG_LOKI_KEY_FILE] = {"HOMELAB_LOKI_KEY_FILE", check_path},
	[CONFIG_LOKI_TIMEOUT_MS] = {"HOMELAB_LOKI_TIMEOUT_MS", check_ms},
	[CONFIG_WAIT_MS] = {"HOMELAB_USAGE_WAIT_MS", check_ms},
	[CONFIG_ARCHIVE] = {"HOMELAB_USAGE_ARCHIVE", check_path},
	[CONFIG_STATE_DIR] = {"HOMELAB_USAGE_STATE_DIR", check_path},
};

/* Whatever an opt-out holds, ignoring it would turn telemetry on. */
static const char *check_nothing(const char *value)
{
	(void)value;
	return NULL;
}

static const char *check_text(const char *value)
{
	if (strlen(value) > CONFIG_VALUE_MAX)
		return "the value is longer than 4096 bytes";
	for (const char *s = value; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return "the value holds a control character";
	return NULL;
}

static const char *check_url(const char *value)
{
	const char *wrong = check_text(value);
	if (wrong)
		return wrong;
	const char *host = strncasecmp(value, "http://", 7) == 0    ? value + 7
			   : strncasecmp(value, "https://", 8) == 0 ? value + 8
								    : NULL;
	if (!host)
		return "the URL must start with http:// or https://";
	size_t authority = strcspn(host, "/?#");
	if (authority == 0 || strchr(value, ' '))
		return "the URL has no host, or a space";
	if (memchr(host, '@', authority))
		return "no user or password in the URL: use HOMELAB_LOKI_USERNAME and HOMELAB_LOKI_PASSWORD_FILE";
	if (strpbrk(host, "?#"))
		return "the URL must be Loki's base, without ? or #";
	return NULL;
}

static const char *check_resolve(const char *value)
{
	const char *wrong = check_text(value);
	const char *port = strchr(value, ':');
	const char *address = port ? strchr(port + 1, ':') : NULL;
	if (!wrong && (!address || port == value || address == port + 1 || !address[1]))
		wrong = "the form is host:port:address";
	return wrong;
}

static const char *check_path(const char *value)
{
	const char *wrong = check_text(value);
	return wrong ? wrong : value[0] == '/' ? NULL : "the path must be absolute";
}

static const char *check_ms(const char *value)
{
	if (!*value || strspn(value, "0123456789") != strlen(value))
		return "it must be a whole number of milliseconds";
	return NULL;
}

static int put(struct config *c, enum config_key key, const char *text, const char *file, int line)
{
	struct config_value *v = &c->values[key];
	char *copy = strdup(text);
	char *path = file ? strdup(file) : NULL;
	if (!copy || (file && !path)) {
		free(copy);
		free(path);
		return -1;
	}
	free(v->text);
	free(v->file);
	*v = (struct config_value){.text = copy, .file = path, .line = line};
	return 0;
}

/* The first to set a key has it: sources are read in order of precedence. */
static void offer(struct config *c, enum config_key key, const char *text, const char *file, int line,
		  config_problem *problem)
{
	if (!*text || c->values[key].text)
		return;
	const char *wrong = keys[key].check(text);
	if (!wrong) {
		put(c, key, text, file, line);
		return;
	}
	c->ignored[key] = true;
	if (!problem)
		return;
	char where[PATH_BYTES + 16] = "environment";
	char why[256];
	if (file)
		snprintf(where, sizeof where, "%s:%d", file, line);
	snprintf(why, sizeof why, "%s ignored: %s", keys[key].name, wrong);
	problem(where, why);
}

static char *trim(char *s)
{
	s += strspn(s, " \t");
	for (size_t n = strlen(s); n && strchr(" \t\r", s[n - 1]); n--)
		s[n - 1] = '\0';
	return s;
}

/* A line that was meant to turn telemetry off must not leave it on: "HOMELAB_TELEMETRY: 0". */
static bool opt_out_of(const char *line, enum config_key *key)
{
	static const enum config_key opt_outs[] = {CONFIG_TELEMETRY, CONFIG_DO_NOT_TRACK};
	for (size_t i = 0; i < sizeof opt_outs / sizeof *opt_outs; i++)
		if (strncasecmp(line, keys[opt_outs[i]].name, strlen(keys[opt_outs[i]].name)) == 0) {
			*key = opt_outs[i];
			return true;
		}
	return false;
}

/* KEY=VALUE in any case, with room around both and one pair of quotes around VALUE allowed; export as in a shell. */
static void read_line(struct config *c, char *text, const char *file, int line, config_problem *problem)
{
	const char *why = "not a KEY=VALUE line";
	enum config_key key;
	char *name = trim(text);
	if (!*name || *name == '#')
		return;
	if (strncmp(name, "export ", 7) == 0)
		name = trim(name + 7);
	char *value = strchr(name, '=');
	if (!value && opt_out_of(name, &key)) {
		offer(c, key, "malformed, so off", file, line, problem);
		return;
	}
	if (value) {
		*value++ = '\0';
		name = trim(name);
		value = trim(value);
		size_t n = strlen(value);
		if (n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n - 1] == value[0]) {
			value[n - 1] = '\0';
			value++;
		}
		for (int k = 0; k < CONFIG_KEYS; k++)
			if (strcasecmp(keys[k].name, name) == 0) {
				offer(c, (enum config_key)k, value, file, line, problem);
				return;
			}
		why = "unknown name (homelab-usage's names are in hl-usage(1))";
	}
	if (problem) {
		char where[PATH_BYTES + 16];
		snprintf(where, sizeof where, "%s:%d", file, line);
		problem(where, why);
	}
}

static void read_file(struct config *c, const char *path, config_problem *problem)
{
	struct buf text = BUF_INIT(CONFIG_FILE_MAX);
	struct stat st;
	const char *why = NULL;
	/* A FIFO must not make anybody wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			why = strerror(errno);
	} else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		why = "not a regular file";
	} else if (buf_read(&text, fd) != 0) {
		why = errno == EFBIG ? "larger than 64 KiB" : strerror(errno);
	} else if (memchr(text.data, '\0', text.len)) {
		why = "not a text file";
	}
	if (why && problem)
		problem(path, why);
	if (fd >= 0)
		close(fd);
	char *rest = why || fd < 0 ? NULL : text.data;
	if (rest && strncmp(rest, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
		rest += 3;
	for (int line = 1; rest && *rest; line++) {
		char *end = strchr(rest, '\n');
		if (end)
			*end++ = '\0';
		read_line(c, rest, path, line, problem);
		rest = end;
	}
	buf_free(&text);
}

int config_path(const char *variable, const char *fallback, const char *name, char *out, size_t size)
{
	const char *base = getenv(variable);
	const char *middle = "";
	if (!base || base[0] != '/') { /* the XDG specification: a relative path is to be ignored */
		base = getenv("HOME");
		middle = fallback;
	}
	if (!base || base[0] != '/')
		return -1;
	int n = snprintf(out, size, "%s/%s%shomelab%s%s", base, middle, *middle ? "/" : "", *name ? "/" : "", name);
	return n > 0 && (size_t)n < size ? 0 : -1;
}

void config_load(struct config *c, config_problem *problem)
{
	char path[PATH_BYTES];
	*c = (struct config){0};
	for (int key = 0; key < CONFIG_KEYS; key++) {
		const char *value = getenv(keys[key].name);
		if (value)
			offer(c, key, value, NULL, 0, problem);
	}
	if (config_path("XDG_CONFIG_HOME", ".config", "usage.conf", path, sizeof path) == 0)
		read_file(c, path, problem);
	read_file(c, SYSTEM_CONF, problem);
}

void config_free(struct config *c)
{
	for (int key = 0; key < CONFIG_KEYS; key++) {
		free(c->values[key].text);
		free(c->values[key].file);
	}
	*c = (struct config){0};
}

const char *config_text(const struct config *c, enum config_key key)
{
	return c->values[key].text;
}

int config_ms(const struct config *c, enum config_key key)
{
	const char *text = c->values[key].text;
	int ms = 0;
	for (; text && *text && ms < CONFIG_PUSH_TIMEOUT_MS; text++)
		ms = ms * 10 + (*text - '0');
	return ms < CONFIG_PUSH_TIMEOUT_MS ? ms : CONFIG_PUSH_TIMEOUT_MS;
}

const char *config_name(enum config_key key)
{
	return keys[key].name;
}

int config_set(struct config *c, enum config_key key, const char *text, const char **why)
{
	*why = keys[key].check(text);
	if (!*why && put(c, key, text, NULL, 0) != 0)
		*why = "out of memory";
	return *why ? -1 : 0;
}

static bool one_of(const char *value, const char *const *names)
{
	for (; *names; names++)
		if (strcasecmp(value, *names) == 0)
			return true;
	return false;
}

bool config_off(const struct config *c, enum config_key *decided)
{
	static const char *const on[] = {"1", "on", "true", "yes", NULL};
	static const char *const may_track[] = {"0", "false", NULL};
	const char *telemetry = config_text(c, CONFIG_TELEMETRY);
	const char *do_not_track = config_text(c, CONFIG_DO_NOT_TRACK);
	*decided = CONFIG_TELEMETRY;
	/* A value that nobody knows is read as "off": it was set by someone who wanted something. */
	if (telemetry && !one_of(telemetry, on))
		return true;
	if (!do_not_track || one_of(do_not_track, may_track))
		return false;
	*decided = CONFIG_DO_NOT_TRACK;
	return true;
}

void config_origin(const struct config *c, enum config_key key, char *out, size_t size)
{
	const struct config_value *v = &c->values[key];
	if (!v->text)
		snprintf(out, size, "default");
	else if (!v->file)
		snprintf(out, size, "environment");
	else
		snprintf(out, size, "%s:%d", v->file, v->line);
}
