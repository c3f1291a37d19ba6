# Each event is in Loki once, or counted as dropped: faults, crowds, clocks, full disks, machines that end.

load helper
setup() { hl_setup; }
teardown() { hl_teardown; }

delivery() { needs_double && "$HL_TESTS/delivery" --prefix "$HL_PREFIX" "$@"; }
entries() { curl -sf "$LOKI_URL/double/entries" | jq length; }
requests() { curl -sf "$LOKI_URL/double/requests" | jq -c '.[] | select(.path == "/loki/api/v1/push")'; }
dropped() {
    cat "$HL_STATE/push" "$HL_STATE/dropped" 2>/dev/null |
        grep -E '^(too-old|too-far-behind|too-new|refused|unreadable|spool-full|journal-full) [1-9]' | sort
}
spool_add() { # FILE VERB NS
    [ -d "$HL_STATE" ] || (umask 077 && mkdir -p "$HL_STATE" && : >"$HL_STATE/lock")
    (umask 077 && printf '%s 0 %s %s\n' "$3" "$HL_VERSION" "$2" >>"$HL_STATE/$1")
}
spool_empty() { [ -z "$(cat "$HL_STATE"/spool* 2>/dev/null)" ]; }

@test "hl-emit and hl-push, failing or killed at each system call that matters: none lost, doubled or miscounted" {
    # strace and LeakSanitizer can't have the same process
    ASAN_OPTIONS=detect_leaks=0 delivery sweep ${HL_SANITIZED:+--every 5}
}

@test "many writers, killed ones, a killed hl-push, a Loki that fails in all ways: none lost, doubled or miscounted" {
    delivery storm --seed "${HL_SEED:-1}" --events 1500
}

@test "a day without Loki: 50,000 events arrive, oldest first, in few requests" {
    delivery outage
}

@test "200 wrappers at once and 2,000 events in a burst: all arrive, in few requests, one hl-push at a time" {
    needs_double
    loki_start
    loki_configure
    mkdir -p verbs/net
    printf '#!/bin/sh\n' >verbs/net/check
    chmod +x verbs/net/check
    hl-wrap --verbs verbs -o homelab
    (while [ ! -e over ]; do pgrep -c -f "^$HL_PUSH" || true; sleep 0.02; done >alive) 3>&- &
    watcher=$!
    for _ in $(seq 200); do ./homelab net check 3>&- & pids+=" $!"; done
    # shellcheck disable=SC2086
    wait $pids
    pids=
    for _ in 1 2 3 4; do (for _ in $(seq 500); do hl-emit burst 0; done) 3>&- & pids+=" $!"; done
    # shellcheck disable=SC2086
    wait $pids
    eventually 8 no_pusher
    touch over
    wait "$watcher"
    [ "$(sort -n alive | tail -n 1)" -eq 1 ]
    [ "$(entries)" -eq 2200 ]
    [ "$(requests | wc -l)" -le 44 ]
    [ -z "$(dropped)" ]
}

@test "a lock that a killed hl-push held holds up nobody" {
    needs_double
    loki_start --mode push=delay:700
    loki_configure
    hl-emit a 0
    eventually 5 pgrep -f "^$HL_PUSH"
    pkill -9 -f "^$HL_PUSH"
    eventually 5 no_pusher
    loki_mode '{"push": "ok"}' >/dev/null
    hl-emit b 0
    eventually 5 spool_empty
    [ "$(entries)" -eq 2 ]
}

@test "behind another machine's newer lines: what Loki refuses is counted, by stream, and nothing else is lost" {
    needs_double
    loki_start
    loki_configure
    now=$(now_ns)
    for verb in a b; do loki_push "$(id -un)" "$verb" "$now"; done
    # In one request, Loki would tell the fate of the last stream alone.
    for minute in 180 170 160 65; do
        for verb in a b c; do spool_add spool "$verb" $((now - minute * 60000000000)); done
    done
    for verb in a b c; do spool_add spool "$verb" $((now - 30 * 60000000000)); done
    hl-push --now >said
    grep -q '^Dropped 8 events: too-far-behind' said
    [ "$(dropped)" = "too-far-behind 8" ]
    [ "$(entries)" -eq $((2 + 15 - 8)) ]
}

@test "a clock that was ahead: what Loki refuses as too new is counted" {
    needs_double
    loki_start
    loki_configure
    now=$(now_ns)
    for ahead in 0 300 1000 1001 5000; do spool_add spool v $((now + ahead * 1000000000)); done
    hl-push --now
    [ "$(dropped)" = "too-new 3" ]
    [ "$(entries)" -eq 2 ]
}

@test "a clock that steps back: no nanosecond is given twice, and time goes on" {
    for back in 1 60 599; do
        rm -rf "$HL_STATE"
        hl-emit v 0
        ahead=$(($(now_ns) + back * 1000000000))
        printf '%019d\n' "$ahead" >"$HL_STATE/lock"
        for _ in 1 2 3; do hl-emit v 0; done
        tail -n 3 "$HL_STATE/journal" | cut -d' ' -f1 >times
        [ "$(sort -nu times | wc -l)" -eq 3 ]
        [ "$(head -n 1 times)" -eq $((ahead + 1)) ]
    done
    # A step of more than what Loki takes ahead of its clock is believed.
    printf '%019d\n' $(($(now_ns) + 3600 * 1000000000)) >"$HL_STATE/lock"
    hl-emit v 0
    [ "$(tail -n 1 "$HL_STATE/journal" | cut -d' ' -f1)" -le "$(now_ns)" ]
}

@test "a full disk: what hl-emit recorded arrives once, what it could not it says, and the back-off is kept" {
    needs_double
    loki_start
    loki_configure
    mkdir -p "${HL_STATE%/*}" && mkdir -m 700 "$HL_STATE"
    cat >inside <<'END'
mount -t tmpfs -o size=64k,mode=700 none "$1" || exit 99
HOMELAB_USAGE_WAIT_MS=800 hl-emit first 0
hl-push --now >/dev/null 2>&1 && exit 95 # leaves a back-off, which then has a file to be kept in
n=0
while hl-emit "v$n" 0 2>/dev/null; do n=$((n + 1)); [ "$n" -lt 2000 ] || exit 98; done
hl-emit one 0 2>said && exit 97
[ "$(wc -l <said)" -eq 1 ] || exit 96
hl-push --now >/dev/null 2>&1 && exit 95
grep -q "^failures 3$" "$1/push" || exit 94
curl -sf -X POST -d '{"push": "ok"}' "$HOMELAB_LOKI_URL/double/mode" >/dev/null
hl-push --now || exit 93
echo "$((n + 1))" >recorded
END
    loki_mode '{"push": "status:503"}' >/dev/null
    unshare -m sh -c 'mount -t tmpfs -o size=64k,mode=700 none "$1" && umount "$1"' sh "$HL_STATE" ||
        skip "no mount namespaces here"
    unshare -m sh ./inside "$HL_STATE"
    [ "$(entries)" -eq "$(cat recorded)" ]
    [ "$(curl -sf "$LOKI_URL/double/entries" | jq -r '.[].labels.verb' | sort -u | wc -l)" -eq "$(cat recorded)" ]
}

@test "after a failure the first requests are small" {
    needs_double
    loki_start --mode push=status:503
    loki_configure
    for n in $(seq 400); do echo "$(($(now_ns) + n)) 0 $HL_VERSION v"; done >lines
    spool_add spool v "$(now_ns)"
    cat lines >>"$HL_STATE/spool"
    run hl-push --now
    [ "$status" -eq 1 ]
    loki_mode '{"push": "ok"}' >/dev/null
    hl-push --now
    [ "$(entries)" -eq 401 ]
    [ "$(requests | jq -c 'select(.status == 204) | .entries | length' | tr '\n' ' ')" = "50 100 200 51 " ]
}

@test "a machine that ends with the command: with HOMELAB_USAGE_WAIT_MS the event is there" {
    needs_double
    loki_start
    loki_configure
    mkdir verbs
    printf '#!/bin/sh\nexit 3\n' >verbs/x
    chmod +x verbs/x
    hl-wrap --verbs verbs -o homelab
    # A process group that is killed the instant the verb returns, and a container, which takes all processes along.
    for n in 1 2 3 4 5; do
        HOMELAB_USAGE_WAIT_MS=800 setsid sh -c './homelab x; kill -9 0' 3>&- || true
        [ "$(entries)" -eq "$n" ]
    done
    unshare --pid --fork --mount-proc true || skip "no namespaces here"
    for n in 6 7 8; do
        HOMELAB_USAGE_WAIT_MS=800 unshare --pid --fork --kill-child sh -c './homelab x; kill -9 $$' || true
        [ "$(entries)" -eq "$n" ]
    done
    # Without it the event waits for the next command.
    unshare --pid --fork --kill-child sh -c './homelab x; kill -9 $$' || true
    [ "$(entries)" -eq 8 ]
    hl-push --now
    [ "$(entries)" -eq 9 ]
}

@test "HOMELAB_USAGE_WAIT_MS is kept, whatever Loki does" {
    needs_double
    loki_start
    loki_configure
    for mode in blackhole drip status:503 close garbage delay:2000; do
        loki_mode "{\"push\": \"$mode\"}" >/dev/null
        rm -rf "$HL_STATE"
        start=$(now_ns)
        HOMELAB_USAGE_WAIT_MS=200 hl-emit v 0
        took=$((($(now_ns) - start) / 1000000))
        [ "$took" -lt 700 ] || { echo "$mode: $took ms"; return 1; } # a busy machine's share included; an attempt takes 800
        eventually 5 no_pusher
    done
}

@test "--now delivers whether due or not, and says so" {
    needs_double
    loki_start --mode push=status:503
    loki_configure
    run hl-push --now
    [ "$status" -eq 0 ]
    [ "$output" = "Nothing waits to be delivered." ]
    for n in 1 2 3; do hl-emit "v$n" 0; done
    eventually 5 grep -qs '^failures 1' "$HL_STATE/push"
    eventually 5 no_pusher
    run --separate-stderr hl-push --now
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    # shellcheck disable=SC2154
    [ "$stderr" = "hl-push: 3 events wait: HTTP 503: double" ] || [[ "$stderr" == "hl-push: 3 events wait: HTTP 503"* ]]
    grep -q '^failures 2' "$HL_STATE/push"
    loki_mode '{"push": "ok"}' >/dev/null
    spool_add spool old 1000000000000000000
    run hl-push --now
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "Delivered 3 events in 1 request to $LOKI_URL." ]
    [ "${lines[1]}" = "Dropped 1 event: too-old." ]
    [ "$(entries)" -eq 3 ]
    run hl-push --now
    [ "$output" = "Nothing waits to be delivered." ]
}

@test "--now waits for the hl-push that runs" {
    needs_double
    loki_start --mode push=delay:500
    loki_configure
    hl-emit a 0
    eventually 5 pgrep -f "^$HL_PUSH"
    run hl-push --now
    [ "$status" -eq 0 ]
    spool_empty
    [ "$(entries)" -eq 1 ]
}

@test "--now without a Loki, or with telemetry off, sends nothing and says why" {
    hl-emit v 0
    run --separate-stderr hl-push --now
    [ "$status" -eq 1 ]
    [[ "$stderr" == "hl-push: no Loki is configured: set HOMELAB_LOKI_URL"* ]]
    export HOMELAB_LOKI_URL=http://127.0.0.1:1 HOMELAB_TELEMETRY=0
    run --separate-stderr hl-push --now
    [ "$status" -eq 1 ]
    [ "$stderr" = "hl-push: telemetry is off: HOMELAB_TELEMETRY (environment); nothing is sent" ]
    unset HOMELAB_TELEMETRY
    echo "HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token" >conf
    mkdir -p "${HL_CONF%/*}"
    mv conf "$HL_CONF"
    echo secret >token
    chmod 644 token
    HOMELAB_LOKI_URL=http://127.0.0.1:1 hl-emit v 0
    eventually 5 no_pusher
    run --separate-stderr hl-push --now
    [ "$status" -eq 1 ]
    [[ "$stderr" == "hl-push: 1 event waits: "*"others can read"* ]]
}

@test "hl-push answers --help and --version on stdout, misuse on stderr" {
    [[ "$(hl-push --help)" == "usage: hl-push [--now]"* ]]
    [ "$(hl-push --version)" = "hl-push $HL_VERSION" ]
    for misuse in --later x '--now x'; do
        # shellcheck disable=SC2086
        run --separate-stderr hl-push $misuse
        [ "$status" -eq 2 ]
        [ -z "$output" ]
    done
}

@test "nothing of a spool is read through what others could write" {
    needs_double
    loki_start
    loki_configure
    hl-emit a 0
    eventually 5 no_pusher
    chmod 777 "$HL_STATE"
    run --separate-stderr hl-push --now
    [ "$status" -eq 1 ]
    [ "${#stderr_lines[@]}" -eq 1 ]
}
