/*
 * The configuration: one vocabulary of names, which are environment variables and KEY=VALUE lines
 * in $XDG_CONFIG_HOME/homelab/usage.conf (~/.config without it) and the system's usage.conf.
 * Environment wins, then user, then system, then defaults. An empty value is an unset one.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum config_key {
	CONFIG_TELEMETRY,
	CONFIG_DO_NOT_TRACK,
	CONFIG_LOKI_URL,
	CONFIG_LOKI_RESOLVE,
	CONFIG_LOKI_TENANT,
	CONFIG_LOKI_USERNAME,
	CONFIG_LOKI_PASSWORD_FILE,
	CONFIG_LOKI_BEARER_TOKEN_FILE,
	CONFIG_LOKI_CA_FILE,
	CONFIG_LOKI_CERT_FILE,
	CONFIG_LOKI_KEY_FILE,
	CONFIG_LOKI_TIMEOUT_MS,
	CONFIG_WAIT_MS,
	CONFIG_ARCHIVE,
	CONFIG_STATE_DIR,
	CONFIG_KEYS
};

enum {
	CONFIG_PUSH_TIMEOUT_MS = 800, /* default and maximum of HOMELAB_LOKI_TIMEOUT_MS, maximum of HOMELAB_USAGE_WAIT_MS */
	CONFIG_FILE_MAX = 64 * 1024,  /* bytes; a larger file is refused */
	CONFIG_VALUE_MAX = 4096,      /* bytes */
};

struct config_value {
	char *text; /* owned; NULL: not set */
	char *file; /* owned; the file that set it, NULL: the environment */
	int line;
};

struct config {
	struct config_value values[CONFIG_KEYS];
	bool ignored[CONFIG_KEYS]; /* a value was given that isn't valid */
};

/*
 * Told of each line or variable that is ignored or changed: where ("environment", "FILE:LINE" or
 * "FILE") and why.
 */
typedef void config_problem(const char *where, const char *why);

/* Reads environment and files. What can't be read or is wrong is left out, and told if problem isn't NULL. */
void config_load(struct config *c, config_problem *problem);
void config_free(struct config *c);

/* The value, or NULL if it isn't set. Owned by the config. */
const char *config_text(const struct config *c, enum config_key key);
/* A value in ms, or 0 ms if it isn't set. */
int config_ms(const struct config *c, enum config_key key);
/* As the user writes it: HOMELAB_LOKI_URL. */
const char *config_name(enum config_key key);
/* Sets a value as if the environment did; for command line options. 0, or -1 with *why: the text is not valid. */
int config_set(struct config *c, enum config_key key, const char *text, const char **why);

/* Is telemetry off? *decided is the key that says so (or CONFIG_TELEMETRY if it is on). */
bool config_off(const struct config *c, enum config_key *decided);
/* "environment", "FILE:LINE", or "default", into out. */
void config_origin(const struct config *c, enum config_key key, char *out, size_t size);

/* $VARIABLE/homelab/NAME, or $HOME/FALLBACK/homelab/NAME; 0, or -1 if it has no absolute home or is too long. */
int config_path(const char *variable, const char *fallback, const char *name, char *out, size_t size);

#endif
