/*
 * The environment of logcli, Loki's own command line, for what our configuration leaves unset: LOKI_ADDR,
 * LOKI_USERNAME, LOKI_PASSWORD, LOKI_ORG_ID, LOKI_BEARER_TOKEN, LOKI_BEARER_TOKEN_FILE, LOKI_CA_CERT_PATH,
 * LOKI_CLIENT_CERT_PATH, LOKI_CLIENT_KEY_PATH, LOKI_TLS_SKIP_VERIFY. Only for reading: telemetry never goes where these point to.
 */
#ifndef LOGCLI_H
#define LOGCLI_H

#include "config.h"
#include "loki.h"

/* Without a configured URL, takes LOKI_ADDR. 0, or -1 and why: it is no URL of a Loki. */
int logcli_address(struct config *c, char why[LOKI_WHY_MAX]);

/*
 * Fills in tenant, log-in and TLS. Nothing if LOKI_ADDR names another server: these secrets are for that one.
 * 0, or -1 and why.
 */
int logcli_fill(struct loki *l, char why[LOKI_WHY_MAX]);

#endif
