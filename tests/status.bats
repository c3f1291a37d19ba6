# hl-usage status: do the events get out, and if not, why?

load helper
load status
setup() {
    hl_setup
    mkdir -p "${HL_CONF%/*}"
}
teardown() { hl_teardown; }

# A snapshot of every file, with what a look must not change.
snapshot() { find "$HOME" -printf '%p %m %s %T@ %y\n' | sort; }

@test "nothing was ever recorded, no Loki: healthy, and nothing is made" {
    run -0 --separate-stderr hl-usage status
    [ "${lines[0]}" = "Healthy: no Loki is configured, events stay in this user's journal" ]
    [ -z "$stderr" ]
    [ "$(says telemetry)" = "on: HOMELAB_TELEMETRY is not set" ]
    [ "$(says sink)" = "journal: HOMELAB_LOKI_URL is not set" ]
    [ "$(says user)" = "$(id -un)" ]
    [ "$(says state)" = "$HL_STATE" ]
    [ "$(says journal)" = "0 events" ]
    [ "$(says dropped)" = none ]
    [[ $(says versions) == "hl-usage $HL_VERSION, libcurl "*", json-c "* ]]
    [ ! -e "$HOME/.local" ]
    HOMELAB_LOKI_URL=http://127.0.0.1:1 run -0 hl-usage status
    [ "${lines[0]}" = "Healthy: nothing waits, and nothing was delivered to this Loki yet" ]
    [ ! -e "$HOME/.local" ]
    HOMELAB_USAGE_STATE_DIR=$PWD/none/such/far/away/state run -1 hl-usage status
    [[ ${lines[0]} == "Events are not getting out: nothing can be recorded: $PWD/none/such/far/away/state: "* ]]
}

@test "which variable or file decides, and that opted out is healthy" {
    local name value where
    HOMELAB_TELEMETRY=0 run -0 hl-usage status
    [ "${lines[0]}" = "Healthy: telemetry is off, nothing is recorded" ]
    [ "$(says telemetry)" = "off: HOMELAB_TELEMETRY=0 (environment)" ]
    DO_NOT_TRACK=1 run -0 hl-usage status
    [ "$(says telemetry)" = "off: DO_NOT_TRACK=1 (environment)" ]
    mkdir -p "${HL_SYSTEM_CONF%/*}"
    printf '# a comment\nHOMELAB_TELEMETRY=off\n' >"$HL_SYSTEM_CONF"
    run -0 hl-usage status
    [ "$(says telemetry)" = "off: HOMELAB_TELEMETRY=off ($HL_SYSTEM_CONF:2)" ]
    echo HOMELAB_TELEMETRY=on >"$HL_CONF"
    run -0 hl-usage status
    [ "$(says telemetry)" = "on: HOMELAB_TELEMETRY=on ($HL_CONF:1)" ]
    HOMELAB_TELEMETRY=maybe run -0 hl-usage status --json
    [ "$(member '.telemetry | [.on, .variable, .value, .origin] | join(" ")')" = "false HOMELAB_TELEMETRY maybe environment" ]
    [ "$(member .healthy)" = true ]
    printf 'HOMELAB_TELEMETRY: 0\n' >"$HL_CONF"
    run -0 hl-usage status
    [[ $(says telemetry) == "off: HOMELAB_TELEMETRY="*" ($HL_CONF:1)" ]]
}

@test "opted out is healthy whatever else is wrong, and it is shown all the same" {
    echo 'HOMELAB_LOKI_URL=nonsense' >"$HL_CONF"
    ln -s /nonexistent "$HOME/.local"
    HOMELAB_TELEMETRY=0 run -0 hl-usage status
    [[ $(says state) == "$HL_STATE: "* ]]
    [[ $(says problem) == "$HL_CONF:1: "* ]]
}

@test "the journal: events, bytes, the first" {
    journal_add "a b" "$(ago 7300)"
    journal_add c "$(ago 60)"
    (umask 077 && mv "$HL_STATE/journal" "$HL_STATE/journal.1")
    journal_add d "$(now_ns)"
    echo garbage >>"$HL_STATE/journal"
    printf 'torn' >>"$HL_STATE/journal"
    run -0 hl-usage status
    [ "${lines[0]}" = "Healthy: no Loki is configured, events stay in this user's journal" ]
    [[ $(says journal) =~ ^"3 events, "[0-9]+" bytes; the first from 20"..-..-..\ ..:..\ \("2 h ago); 1 line is no record"$ ]]
    [ -z "$(says waiting)" ]
    run -0 hl-usage status --json
    [ "$(member .sink)" = journal ]
    [ "$(member .journal.events)" = 3 ]
    [ "$(member .journal.skipped_lines)" = 1 ]
    first=$(member '.journal.first | fromdate')
    [ "$first" -eq $(($(head -n1 "$HL_STATE/journal.1" | cut -d' ' -f1) / 1000000000)) ]
}

@test "delivered: healthy, with the Loki, its tenant and the last success" {
    needs_double
    loki_start
    printf 'HOMELAB_LOKI_URL=%s/\nHOMELAB_LOKI_TENANT=%s\n' "$LOKI_URL" "$LOKI_TENANT" >"$HL_CONF"
    hl-emit v 0
    eventually 5 loki_has "v|exit=0 ver=$HL_VERSION"
    eventually 5 no_pusher
    run -0 hl-usage status
    [ "${lines[0]}" = "Healthy: all events are in Loki" ]
    [ "$(says sink)" = "Loki at $LOKI_URL ($HL_CONF:1)" ]
    [ "$(says tenant)" = "$LOKI_TENANT" ]
    [ "$(says waiting)" = "0 events" ]
    [[ $(says delivered) == 20*" ago)" ]]
    [ -z "$(says failed)" ]
    [ "$(says hl-push)" = "not running" ]
    run -0 hl-usage status --json
    [ "$(member '[.sink, .loki.url, .loki.tenant, .loki.origin, .delivery.failures] | join(" ")')" = \
        "loki $LOKI_URL $LOKI_TENANT $HL_CONF:1 0" ]
    [ "$(member '.delivery | has("last_success") and (has("last_failure") or has("not_before") | not)')" = true ]
}

@test "while it is on its way: healthy, and hl-push runs" {
    needs_double
    loki_start --mode push=blackhole
    loki_configure
    export HOMELAB_LOKI_TIMEOUT_MS=800
    hl-emit v 0
    eventually 5 pgrep -f "^$HL_PUSH"
    pid=$(pgrep -f "^$HL_PUSH")
    kill -STOP "$pid"
    running() { [ "$(hl-usage status --json | jq .delivery.running)" = true ]; }
    # It may have been stopped before it had its lock.
    until running; do kill -CONT "$pid"; kill -STOP "$pid"; done
    run -0 hl-usage status
    kill -CONT "$pid"
    [ "${lines[0]}" = "Healthy: 1 event on the way to Loki" ]
    [ "$(says hl-push)" = "running, process $pid" ]
}

@test "a refused Loki: healthy for five minutes, then not; with reason, back-off and what to do" {
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    failed_once
    run -0 hl-usage status
    [[ ${lines[0]} == "Healthy: 1 event waits for the next attempt; the last one failed: "*onnect* ]]
    [[ $(says waiting) == "1 event, "*" bytes; the oldest from 20"*" s ago)" ]]
    [[ $(says failed) == 20*" ago): "*onnect* ]]
    [[ $(says back-off) == "no attempt before 20"*" (in "*" s)" ]]
    [ "$(says delivered)" = never ]
    spool_add spool.1 w "$(ago 301)"
    run -1 hl-usage status
    [[ ${lines[0]} == "Events are not getting out: "*onnect*"; hl-usage status --probe asks that Loki what is wrong" ]]
    [[ $(says waiting) == "2 events, "*" (5 min ago)" ]]
    run -1 hl-usage status --json
    [ "$(member '[.healthy, .spool.events, .delivery.failures, .delivery.running] | join(" ")')" = "false 2 1 false" ]
    [ "$(member '.delivery.not_before | fromdate')" -eq "$(sed -n 's/^next //p' "$HL_STATE/push")" ]
    [ "$(member '.delivery.last_failure | fromdate')" -eq "$(sed -n 's/^failure //p' "$HL_STATE/push")" ]
    [ "$(member .delivery.reason)" = "$(sed -n 's/^reason //p' "$HL_STATE/push")" ]
    sed -i 's/^failures .*/failures 7/' "$HL_STATE/push"
    run -1 hl-usage status
    [[ $(says failed) == *", 7 times in a row: "* ]]
}

@test "a failure at another Loki says nothing about this one" {
    HOMELAB_LOKI_URL=http://127.0.0.1:1 failed_once
    export HOMELAB_LOKI_URL=http://127.0.0.1:2
    run -0 hl-usage status
    [ "${lines[0]}" = "Healthy: 1 event on the way to Loki" ]
    [[ $(says failed) == *", to another Loki: "* ]]
    [ -z "$(says back-off)" ]
    run -0 hl-usage status --json
    [ "$(member .delivery.failures)" = 0 ]
    spool_add spool.1 w "$(ago 400)"
    run -1 hl-usage status
    [[ ${lines[0]} == "Events are not getting out: 2 events wait and nothing delivers them: "*"hl-push --now" ]]
}

@test "what of a segment is delivered does not wait" {
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    local now
    now=$(now_ns)
    for n in 0 1 2; do spool_add spool.3 "v$n" $((now + n)); done
    spool_add spool w $((now + 9))
    len=$(head -n1 "$HL_STATE/spool.3" | wc -c)
    (umask 077 && printf 'first %s\noffset %s\n' "$now" "$len" >"$HL_STATE/push")
    run -0 hl-usage status --json
    [ "$(member .spool.events)" = 3 ]
    [ "$(member .spool.bytes)" = $(($(cat "$HL_STATE"/spool* | wc -c) - len)) ]
    sed -i "s/^first .*/first 1/" "$HL_STATE/push" # another segment of that number
    run -0 hl-usage status --json
    [ "$(member .spool.events)" = 4 ]
}

@test "dropped, by reason; Loki's refusal of the last delivery is no good health" {
    needs_double
    loki_start
    loki_configure
    loki_push "$(id -un)" v "$(now_ns)"
    spool_add spool v "$(ago 7200)"
    spool_add spool old "$(ago 864000)"
    (umask 077 && printf 'spool-full 100\n' >"$HL_STATE/dropped")
    hl-push --now
    run -1 hl-usage status
    [[ ${lines[0]} == "Events are not getting out: Loki refused the last of them: HTTP 400"* ]]
    [ "$(says dropped)" = "1 too-old, 1 too-far-behind, 100 spool-full" ]
    run -1 hl-usage status --json
    [ "$(member '.dropped | map("\(.count) \(.reason)") | join(", ")')" = "1 too-old, 1 too-far-behind, 100 spool-full" ]
    # A later success ends it.
    sed -i "s/^success .*/success $(($(date +%s) + 1))/" "$HL_STATE/push"
    run -0 hl-usage status
    [ "${lines[0]}" = "Healthy: all events are in Loki" ]
}

@test "problems of the configuration: file, line, reason" {
    printf 'HOMELAB_LOKI_TIMEOUT_MS=soon\nnonsense\nHOMELAB_LOKI_URI=http://x\n' >"$HL_CONF"
    run -0 --separate-stderr hl-usage status
    [ -z "$stderr" ]
    [ "$(grep -c ^problem <<<"$output")" -eq 3 ]
    [[ $output == *"problem    $HL_CONF:1: HOMELAB_LOKI_TIMEOUT_MS ignored: "*"problem    $HL_CONF:2: "*"problem    $HL_CONF:3: unknown"* ]]
    HOMELAB_LOKI_RESOLVE=x run -1 hl-usage status --json
    [ "$(member '.problems[0] | [.where, has("line"), .reason] | join("|")')" = \
        "environment|false|HOMELAB_LOKI_RESOLVE ignored: the form is host:port:address" ]
    [ "$(member '.problems[1] | [.where, .line] | join(":")')" = "$HL_CONF:1" ]
    [ "$(member .verdict)" = 'HOMELAB_LOKI_RESOLVE is not valid, see "problem" below; mend it' ]
    seq 150 >"$HL_CONF"
    run -0 hl-usage status
    [ "$(grep -c ^problem <<<"$output")" -eq 101 ]
    [[ $output == *"and 50 more"* ]]
}

@test "a URL that isn't one is not shown, and not healthy" {
    export HOMELAB_LOKI_URL=https://me:s3cret@loki.example
    run -1 hl-usage status
    [[ ${lines[0]} == "Events are not getting out: HOMELAB_LOKI_URL is not valid"* ]]
    [[ $output != *s3cret* ]]
    echo HOMELAB_LOKI_URL=http://127.0.0.1:1 >"$HL_CONF" # another source gives a good one
    run -0 hl-usage status
    [ "$(says sink)" = "Loki at http://127.0.0.1:1 ($HL_CONF:1)" ]
    [[ $(says problem) == "environment: HOMELAB_LOKI_URL ignored: "* ]]
}

@test "a configuration file that can't be read is not healthy" {
    mkfifo "$HL_CONF"
    run -1 timeout 10 hl-usage status
    [[ ${lines[0]} == "Events are not getting out: a configuration file can't be read"* ]]
    [ "$(says problem)" = "$HL_CONF: not a regular file" ]
}

@test "a secret that others can read is refused, and never shown" {
    export HOMELAB_LOKI_URL=http://127.0.0.1:1 HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token
    echo s3cret >token
    chmod 644 token
    run -1 hl-usage status --probe
    [[ ${lines[0]} == "Events are not getting out: $PWD/token: others can read"* ]]
    chmod 600 token
    run -0 hl-usage status
    [[ $output != *s3cret* ]]
    run -1 hl-usage status --json --probe
    [[ $output != *s3cret* ]]
}

@test "logcli's variables are not looked at" {
    LOKI_ADDR=http://127.0.0.1:1 run -0 hl-usage status --probe
    [ "$(says sink)" = "journal: HOMELAB_LOKI_URL is not set" ]
    [ -z "$(says query)" ]
}

@test "a hostile state directory is looked at without waiting and without a change" {
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    mkdir -m 700 -p "$HL_STATE"
    (umask 077
        : >"$HL_STATE/lock"
        mkfifo "$HL_STATE/spool.1" "$HL_STATE/journal" "$HL_STATE/push" "$HL_STATE/dropped"
        ln -s /dev/zero "$HL_STATE/spool.2"
        mkdir "$HL_STATE/spool.3"
        truncate -s 1T "$HL_STATE/spool.4"
        head -c 100000 /dev/urandom >"$HL_STATE/spool.5"
        head -c 100000 /dev/zero >"$HL_STATE/spool.6"
        printf '\033[31m 0 0.1.0 x\n%s 0 %s good\n' "$(now_ns)" "$HL_VERSION" >"$HL_STATE/spool.7")
    snapshot >before
    run -0 timeout 20 hl-usage status
    [[ $(says waiting) == "1 event, "* ]]
    [[ $(says journal) == "0 events"* ]]
    [[ $output != *$'\033'* ]]
    run -0 timeout 20 hl-usage status --json
    [ "$(member .spool.events)" = 1 ]
    snapshot | diff before -
    rm "$HL_STATE/dropped" "$HL_STATE/push"
    (umask 077
        printf 'bad\033[31m\xff 7\nnothing\n x\nspool-full -3\njournal-full 99999999999999999999999\n\0\n' >"$HL_STATE/dropped"
        head -c 5000 /dev/urandom >"$HL_STATE/push")
    run -0 timeout 20 hl-usage status
    [[ $(says dropped) == "9223372036854775807 journal-full" ]]
    run -0 timeout 20 hl-usage status --json
    jq -e '.dropped[0].count > 9e18' <<<"$output"
}

@test "where the next event can't be appended, nothing gets out" {
    journal_add v "$(now_ns)"
    rm "$HL_STATE/journal" "$HL_STATE/lock"
    mkfifo -m 600 "$HL_STATE/lock"
    run -1 timeout 20 hl-usage status
    [[ ${lines[0]} == *"nothing can be recorded: $HL_STATE: the lock file"* ]]
    [ "$(says state)" = "$HL_STATE: the lock file in the state directory can't be used" ]
}

@test "somebody else's state directory" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    journal_add v "$(now_ns)"
    chown 12345 "$HL_STATE"
    snapshot >before
    run -1 hl-usage status --json
    [[ $(member .verdict) == "nothing can be recorded: $HL_STATE: the state directory belongs to another user"* ]]
    [ "$(member '.state.usable, .journal.events')" = $'false\n0' ]
    snapshot | diff before -
    chown 0 "$HL_STATE"
    chmod 770 "$HL_STATE"
    run -1 hl-usage status
    [[ ${lines[0]} == *"others may write"* ]]
}

# in_mounts COMMAND: in a mount namespace of its own, where there can be one.
in_mounts() { unshare -rm --propagation private sh -c "$1"; }

@test "a file system that is read-only, or full" {
    in_mounts 'mount -t tmpfs none /mnt' || skip "no mount namespaces here"
    journal_add v "$(ago 60)"
    run -1 in_mounts "mount --bind '$HOME' '$HOME' && mount -o remount,bind,ro '$HOME' && hl-usage status"
    [ "${lines[0]}" = "Events are not getting out: nothing can be recorded: $HL_STATE: Read-only file system" ]
    [[ $(says journal) == "1 event, "* ]]
    rm -r "$HOME/.local"
    run -1 in_mounts "mount --bind '$HOME' '$HOME' && mount -o remount,bind,ro '$HOME' && hl-usage status"
    [[ ${lines[0]} == *"$HL_STATE: Read-only file system" ]]
    run -1 in_mounts "mount -t tmpfs -o size=64k none '$HOME' && hl-emit v 0 &&
        { head -c 100000 /dev/zero >'$HOME/fill' || :; } 2>/dev/null && hl-usage status"
    [ "${lines[0]}" = "Events are not getting out: nothing can be recorded: $HL_STATE: no space left on its file system" ]
}

@test "a look makes nothing and changes nothing" {
    journal_add v "$(now_ns)"
    spool_add spool w "$(now_ns)"
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    failed_once
    snapshot >before
    hl-usage status
    hl-usage status --json
    # a leak can't be looked for under strace
    ASAN_OPTIONS=detect_leaks=0 strace -f -o trace -e trace=openat,open,unlinkat,renameat,mkdir,mkdirat,ftruncate hl-usage status
    snapshot | diff before -
    run -1 grep -e O_CREAT -e O_TRUNC -e unlink -e rename -e mkdir trace
}

@test "it waits for nobody's lock" {
    journal_add v "$(now_ns)"
    python3 - "$HL_STATE/lock" "$PWD/locked" 3>&- <<'END' &
import fcntl, sys, time
f = open(sys.argv[1], "r+b")
fcntl.lockf(f, fcntl.LOCK_EX, 3, 1000)
open(sys.argv[2], "w").close()
time.sleep(60)
END
    pid=$!
    eventually 10 test -e locked
    HOMELAB_LOKI_URL=http://127.0.0.1:1 run -0 timeout 20 hl-usage status
    kill "$pid"
    [ "$(says hl-push)" = "running, process $pid" ]
}

@test "hl-emit and hl-push missing, or of another version" {
    in_mounts 'mount -t tmpfs none /mnt' || skip "no mount namespaces here"
    cp -r "$HL_PREFIX/bin" bin
    rm bin/hl-emit
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    run -1 in_mounts "mount --bind bin '$HL_PREFIX/bin' && hl-usage status"
    [ "${lines[0]}" = "Events are not getting out: $HL_PREFIX/bin/hl-emit: No such file or directory; install homelab-usage again" ]
    cp "$HL_PREFIX/bin/hl-emit" bin
    rm bin/hl-push
    run -1 in_mounts "mount --bind bin '$HL_PREFIX/bin' && hl-usage status"
    [ "${lines[0]}" = "Events are not getting out: $HL_PUSH: No such file or directory; install homelab-usage again" ]
    cp "$HL_PUSH" bin
    printf '#!/bin/sh\nprintf "hl-emit 9.9.9\\n"; exec sleep 60\n' >bin/hl-emit
    chmod +x bin/hl-emit
    run -0 timeout 20 unshare -rm sh -c "mount --bind bin '$HL_PREFIX/bin' && hl-usage status"
    [[ $(says versions) == "hl-usage $HL_VERSION, hl-emit 9.9.9, libcurl "* ]]
    printf '#!/bin/sh\nexec sleep 60\n' >bin/hl-emit
    run -1 timeout 20 unshare -rm sh -c "mount --bind bin '$HL_PREFIX/bin' && hl-usage status"
    [[ ${lines[0]} == *"/bin/hl-emit: it does not say its version; "* ]]
}

@test "misuse" {
    local arguments
    for arguments in --nope extra --timeout "--timeout 0" "--timeout x" "--timeout 99999999" "--json=1" "--since 7d"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr hl-usage status $arguments
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
    done
    run -0 hl-usage status --help
    [[ ${lines[0]} == "usage: hl-usage status "* ]]
    run -0 hl-usage help status
    [[ ${lines[0]} == "usage: hl-usage status "* ]]
    run -1 --separate-stderr sh -c 'hl-usage status >/dev/full'
    [ "${#stderr_lines[@]}" -eq 1 ]
}
