# hl-push: the spool's way to Loki.

load helper
setup() { hl_setup; }
teardown() { hl_teardown; }

spooled() { cat "$HL_STATE"/spool* 2>/dev/null | wc -l; }
spool_empty() { [ "$(spooled)" -eq 0 ]; }
pushes() { curl -sf "$LOKI_URL/double/requests" | jq '[.[] | select(.path == "/loki/api/v1/push")] | length'; }
authorization() {
    curl -sf "$LOKI_URL/double/requests" | jq -r '[.[] | select(.path == "/loki/api/v1/push")] | last | .headers.authorization'
}
field() { sed -n "s/^$1 //p" "$HL_STATE/push"; }
# "REASON COUNT" of all that was dropped.
dropped() {
    cat "$HL_STATE/push" "$HL_STATE/dropped" 2>/dev/null |
        grep -E '^(too-old|too-far-behind|too-new|refused|unreadable|spool-full|journal-full) [1-9]' | sort
}

# An earlier failure's back-off, over.
forget_backoff() { sed -i 's/^next .*/next 0/' "$HL_STATE/push"; }

# A record of the spool, past hl-emit; the oldest ones go into segments.
spool_add() { # FILE VERB NS
    [ -d "$HL_STATE" ] || (umask 077 && mkdir -p "$HL_STATE" && : >"$HL_STATE/lock")
    (umask 077 && printf '%s 0 %s %s\n' "$3" "$HL_VERSION" "$2" >>"$HL_STATE/$1")
}

@test "with Loki up an event is there within 2 s of the verb's end, as the contract says" {
    loki_start
    loki_configure
    start=$(now_ns)
    hl-emit "net check" 7
    until loki_has "net check|exit=7 ver=$HL_VERSION"; do
        [ $(($(now_ns) - start)) -lt 5000000000 ] || return 1
        sleep 0.05
    done
    stored=$(curl -sfG -H "X-Scope-OrgID: $LOKI_TENANT" "$LOKI_URL/loki/api/v1/series" \
        --data-urlencode 'match[]={job="homelab-usage"}' --data-urlencode "start=$(($(date +%s) - 60))" |
        jq -cS '.data[] | del(.service_name)')
    [ "$stored" = '{"job":"homelab-usage","user":"'"$(id -un)"'","verb":"net check"}' ]
    eventually 5 spool_empty
    [ ! -e "$HL_STATE/journal" ]
}

@test "the event's time is the verb's end, not the delivery's" {
    needs_double
    loki_start
    loki_configure
    before=$(now_ns)
    hl-emit v 0
    after=$(now_ns)
    eventually 5 loki_has "v|exit=0 ver=$HL_VERSION"
    ns=$(curl -sf "$LOKI_URL/double/entries" | jq -r '.[0].ts')
    [ "$before" -le "$ns" ]
    [ "$ns" -le "$after" ]
}

@test "a request holds the contract's labels and line and nothing else" {
    needs_double
    loki_start
    loki_configure
    (cd / && SECRET=s3cret hl-emit "k8s logs" 130)
    eventually 5 loki_has "k8s logs|exit=130 ver=$HL_VERSION"
    curl -sf "$LOKI_URL/double/requests" | jq -c '.[] | select(.path == "/loki/api/v1/push")' >push.json
    [ "$(wc -l <push.json)" -eq 1 ]
    [ "$(jq -c '[.method, .tenant, .status]' push.json)" = "[\"POST\",\"$LOKI_TENANT\",204]" ]
    [ "$(jq -r '.headers["content-type"]' push.json)" = application/json ]
    [ "$(jq -r '.headers["user-agent"]' push.json)" = "homelab-usage/$HL_VERSION" ]
    [ "$(jq -r '.headers | keys | join(" ")' push.json)" = "accept content-length content-type host user-agent x-scope-orgid" ]
    run -1 grep -e s3cret -e "$HOME" -e "$(hostname)" push.json
}

@test "a burst shares requests" {
    needs_double
    loki_start
    loki_configure
    for _ in $(seq 300); do hl-emit burst 0; done
    eventually 5 spool_empty
    [ "$(loki_entries | wc -l)" -eq 300 ]
    [ "$(pushes)" -le 15 ]
}

@test "one hl-push at a time: another one ends at once and sends nothing" {
    needs_double
    loki_start --mode push=delay:600
    loki_configure
    hl-emit v 0
    eventually 5 pgrep -f "^$HL_PUSH"
    pid=$(pgrep -f "^$HL_PUSH")
    held() { python3 -c '
import fcntl, struct, sys
f = open(sys.argv[1], "r+b")
who = struct.unpack("hhqqi", fcntl.fcntl(f, fcntl.F_GETLK, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 1002, 1, 0)))
sys.exit(who[4] != int(sys.argv[2]))' "$HL_STATE/lock" "$pid"; }
    eventually 5 held
    ASAN_OPTIONS=detect_leaks=0 strace -f -o trace -e trace=network "$HL_PUSH"
    run -1 grep -e socket -e connect trace
    eventually 5 spool_empty
    [ "$(pushes)" -eq 1 ]
}

@test "200 writers at once: all delivered, none twice" {
    loki_start
    loki_configure
    for _ in $(seq 200); do hl-emit burst 0 3>&- & pids+=" $!"; done
    # shellcheck disable=SC2086
    wait $pids
    eventually 8 spool_empty
    [ "$(loki_entries | wc -l)" -eq 200 ]
}

@test "with Loki away events wait, one attempt is made, and all arrive once it is back" {
    needs_double
    loki_start
    loki_configure
    loki_stop
    for verb in a b c; do hl-emit "$verb" 0; done
    eventually 5 grep -q '^failures 1' "$HL_STATE/push"
    eventually 5 no_pusher
    hl-emit d 0
    no_pusher # backing off: none is even started
    [ "$(spooled)" -eq 4 ]
    wait_s=$(($(field next) - $(date +%s)))
    [ "$wait_s" -ge 15 ]
    [ "$wait_s" -le 37 ]
    [[ $(field reason) == *onnect* ]]
    loki_start --port "$LOKI_PORT"
    loki_configure
    forget_backoff
    hl-emit e 1
    eventually 5 spool_empty
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "a b c d e " ]
    [ "$(field failures)" -eq 0 ]
}

@test "the back-off doubles to an hour" {
    needs_double
    loki_start --mode push=status:503
    loki_configure
    hl-emit v 0
    eventually 5 grep -q '^failures 1' "$HL_STATE/push"
    for n in 2 3 4 5 6 7 8 9; do
        eventually 5 no_pusher
        forget_backoff
        hl-emit v 0
        eventually 5 grep -q "^failures $n" "$HL_STATE/push"
        base=$((30 << (n - 1)))
        [ "$base" -le 3600 ] || base=3600
        wait_s=$(($(field next) - $(field failure)))
        [ "$wait_s" -ge $((base * 79 / 100)) ]
        [ "$wait_s" -le $((base * 121 / 100)) ]
    done
    [ "$(spooled)" -eq 9 ]
    [ "$(field reason | cut -c1-8)" = "HTTP 503" ]
}

@test "a clock that stepped back does not prolong the back-off" {
    needs_double
    loki_start
    loki_configure
    spool_add spool early "$(now_ns)"
    (umask 077 && printf 'next %s\nfailures 3\n' $(($(date +%s) + 100000)) >"$HL_STATE/push")
    hl-emit v 0
    eventually 5 spool_empty
}

@test "a 400 is never sent again; what Loki refused is counted" {
    needs_double
    loki_start
    loki_configure
    loki_push "$(id -un)" v "$(now_ns)"
    spool_add spool v $(($(now_ns) - 2 * 3600 * 1000000000))
    spool_add spool w $(($(now_ns) - 2 * 3600 * 1000000000 + 1))
    hl-emit x 0
    eventually 5 spool_empty
    [ "$(dropped)" = "too-far-behind 1" ]
    [ "$(curl -sf "$LOKI_URL/double/entries" | jq -r '.[].labels.verb' | sort | tr '\n' ' ')" = "v w x " ]
    [ "$(pushes)" -eq 4 ]
}

@test "413 halves the batch" {
    needs_double
    loki_start --mode push=status:413
    loki_configure
    for n in 1 2 3 4; do spool_add spool "v$n" "$(now_ns)"; done
    hl-emit v5 0
    eventually 5 spool_empty
    # Each in turn is refused alone in the end.
    [ "$(dropped)" = "refused 5" ]
}

@test "a backlog goes oldest first: segments before the live file" {
    needs_double
    loki_start --flush-always
    loki_configure
    now=$(now_ns)
    spool_add spool.2 v $((now - 80 * 60000000000))
    spool_add spool.10 v $((now - 20 * 60000000000))
    spool_add spool.1 v $((now - 150 * 60000000000))
    spool_add spool v $((now - 10 * 60000000000))
    hl-emit v 0
    eventually 5 spool_empty
    [ "$(loki_entries | wc -l)" -eq 5 ]
    [ -z "$(dropped)" ]
}

@test "what is older than 7 days is not sent, but counted" {
    needs_double
    loki_start
    loki_configure
    spool_add spool old $(($(now_ns) - 8 * 86400 * 1000000000))
    hl-emit new 0
    eventually 5 spool_empty
    [ "$(dropped)" = "too-old 1" ]
    [ "$(loki_entries | cut -d'|' -f1)" = new ]
    [ "$(curl -sf "$LOKI_URL/double/requests" | jq '[.[] | select(.path == "/loki/api/v1/push") | .entries | length] | add')" -eq 1 ]
}

@test "garbage in the spool is passed over" {
    needs_double
    loki_start
    loki_configure
    hl-emit --version >/dev/null
    spool_add spool first "$(now_ns)"
    printf 'garbage\n\n1 2 3\n%s 999 0.1.0 v\n%s 0 0.1.0 a/b\n\xff\xfe\n' "$(now_ns)" "$(now_ns)" >>"$HL_STATE/spool"
    hl-emit last 0
    eventually 5 spool_empty
    eventually 5 no_pusher
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "first last " ]
    [ "$(dropped)" = "unreadable 5" ]
}

@test "hl-push killed in the middle: sent again, counted once" {
    needs_double
    loki_start --mode push=store-then-close
    loki_configure
    for n in 1 2 3; do spool_add spool "v$n" "$(now_ns)"; done
    hl-emit v4 0
    eventually 5 grep -qs '^failures 1' "$HL_STATE/push"
    eventually 5 no_pusher
    [ "$(curl -sf "$LOKI_URL/double/entries" | jq length)" -eq 4 ]
    loki_mode '{"push": "delay:500"}' >/dev/null
    forget_backoff
    hl-emit v5 0
    eventually 5 pgrep -f "^$HL_PUSH"
    pkill -9 -f "^$HL_PUSH"
    loki_mode '{"push": "ok"}' >/dev/null
    forget_backoff
    hl-emit v6 0
    eventually 5 spool_empty
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "v1 v2 v3 v4 v5 v6 " ]
}

@test "the spool is bounded: the oldest segment goes, and is counted" {
    needs_double
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    mkdir -m 700 -p "$HL_STATE"
    now=$(now_ns)
    (umask 077
        for n in $(seq 32); do seq "$now" $((now + 99)) | sed "s/$/ 0 $HL_VERSION filler/" >"$HL_STATE/spool.$n"; done
        seq "$now" $((now + 9999)) | sed "s/$/ 0 $HL_VERSION filler/" >"$HL_STATE/spool"
        printf 'next %s\nfailures 1\n' $(($(date +%s) + 1000)) >"$HL_STATE/push")
    hl-emit v 0
    [ ! -e "$HL_STATE/spool.1" ]
    [ -e "$HL_STATE/spool.2" ]
    [ -e "$HL_STATE/spool.33" ]
    [ "$(wc -l <"$HL_STATE/spool")" -eq 1 ]
    [ "$(dropped)" = "spool-full 100" ]
}

@test "HOMELAB_USAGE_WAIT_MS: the event is there when hl-emit returns" {
    loki_start
    loki_configure
    export HOMELAB_USAGE_WAIT_MS=800
    hl-emit v 0
    spool_empty
    loki_has "v|exit=0 ver=$HL_VERSION"
    unset HOMELAB_USAGE_WAIT_MS
    hl-emit w 0 # starts one that gathers
    eventually 5 pgrep -f "^$HL_PUSH"
    HOMELAB_USAGE_WAIT_MS=800 hl-emit x 0
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "v w x " ]
}

@test "HOMELAB_USAGE_WAIT_MS is never exceeded" {
    needs_double
    loki_start --mode push=blackhole
    loki_configure
    start=$(now_ns)
    HOMELAB_USAGE_WAIT_MS=300 hl-emit v 0
    took=$((($(now_ns) - start) / 1000000))
    # Far below the 800 ms that the attempt itself takes; the rest is a busy machine's.
    [ "$took" -ge 300 ]
    [ "$took" -lt 700 ]
}

@test "hl-push holds nothing of its caller" {
    needs_double
    loki_start --mode push=blackhole
    loki_configure
    mkdir mount
    exec 9>lockfile
    flock 9
    output=$(cd mount && SECRET=x hl-emit v 0 && echo done)
    [ "$output" = done ]
    exec 9>&-
    flock -n lockfile true
    pid=$(pgrep -f "^$HL_PUSH")
    [ "$(readlink "/proc/$pid/cwd")" = / ]
    [ "$(ps -o sid= -p "$pid" | tr -d ' ')" = "$pid" ]
    [ "$(readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" "/proc/$pid/fd/2" | sort -u)" = /dev/null ]
    readlink "/proc/$pid"/fd/* >held
    run -1 grep -e "$PWD/mount" -e lockfile -e pipe held
    run -1 grep -za -e SECRET -e PATH "/proc/$pid/environ"
    [ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" = "$HL_PUSH " ]
}

@test "credentials come from files that nobody else can read, and go nowhere else" {
    needs_double
    loki_start
    loki_configure
    echo s3cret >token
    chmod 600 token
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token hl-emit v 0
    eventually 5 spool_empty
    [ "$(authorization)" = "Bearer s3cret" ]
    eventually 5 no_pusher
    HOMELAB_LOKI_USERNAME=me HOMELAB_LOKI_PASSWORD_FILE=$PWD/token hl-emit v 0
    eventually 5 spool_empty
    [ "$(authorization)" = "Basic $(printf me:s3cret | base64)" ]
    eventually 5 no_pusher
    chmod 644 token
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token hl-emit v 0
    eventually 5 grep -q 'others can read' "$HL_STATE/push"
    [ "$(spooled)" -eq 1 ]
    run -1 grep -r s3cret "$HL_STATE"
}

@test "HOMELAB_LOKI_RESOLVE sends a name to an address" {
    needs_double
    loki_start
    export HOMELAB_LOKI_URL=http://loki.invalid:$LOKI_PORT HOMELAB_LOKI_TENANT=$LOKI_TENANT
    export HOMELAB_LOKI_RESOLVE=loki.invalid:$LOKI_PORT:127.0.0.1
    hl-emit v 0
    eventually 5 spool_empty
}

@test "logcli's variables never receive telemetry" {
    needs_double
    loki_start
    export LOKI_ADDR=$LOKI_URL LOKI_ORG_ID=$LOKI_TENANT
    hl-emit v 0
    [ "$(wc -l <"$HL_STATE/journal")" -eq 1 ]
    no_pusher
}

# In which a system call of hl-push fails or kills it: inject FAULT SYSCALL PATTERN, on the call that
# names PATTERN first.
inject() {
    local n
    cp -a "$HL_STATE" saved
    strace -f -o trace -e "trace=$2" "$HL_PUSH"
    n=$(grep -n "$3" trace | head -n1 | cut -d: -f1)
    [ -n "$n" ]
    rm -rf "$HL_STATE"
    cp -a saved "$HL_STATE"
    curl -sf -X POST "$LOKI_URL/double/reset" >/dev/null
    strace -f -o trace -e "trace=$2" -e "inject=$2:$1:when=$n" "$HL_PUSH" || true
}

@test "hl-push stops between two steps: nothing of the next segment is taken for delivered" {
    needs_double
    loki_start
    loki_configure
    for fault in error=ENOSPC signal=KILL; do
        for step in "unlinkat spool.1" "renameat push" "openat push.new" "write target" "sendto POST"; do
            rm -rf "$HL_STATE" saved
            for n in 1 2 3 4 5; do spool_add spool "old$n" "$(now_ns)"; done
            inject "$fault" "${step% *}" "${step#* }"
            forget_backoff 2>/dev/null || true
            for n in 1 2 3 4 5 6 7; do hl-emit "new$n" 0; done
            eventually 8 spool_empty
            eventually 5 no_pusher
            [ "$(loki_entries | cut -d'|' -f1 | grep -c new)" -eq 7 ] || { echo "$fault $step"; return 1; }
            [ "$(loki_entries | cut -d'|' -f1 | grep -c old)" -eq 5 ] || { echo "$fault $step"; return 1; }
            [ -z "$(dropped)" ]
        done
    done
}

@test "a segment that can't be read now is kept; what is no file of ours is rotated past, and left alone" {
    needs_double
    loki_start
    loki_configure
    for error in EMFILE ENFILE EACCES ESTALE EIO; do
        rm -rf "$HL_STATE" saved
        for n in 1 2 3; do spool_add spool "v$n" "$(now_ns)"; done
        inject "error=$error" openat '"spool.1"'
        [ "$(spooled)" -eq 3 ] || { echo "$error"; return 1; }
        [ "$(field failures)" -eq 1 ]
        [[ "$(field reason)" == spool.1:* ]]
    done
    rm -rf "$HL_STATE"
    spool_add spool.3 v "$(now_ns)"
    mkfifo -m 600 "$HL_STATE/spool.1"
    ln -s "$PWD/trace" "$HL_STATE/spool.2"
    mkdir "$HL_STATE/spool.4" "$HL_STATE/spool.4/full"
    install -m 600 -o nobody /dev/null "$HL_STATE/spool.5"
    hl-emit w 0
    none_left() { [ ! -e "$HL_STATE/spool" ] && [ ! -e "$HL_STATE/spool.3" ]; }
    eventually 5 none_left
    eventually 5 no_pusher
    [ -z "$(dropped)" ]
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "v w " ]
    [ "$(find "$HL_STATE" -name 'spool*' | wc -l)" -eq 4 ]
}

@test "in the place of the live file, whatever it is: rotated away" {
    needs_double
    loki_start
    loki_configure
    for odd in fifo link directory other; do
        rm -rf "$HL_STATE"
        mkdir -m 700 -p "$HL_STATE"
        case $odd in
        fifo) mkfifo -m 600 "$HL_STATE/spool" ;;
        link) ln -s "$PWD/elsewhere" "$HL_STATE/spool" ;;
        directory) mkdir "$HL_STATE/spool" ;;
        other) install -m 600 -o nobody /dev/null "$HL_STATE/spool" ;;
        esac
        hl-emit "$odd" 0
        eventually 5 no_pusher
        [ ! -e elsewhere ]
        [ -e "$HL_STATE/spool.1" ] || [ -L "$HL_STATE/spool.1" ]
    done
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "fifo link directory other " ]
}

@test "a back-off from one Loki does not hold up another" {
    needs_double
    loki_start
    HOMELAB_LOKI_URL=http://127.0.0.1:1 hl-emit a 0
    eventually 5 grep -qs '^failures 1' "$HL_STATE/push"
    eventually 5 no_pusher
    loki_configure
    hl-emit b 0
    eventually 5 spool_empty
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "a b " ]
}

@test "HOMELAB_USAGE_WAIT_MS returns once the event is delivered" {
    needs_double
    loki_start
    loki_configure
    export HOMELAB_USAGE_WAIT_MS=800
    for n in $(seq 25); do
        start=$(now_ns)
        hl-emit "v$n" 0
        took=$((($(now_ns) - start) / 1000000))
        [ "$took" -lt 790 ] || { echo "run $n: $took ms"; return 1; }
    done
}

@test "how far a segment was delivered says nothing about another of the same number" {
    needs_double
    loki_start --mode push=status:503
    loki_configure
    for n in 1 2 3; do spool_add spool.1 "v$n" "$(now_ns)"; done
    len=$(head -n2 "$HL_STATE/spool.1" | wc -c)
    (umask 077 && printf 'segment 1\nfirst 1\noffset %s\n' "$len" >"$HL_STATE/push")
    hl-emit v4 0
    eventually 5 grep -qs '^failures 1' "$HL_STATE/push" # what it writes then must not be wrong, either
    eventually 5 no_pusher
    loki_mode '{"push": "ok"}' >/dev/null
    forget_backoff
    hl-emit v5 0
    eventually 5 spool_empty
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "v1 v2 v3 v4 v5 " ]
    # the same segment goes on where it was
    eventually 5 no_pusher
    curl -sf -X POST "$LOKI_URL/double/reset" >/dev/null
    for n in 1 2 3; do spool_add spool.1 "w$n" "$(now_ns)"; done
    first=$(head -n1 "$HL_STATE/spool.1" | cut -d' ' -f1)
    (umask 077 && printf 'segment 1\nfirst %s\noffset %s\n' "$first" "$len" >"$HL_STATE/push")
    hl-emit w4 0
    eventually 5 spool_empty
    [ "$(loki_entries | cut -d'|' -f1 | tr '\n' ' ')" = "w3 w4 " ]
}
