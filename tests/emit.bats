# hl-emit: what is recorded, where, and what decides.

load helper
setup() { hl_setup; }
teardown() { hl_teardown; }

journal() { cut -d' ' -f2- "$HL_STATE/journal"; }

@test "an event is one line: time, exit, version, verb" {
    before=$(now_ns)
    hl-emit "net check" 3
    after=$(now_ns)
    [ "$(journal)" = "3 $HL_VERSION net check" ]
    ns=$(cut -d' ' -f1 "$HL_STATE/journal")
    [ "$before" -le "$ns" ]
    [ "$ns" -le "$after" ]
}

@test "every exit status from 0 to 255 is recorded as it is" {
    for status in $(seq 0 255); do hl-emit v "$status"; done
    [ "$(cut -d' ' -f2 "$HL_STATE/journal")" = "$(seq 0 255)" ]
}

@test "what is no verb or no status is refused, with one line, and not recorded" {
    long=$(printf 'w%.0s' $(seq 65))
    words=$(printf 'aaaaaaaaaaaaaaaa %.0s' $(seq 8))
    for verb in '' ' ' 'a  b' ' a' 'a ' $'a\nb' '-a' '.a' 'a/b' 'ä' "$long" "${words% }" '1 2 3 4 5 6 7 8 9' '? a' 'a ? b' 'a?' 'a "b"'; do
        run --separate-stderr hl-emit "$verb" 0
        [ "$status" -eq 2 ] && [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] || { echo "verb: $verb"; return 1; }
    done
    for number in '' -1 256 1000 01234 1x x ' 1' 99999999999999999999; do
        run --separate-stderr hl-emit v "$number"
        [ "$status" -eq 2 ] && [ "${#stderr_lines[@]}" -eq 1 ] || { echo "status: $number"; return 1; }
    done
    run hl-emit
    [ "$status" -eq 2 ]
    run hl-emit a 0 extra
    [ "$status" -eq 2 ]
    [ ! -e "$HL_STATE" ]
}

@test "the largest verb, misses, and odd but valid words are recorded" {
    longest="$(printf 'x%.0s' $(seq 64)) $(printf 'y%.0s' $(seq 63))"
    for verb in "$longest" '1 2 3 4 5 6 7 8' '?' 'k8s ?' 'a.b_c-d 9z'; do
        hl-emit "$verb" 0
        [ "$(tail -n1 "$HL_STATE/journal" | cut -d' ' -f4-)" = "$verb" ]
    done
}

@test "discovery verbs and usage are never recorded" {
    for verb in manifest version help usage "help net" "usage top" "manifest ?"; do hl-emit "$verb" 0; done
    [ ! -e "$HL_STATE" ]
    hl-emit "config version" 0
    [ "$(journal)" = "0 $HL_VERSION config version" ]
}

@test "each spelling of off leaves no file" {
    for off in 0 off OFF false False no NO disabled whatever 2 ' 1' $'\n'; do
        HOMELAB_TELEMETRY=$off hl-emit v 0
    done
    for off in 1 yes true 2 anything; do DO_NOT_TRACK=$off hl-emit v 0; done
    [ -z "$(ls -A "$HOME")" ]
}

@test "each spelling of on records" {
    for on in 1 on ON true Yes ''; do HOMELAB_TELEMETRY=$on hl-emit v 0; done
    for on in 0 false FALSE ''; do DO_NOT_TRACK=$on hl-emit v 0; done
    [ "$(wc -l <"$HL_STATE/journal")" -eq 10 ]
}

@test "environment wins over the user's file, that over the system's, that over the default" {
    mkdir -p "$(dirname "$HL_CONF")" "$(dirname "$HL_SYSTEM_CONF")"
    decided() { hl-emit --dry-run v 0 | head -n1; }
    [ "$(decided)" = "recorded: yes: HOMELAB_TELEMETRY is not set" ]
    echo HOMELAB_TELEMETRY=off >"$HL_SYSTEM_CONF"
    [ "$(decided)" = "recorded: no: HOMELAB_TELEMETRY=off ($HL_SYSTEM_CONF:1)" ]
    printf '# mine\n\n export=1\nHOMELAB_TELEMETRY = "on"\n' >"$HL_CONF"
    [ "$(decided)" = "recorded: yes: HOMELAB_TELEMETRY=on ($HL_CONF:4)" ]
    export HOMELAB_TELEMETRY=0
    [ "$(decided)" = "recorded: no: HOMELAB_TELEMETRY=0 (environment)" ]
    export HOMELAB_TELEMETRY=
    [ "$(decided)" = "recorded: yes: HOMELAB_TELEMETRY=on ($HL_CONF:4)" ]
    echo DO_NOT_TRACK=1 >>"$HL_SYSTEM_CONF"
    [ "$(decided)" = "recorded: no: DO_NOT_TRACK=1 ($HL_SYSTEM_CONF:2)" ]
}

@test "XDG directories move configuration and state; relative ones are ignored" {
    export XDG_CONFIG_HOME=$PWD/c XDG_STATE_HOME=$PWD/s
    mkdir -p c/homelab
    hl-emit v 0
    [ "$(cut -d' ' -f4 s/homelab/journal)" = v ]
    echo HOMELAB_TELEMETRY=0 >c/homelab/usage.conf
    hl-emit w 0
    [ "$(wc -l <s/homelab/journal)" -eq 1 ]
    XDG_CONFIG_HOME=c XDG_STATE_HOME=s hl-emit w 0
    [ "$(journal)" = "0 $HL_VERSION w" ]
    HOMELAB_USAGE_STATE_DIR=$PWD/own hl-emit x 0
    [ ! -e own ] # the configuration at XDG_CONFIG_HOME says off
    unset XDG_CONFIG_HOME
    HOMELAB_USAGE_STATE_DIR=$PWD/own hl-emit x 0
    [ "$(cut -d' ' -f4 own/journal)" = x ]
}

@test "a configuration that can't be used is passed over" {
    mkdir -p "$(dirname "$HL_CONF")"
    for text in 'HOMELAB_LOKI_URL=ftp://x' 'HOMELAB_LOKI_URL=http://me:secret@x' 'garbage' '=' $'\x01\x02'; do
        printf '%s\n' "$text" >"$HL_CONF"
        hl-emit v 0
    done
    head -c 100000 /dev/zero >"$HL_CONF"
    hl-emit v 0
    rm "$HL_CONF"
    mkfifo "$HL_CONF"
    hl-emit v 0
    [ "$(wc -l <"$HL_STATE/journal")" -eq 7 ]
}

@test "the state directory is 0700 and its files 0600, whatever the umask" {
    umask 0
    hl-emit v 0
    [ "$(stat -c %a "$HL_STATE")" = 700 ]
    [ "$(stat -c %a "$HL_STATE"/* | sort -u)" = 600 ]
}

@test "nothing is written through a link, or in another user's directory" {
    mkdir -p "$HOME/.local/state" elsewhere
    ln -s "$PWD/elsewhere" "$HL_STATE"
    run ! hl-emit v 0
    rm "$HL_STATE"
    mkdir -m 700 "$HL_STATE"
    touch target
    ln -s "$PWD/target" "$HL_STATE/journal"
    hl-emit v 0
    [ "$(wc -l <"$HL_STATE/journal")" -eq 1 ] # the link was rotated away
    rm "$HL_STATE/journal"
    mkfifo "$HL_STATE/journal"
    hl-emit v 0
    [ "$(wc -l <"$HL_STATE/journal")" -eq 1 ]
    chmod 777 "$HL_STATE"
    run ! hl-emit v 0
    [ ! -s target ]
    [ -z "$(ls elsewhere)" ]
    [ "$(wc -l <"$HL_STATE/journal")" -eq 1 ]
}

@test "root with the home of another user leaves nothing there" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    mkdir theirs
    chown 65534 theirs
    HOME=$PWD/theirs run ! hl-emit v 0
    HOME=$PWD/theirs run -0 hl-emit --dry-run v 0
    [[ ${lines[0]} == "recorded: no: the state directory would have to be made in a directory of another user" ]]
    [ -z "$(ls -A theirs)" ]
    mkdir -p theirs/.local mine
    ln -s "$PWD/mine" theirs/.local/state
    chown -hR 65534 theirs
    HOME=$PWD/theirs run ! hl-emit v 0
    [ -z "$(ls -A mine)" ]
}

@test "without HOME, with a HOME that can't be written: nothing, and soon" {
    env -u HOME "$HL_PREFIX/bin/hl-emit" v 0 || [ $? -eq 1 ]
    HOME=/nonexistent run ! hl-emit v 0
    HOME=/proc run ! hl-emit v 0
}

@test "a record that was never finished is cut off by the next writer" {
    hl-emit a 0
    printf '1764000000000000000 0 0.1' >>"$HL_STATE/journal"
    hl-emit b 0
    [ "$(cut -d' ' -f4 "$HL_STATE/journal" | tr '\n' ,)" = a,b, ]
    head -c 1000 /dev/zero | tr '\0' x >>"$HL_STATE/journal"
    hl-emit c 0
    [ "$(tail -n1 "$HL_STATE/journal" | cut -d' ' -f4)" = c ]
}

@test "many writers at once: every record whole, no nanosecond twice" {
    for _ in $(seq 200); do hl-emit burst 0 & done
    wait
    [ "$(wc -l <"$HL_STATE/journal")" -eq 200 ]
    [ "$(cut -d' ' -f1 "$HL_STATE/journal" | sort -u | wc -l)" -eq 200 ]
    [ "$(cut -d' ' -f2- "$HL_STATE/journal" | sort -u)" = "0 $HL_VERSION burst" ]
    sort -c "$HL_STATE/journal"
}

@test "a full disk loses the event, not the file" {
    hl-emit a 0
    before=$(cat "$HL_STATE/journal")
    (ulimit -f 0 && hl-emit b 0) && return 1
    [ "$(cat "$HL_STATE/journal")" = "$before" ]
    hl-emit c 0
    [ "$(wc -l <"$HL_STATE/journal")" -eq 2 ]
}

@test "the journal is bounded: the oldest segments go, and are counted" {
    mkdir -m 700 -p "$HL_STATE"
    (umask 077
        line="$(now_ns) 0 $HL_VERSION filler"
        yes "$line" | head -c $((8 * 1024 * 1024 + 10)) | head -n -1 >one
        yes "$line" | head -n 1 >>one
        while [ "$(stat -c %s one)" -lt $((8 * 1024 * 1024)) ]; do echo "$line" >>one; done
        for n in 3 4 5 6 7 8 9 10; do cp one "$HL_STATE/journal.$n"; done
        cp one "$HL_STATE/journal")
    hl-emit v 0
    [ ! -e "$HL_STATE/journal.3" ]
    [ -e "$HL_STATE/journal.4" ]
    [ -e "$HL_STATE/journal.11" ]
    [ "$(journal)" = "0 $HL_VERSION v" ]
    [ "$(grep ^journal-full "$HL_STATE/dropped")" = "journal-full $(wc -l <one)" ]
}

@test "a hung lock is given up: hl-emit ends by itself" {
    hl-emit a 0
    python3 -c '
import fcntl, os, struct, sys, time
f = open(sys.argv[1], "r+b")
fcntl.lockf(f, fcntl.LOCK_EX, 1, 1000)
open("locked", "w").close()
time.sleep(60)' "$HL_STATE/lock" 3>&- &
    eventually 5 test -e locked
    start=$SECONDS
    hl-emit b 0 || true
    took=$((SECONDS - start))
    kill $!
    wait $! || true
    [ "$took" -le 4 ]
    [ "$(wc -l <"$HL_STATE/journal")" -eq 1 ]
}

@test "--dry-run says what would be recorded and sent, and records nothing" {
    run -0 hl-emit --dry-run "net check" 1
    [ "${lines[0]}" = "recorded: yes: HOMELAB_TELEMETRY is not set" ]
    [ "${lines[1]}" = "state: $HL_STATE" ]
    [ "${lines[2]}" = "sent: no: HOMELAB_LOKI_URL is not set, so it stays in the journal" ]
    [[ ${lines[3]} =~ ^"record: "[0-9]{19}" 1 $HL_VERSION net check"$ ]]
    HOMELAB_LOKI_URL=https://loki.example/x/ HOMELAB_LOKI_TENANT=team run -0 hl-emit --dry-run "net check" 1
    [ "${lines[2]}" = "sent: yes: HOMELAB_LOKI_URL=https://loki.example/x/ (environment)" ]
    [ "${lines[3]}" = "url: https://loki.example/x/loki/api/v1/push" ]
    [ "${lines[4]}" = "tenant: team" ]
    body=${lines[5]#body: }
    [ "$(jq -c '.streams[0].stream' <<<"$body")" = '{"job":"homelab-usage","user":"'"$(id -un)"'","verb":"net check"}' ]
    [ "$(jq -r '.streams[0].values[0][1]' <<<"$body")" = "exit=1 ver=$HL_VERSION" ]
    [ "$(jq -r '.streams[0].values[0][0] | length' <<<"$body")" = 19 ]
    [ "$(jq -r 'keys[]' <<<"$body")" = streams ]
    HOMELAB_TELEMETRY=no run -0 hl-emit --dry-run v 0
    [ "${lines[0]}" = "recorded: no: HOMELAB_TELEMETRY=no (environment)" ]
    [ "${lines[1]}" = "sent: no" ]
    run -0 hl-emit --dry-run version 0
    [[ ${lines[0]} == "recorded: no: discovery"* ]]
    run -2 hl-emit --dry-run 'a/b' 0
    [[ $output == "hl-emit: not a verb"* ]]
    run -2 hl-emit --dry-run a 256
    [ -z "$(ls -A "$HOME")" ]
}

@test "--help and --version answer on stdout" {
    run -0 --separate-stderr hl-emit --help
    [[ $output == usage:* ]]
    [ -z "$stderr" ]
    run -0 hl-emit --version
    [ "$output" = "hl-emit $HL_VERSION" ]
}

@test "a line that was meant to turn telemetry off does" {
    mkdir -p "$(dirname "$HL_CONF")"
    for text in 'export HOMELAB_TELEMETRY=0' 'homelab_telemetry=off' 'HOMELAB_TELEMETRY: 0' 'HOMELAB_TELEMETRY 0' 'HOMELAB_TELEMETRY' \
        $'\xef\xbb\xbfHOMELAB_TELEMETRY=0' 'do_not_track=1' 'DO_NOT_TRACK true' $'HOMELAB_TELEMETRY=0\r'; do
        printf '%s\n' "$text" >"$HL_CONF"
        hl-emit v 0
        [ ! -e "$HL_STATE" ] || { echo "$text"; return 1; }
    done
}

@test "--dry-run says which settings it ignored" {
    HOMELAB_LOKI_URL=ftp://x run -0 --separate-stderr hl-emit --dry-run v 0
    [[ $stderr == "hl-emit: environment: HOMELAB_LOKI_URL ignored: "* ]]
}
