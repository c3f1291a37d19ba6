# What every test stands on: a home of its own, nothing of the caller's environment, and a Loki
# double on a free port. The programs tested are the installed ones ($HL_PREFIX, `make test`).
#
# shellcheck disable=SC2034 # some are for the tests alone
#
# Against a real server: HL_TEST_LOKI_URL=http://… make test (HL_TEST_LOKI_TENANT_PREFIX: hl-test).

bats_require_minimum_version 1.5.0

HL_TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
HL_PREFIX=${HL_PREFIX:-$HL_TESTS/../build/test/root}
HL_PREFIX=$(cd "$HL_PREFIX" && pwd) || { echo "no installed programs: run make test" >&2; return 1; }
HL_SYSTEM_CONF=$HL_PREFIX/etc/homelab/usage.conf
HL_VERSION=$(cat "$HL_TESTS/../VERSION")
HL_PUSH=$HL_PREFIX/libexec/homelab-usage/hl-push

# A private world in the test's temporary directory, which becomes the working directory.
hl_setup() {
    local name
    for name in $(compgen -e); do
        case $name in
        HOMELAB_* | LOKI_* | XDG_* | *_proxy | *_PROXY | DO_NOT_TRACK | NO_COLOR | ENV | BASH_ENV | CDPATH | COLUMNS) unset "$name" ;;
        esac
    done
    export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 TERM=dumb TZ=UTC
    export PATH=$HL_PREFIX/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
    mkdir -p "$HOME"
    HL_STATE=$HOME/.local/state/homelab
    HL_CONF=$HOME/.config/homelab/usage.conf
    umask 022
    cd "$BATS_TEST_TMPDIR" || return
}

# Undoes what hl_setup's test may have left running. A pusher that outlives its test is a fault.
hl_teardown() {
    loki_stop
    rm -f "$HL_SYSTEM_CONF"
    eventually 5 no_pusher
}

no_pusher() { ! pgrep -f "^$HL_PUSH" >/dev/null; }

# eventually SECONDS COMMAND...: polls until COMMAND succeeds; fails once the time is up.
eventually() {
    local deadline=$((SECONDS + $1 + 1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || { echo "still false after the deadline: $*" >&2; return 1; }
        sleep 0.02
    done
}

# loki_start [FLAG...]: a Loki in $LOKI_URL, and a tenant of the test's own. FLAGS are the double's.
loki_start() {
    LOKI_TENANT=${HL_TEST_LOKI_TENANT_PREFIX:-hl-test}-$BASHPID-$RANDOM
    if [ -n "${HL_TEST_LOKI_URL:-}" ]; then
        LOKI_URL=$HL_TEST_LOKI_URL
        return
    fi
    "$HL_TESTS/loki-double" --port-file "$BATS_TEST_TMPDIR/port" --parent "$$" "$@" \
        >"$BATS_TEST_TMPDIR/loki.log" 2>&1 3>&- &
    LOKI_PID=$!
    eventually 10 test -s "$BATS_TEST_TMPDIR/port"
    LOKI_PORT=$(cat "$BATS_TEST_TMPDIR/port")
    LOKI_URL=http://127.0.0.1:$LOKI_PORT
}

loki_stop() {
    [ -n "${LOKI_PID:-}" ] || return 0
    kill "$LOKI_PID" 2>/dev/null || true
    wait "$LOKI_PID" 2>/dev/null || true
    rm -f "$BATS_TEST_TMPDIR/port"
    LOKI_PID=
}

# Tests that need the double's own faults or inspection.
needs_double() {
    [ -z "${HL_TEST_LOKI_URL:-}" ] || skip "a real Loki can't be made to fail on demand"
}

# Points the programs at that Loki.
loki_configure() {
    export HOMELAB_LOKI_URL=$LOKI_URL HOMELAB_LOKI_TENANT=$LOKI_TENANT
}

# loki_mode '{"push": "status:503"}': what the double does from now on.
loki_mode() { curl -sf -X POST -d "$1" "$LOKI_URL/double/mode"; }

# Every stored entry of the tenant, "VERB|LINE", in the order of time.
loki_entries() {
    curl -sfG -H "X-Scope-OrgID: $LOKI_TENANT" "$LOKI_URL/loki/api/v1/query_range" \
        --data-urlencode 'query={job="homelab-usage"}' --data-urlencode "start=$(($(date +%s) - 3600 * 24 * 6))" \
        --data-urlencode 'limit=5000' --data-urlencode direction=forward |
        jq -r '[.data.result[] | .stream.verb as $v | .values[] | {t: .[0], l: ($v + "|" + .[1])}] | sort_by(.t)[] | .l'
}

loki_has() { [ "$(loki_entries)" = "$1" ]; }

# loki_push USER VERB NS [EXIT]: one entry, past the project's own programs.
loki_push() {
    jq -nc --arg u "$1" --arg v "$2" --arg t "$3" --arg l "exit=${4:-0} ver=$HL_VERSION" \
        '{streams: [{stream: {job: "homelab-usage", user: $u, verb: $v}, values: [[$t, $l]]}]}' |
        curl -sf -H "X-Scope-OrgID: $LOKI_TENANT" -H 'Content-Type: application/json' --data-binary @- "$LOKI_URL/loki/api/v1/push"
}

# loki_seed: events of any age into the double, from lines "USER VERB-WITH-_-FOR-SPACE NS [EXIT [VERSION]]" on stdin;
# "-" is a label or status that isn't there. A real Loki takes none older than 7 days.
loki_seed() {
    jq -Rnc --arg v "$HL_VERSION" '{streams: [inputs | split(" ") | {
        stream: ({job: "homelab-usage"} + if .[0] == "-" then {} else {user: .[0]} end
            + if .[1] == "-" then {} else {verb: (.[1] | gsub("_"; " "))} end),
        values: [[.[2], (if .[3] == "-" then "" else "exit=" + (.[3] // "0") + " " end) + "ver=" + (.[4] // $v)]]}]}' |
        curl -sf -H "X-Scope-OrgID: $LOKI_TENANT" -H 'Content-Type: application/json' --data-binary @- "$LOKI_URL/double/seed"
}

# journal_seed: the same lines into the journal; the user is of no account there.
journal_seed() {
    local verb ns status version
    while read -r _ verb ns status version; do
        journal_add "${verb//_/ }" "$ns" "$status" "$version"
    done
}

# journal_add VERB NS [EXIT [VERSION]]: a record, past hl-emit.
journal_add() {
    [ -d "$HL_STATE" ] || (umask 077 && mkdir -p "$HL_STATE")
    [ -e "$HL_STATE/lock" ] || (umask 077 && : >"$HL_STATE/lock")
    (umask 077 && printf '%s %s %s %s\n' "$2" "${3:-0}" "${4:-$HL_VERSION}" "$1" >>"$HL_STATE/journal")
}

now_ns() { date +%s%N; }
