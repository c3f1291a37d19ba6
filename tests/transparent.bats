# A verb can't tell that it is wrapped, and whoever runs it can't, either: nothing of the telemetry
# lingers, whatever the surroundings.

load helper
load shells
setup() {
    hl_setup
    mkdir verbs
    script verbs/quick.sh 'cut -d" " -f5 /proc/$$/stat >"$GROUP"; echo quick'
    export GROUP=$PWD/group
    script verbs/exit.sh 'printf "[%s]" "$@"; exit "$1"'
    hl-wrap --verbs verbs
    printf '%s/verbs/exit.sh "$@"; exit "$?"\n' "$PWD" >bare
}
teardown() {
    [ ! -s daemon ] || kill "$(cat daemon)" 2>/dev/null || true
    pushers_end
    hl_teardown
}

script() {
    printf '#!/bin/sh\n%s\n' "$2" >"$1"
    chmod +x "$1"
}

recorded() {
    [ ! -e "$HL_STATE/journal" ] || cut -d' ' -f2,4- "$HL_STATE/journal" | tr '\n' ,
    rm -f "$HL_STATE/journal"
}

pushers() { pgrep -f "^$HL_PUSH"; }
pushers_end() {
    local pid
    for pid in $(pushers); do kill -KILL "$pid" 2>/dev/null || true; done
    eventually 5 no_pusher
}

# full_path "SHELL ARGUMENT...": the same, found without PATH.
full_path() {
    local words
    read -ra words <<<"$1"
    words[0]=$(command -v "${words[0]}")
    echo "${words[*]}"
}

# The same cases each time, or others with HL_SEED; tests/transparent --seed N --shell S --case M is one of them.
property() { HL_PREFIX=$HL_PREFIX "$HL_TESTS/transparent" --seed "${HL_SEED:-1}" "$@"; }

@test "2,000 random calls in dash: arguments, environment, descriptors, limits, signals are the verb's own" {
    property --cases 2000 --shell dash
}

@test "250 random calls in each other shell" {
    property --cases 250 --shell bash --shell "bash --posix" --shell "busybox sh" --shell mksh --shell "zsh --emulate sh" --shell zsh
}

# Nobody holds the caller's pipe, lock or directory, the caller itself apart, which has the pipe as 8.
nobody_holds() {
    find /proc/[0-9]*/fd /proc/[0-9]*/cwd \( -lname "$PWD/pipe" -o -lname "$PWD/lock" -o -lname "$PWD/mounted*" \) \
        -not -path "/proc/$BASHPID/*" >held 2>/dev/null 8>&- || true # processes come and go
    [ ! -s held ] || { cat held; return 1; }
}

lingers() {
    local out
    rm -rf "$HL_STATE" group
    # a caller that waits for the end of its streams and of an inherited descriptor, holds a lock, stands on a mount
    (cd mounted && flock 9 && setsid --wait $1 ../homelab quick >../pipe 2>../pipe 7>../pipe) 9>lock
    run -0 pushers # else nothing could linger
    nobody_holds
    run -0 flock -n lock true
    run -1 pgrep -g "$(cat group)"
    for pid in $(pushers); do
        [ "$(readlink "/proc/$pid/cwd")" = / ]
        [ "$(ps -o sid= -p "$pid" | tr -d ' ')" = "$pid" ]
        [ "$(readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" "/proc/$pid/fd/2" | sort -u)" = /dev/null ]
    done
    # what a reader gets ends with the verb, not with the push
    pushers_end
    rm -rf "$HL_STATE"
    out=$($1 ./homelab quick)
    run -0 pushers
    [ "$out" = quick ]
    pushers_end
    rm -rf "$HL_STATE"
    $1 ./homelab quick | cat >out
    run -0 pushers
    [ "$(cat out)" = quick ]
    pushers_end
}
each_lingers() {
    mkdir mounted
    mkfifo pipe
    exec 8<>pipe
    in_each_shell lingers
    exec 8>&-
}
@test "nothing lingers with Loki up" {
    loki_start
    loki_configure
    each_lingers
}
@test "nothing lingers when Loki refuses" {
    export HOMELAB_LOKI_URL=http://127.0.0.1:1
    each_lingers
}
@test "nothing lingers when Loki never answers" {
    needs_double
    loki_start
    loki_configure
    loki_mode '{"push": "blackhole"}'
    each_lingers
}
@test "nothing lingers when Loki answers one byte a second" {
    needs_double
    loki_start
    loki_configure
    loki_mode '{"push": "drip"}'
    each_lingers
}

nested() {
    export AGAIN="$1 $PWD/homelab"
    run -3 $1 ./homelab outer
    [ "$output" = "[5]" ]
    [ "$(recorded)" = "5 exit,3 outer," ]
    run -5 $1 ./lab exit 5 '' 'a b'
    [ "$output" = "[5][][a b]" ]
    [ "$(recorded)" = "5 exit,5 exit," ]
    run -6 $1 ./homelab lab 6
    [ "$output" = "[6]" ]
    [ "$(recorded)" = "6 exit,6 exit,6 lab," ]
}
@test "verbs that call homelab, and a wrapper of a wrapper: each run is recorded" {
    script verbs/outer.sh '$AGAIN exit 5; [ $? -eq 5 ] && exit 3'
    echo exit >manifest
    hl-wrap --cli ./homelab --manifest manifest --name lab -o lab
    script verbs/lab.sh "exec $PWD/lab exit \"\$@\""
    hl-wrap --refresh homelab
    in_each_shell nested
}

wanderers() {
    [ "$($1 ./homelab execs 'a b')" = "[a b]" ]
    $1 ./homelab daemon >out 3>&-
    kill -0 "$(cat daemon)"
    kill "$(cat daemon)"
    run -2 $1 ./homelab moves
    [ "$PWD" = "$BATS_TEST_TMPDIR" ]
    cp homelab doomed
    run -4 $1 ./doomed deletes
    [ ! -e doomed ]
    cp homelab doomed
    run -5 $1 ./doomed empties
    [ ! -s doomed ]
    cp homelab doomed
    cp verbs/quick.sh verbs/fleeting.sh
    run -0 $1 ./doomed vanishes
    [ ! -e verbs/vanishes.sh ]
    script verbs/vanishes.sh 'rm -- "$0"'
    [ "$(recorded)" = "0 execs,0 daemon,2 moves,4 deletes,5 empties,0 vanishes," ]
}
@test "verbs that exec, daemonise, change directory, delete the wrapper or themselves" {
    script verbs/execs.sh 'exec printf "[%s]" "$@"'
    script verbs/daemon.sh 'setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $! >daemon'
    script verbs/moves.sh 'cd /; exit 2'
    script verbs/deletes.sh 'rm doomed; exit 4'
    script verbs/empties.sh 'rm doomed; : >doomed; exit 5'
    script verbs/vanishes.sh 'rm -- "$0"'
    hl-wrap --refresh homelab
    in_each_shell wanderers
}

# as_bare SHELL VARIABLE=VALUE...: with that in the environment a call is what it is without the wrapper.
as_bare() {
    local shell
    shell=$(full_path "$1")
    shift
    for status in ${STATUSES:-0 3 130}; do
        { env "$@" $shell ./bare "$status" 'a  b' '*' >wanted 2>wanted-err && echo 0 || echo "$?"; } >>wanted
        { env "$@" $shell ./homelab exit "$status" 'a  b' '*' >got 2>got-err && echo 0 || echo "$?"; } >>got
        diff wanted got || { echo "$*"; return 1; }
        diff wanted-err got-err || { echo "$*"; return 1; }
    done
}

paths() {
    as_bare "$1" PATH=
    as_bare "$1" -u PATH
    as_bare "$1" PATH=/nonexistent
    as_bare "$1" PATH=.:evil
    [ "$(recorded | tr , '\n' | sort | uniq -c | tr -s ' \n' ' ')" = " 4 0 exit 4 130 exit 4 3 exit " ]
    run -127 env PATH= $(full_path "$1") ./homelab nope
    [ "$(recorded)" = "127 ?," ]
    [ ! -e stolen ]
}
@test "PATH is empty, unset or somebody else's" {
    mkdir evil
    for name in sed printf kill test '[' hl-emit emulate sh cat; do
        script "evil/$name" "touch $PWD/stolen"
    done
    in_each_shell paths
}

homes() {
    as_bare "$1" -u HOME
    as_bare "$1" HOME=
    as_bare "$1" HOME=/nonexistent
    as_bare "$1" HOME=/proc
    as_bare "$1" HOME=relative
    # where the shell ends at any failure: hl-emit's is none of the verb's
    as_bare "$1" HOME=/proc SHELLOPTS=errexit
    as_bare "$1" HOME=/proc BASH_ENV="$PWD/errexit" ZDOTDIR="$PWD"
    if [ "$(id -u)" -eq 0 ]; then
        as_bare "$1" HOME="$PWD/theirs"
        [ -z "$(ls -A theirs)" ]
    fi
    [ -z "$(ls -A "$HOME")" ]
}
@test "no HOME, one that can't be written, another user's; with set -e, too" {
    echo 'set -e' >errexit
    cp errexit .zshenv
    mkdir theirs
    [ "$(id -u)" -ne 0 ] || chown 65534 theirs
    in_each_shell homes
}

full() {
    unshare -m sh -c 'mount -t tmpfs -o size=16k none full && mkdir full/home && { cat /dev/zero >full/fill 2>/dev/null || :; } &&
        HOME=$PWD/full/home && "$@"' sh $1 ./homelab exit 3 x >out 2>err 3>&- && return 1
    [ "$(cat out)" = "[3][x]" ]
    [ ! -s err ]
}
@test "the disk is full" {
    mkdir full
    unshare -m mount -t tmpfs none full 2>/dev/null || skip "needs root to mount a small disk"
    in_each_shell full
}

few() {
    local shell limits='3 4 5 6 7 8 9 10 11 12 13 14 15 16 20'
    # busybox exits with 1 where it can't keep a descriptor that it redirects, before any trap
    case $1 in busybox*) limits='3 4 5 6 7 8 9 10 16 20' ;; esac
    for limit in $limits; do
        for status in 0 3; do
            (ulimit -Sn "$limit" && exec $1 ./bare "$status" x) >wanted 2>/dev/null 3>&- && wanted=0 || wanted=$?
            (ulimit -Sn "$limit" && exec $1 ./homelab exit "$status" x) >got 2>/dev/null 3>&- && got=0 || got=$?
            diff wanted got
            [ "$wanted" -eq "$got" ] || { echo "with $limit descriptors $got, not $wanted"; return 1; }
        done
    done
    [[ "$(recorded)" == *"0 exit,3 exit," ]]
}
@test "few descriptors left: the verb runs where it ran before, its status is the wrapper's" { in_each_shell few; }

# Arguments are never run as a command, not even when the shell gives up in the middle of the wrapper.
never_run() {
    for limit in 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
        (ulimit -Sn "$limit" && exec $1 ./homelab exit ./stolen ./stolen) >out 2>&1 3>&- || true
        (ulimit -Sn "$limit" && exec $1 ./homelab quick ./stolen) >out 2>&1 3>&- || true
    done
    [ ! -e ran ]
}
@test "no argument is ever run" {
    script stolen 'touch ran'
    in_each_shell never_run
}

startup() {
    local file
    for file in files/*/.zshenv; do
        as_bare "$1" ENV="$PWD/$file" BASH_ENV="$PWD/$file" ZDOTDIR="$PWD/$(dirname "$file")"
    done
    for options in errexit nounset allexport noglob errexit:nounset:pipefail noclobber; do
        as_bare "$1" SHELLOPTS="$options"
    done
    as_bare "$1" CDPATH=/:/tmp:. IFS=exit POSIXLY_CORRECT=1 PS4='$(touch stolen)' MAILCHECK=0 ZSH_VERSION=5 BASH_VERSION=3
    [ ! -e stolen ]
    [ -n "$(recorded)" ]
}
@test "ENV, BASH_ENV, .zshenv and SHELLOPTS: strict, hostile IFS, aliases" {
    mkdir -p files/{strict,ifs,export,aliases,functions}
    echo 'set -eu' >files/strict/.zshenv
    echo 'IFS=0123456789xit' >files/ifs/.zshenv
    echo 'set -a' >files/export/.zshenv
    echo 'shopt -s expand_aliases 2>/dev/null; alias run=false verb=false list=false on=false off=false die=false' >files/aliases/.zshenv
    echo 'run() { echo mine; }; verb() { echo mine; }; die() { echo mine; }; list() { echo mine; }' >files/functions/.zshenv
    in_each_shell startup
}

functions() {
    STATUSES=3
    for name in run verb die list help on off '[' test printf kill ulimit sed; do
        for body in '() { echo mine; }' '() { return 1; }' '() { return 0; }'; do
            [ "$name$body" != '[() { echo mine; }' ] || continue # it would be heard wherever a script tests
            as_bare "$1" "BASH_FUNC_$name%%=$body"
        done
    done
}
functions_arrive() {
    env "BASH_FUNC_die%%=() { echo mine; }" $1 ./homelab dies >out
    [ "$(cat out)" = mine ]
    env SHELLOPTS=allexport $1 ./homelab functions >out
    run -1 grep -v bats_ out
    rm -f "$HL_STATE/journal"
}
@test "exported bash functions neither reach the wrapper nor come from it" {
    printf '#!/bin/bash\ndie\n' >verbs/dies
    printf '#!/bin/bash\ndeclare -F\n' >verbs/functions
    chmod +x verbs/dies verbs/functions
    hl-wrap --refresh homelab
    for shell in bash "bash --posix"; do
        functions "$shell"
        functions_arrive "$shell"
    done
}

# What a process and its children do with processes and files, one line each; the scripts' names are made equal.
traced() { # FILE COMMAND...
    rm -f "trace."*
    strace -ff -o trace -e trace=execve,open,openat,creat,fork,vfork,clone,clone3 "${@:2}" >/dev/null 3>&-
    [ "$(find . -name 'trace.*' | wc -l)" -eq 1 ]
    sed -e 's,"\./[a-z]*","SCRIPT",g; s,0x[0-9a-f]*,0x,g; s/ *= / = /; s,/\* [0-9]* vars,/* vars,' trace.* >"$1"
}
opted_out() {
    local shell
    shell=$(full_path "$1")
    for variable in HOMELAB_TELEMETRY=0 DO_NOT_TRACK=1; do
        traced wanted env "$variable" $shell ./execs 3 || [ $? -eq 3 ]
        traced got env "$variable" $shell ./homelab exit 3 || [ $? -eq 3 ]
        # argv of the first two differ: the script has the verb behind it
        sed -i 's/^\(execve("[^"]*", \[\).*\(\], \)/\1\2/' wanted got
        diff wanted got
        grep -q "^execve(\"$PWD/verbs/exit.sh\"" got
        [ "$(grep -c '^execve' got)" -eq "$(grep -c '^execve' wanted)" ]
    done
    [ -z "$(ls -A "$HOME")" ]
}
@test "opted out: one process, the verb's; not one file opened that a script of 'exec' doesn't open" {
    [ -z "${HL_SANITIZED:-}" ] || skip "a sanitizer traces, too"
    printf 'exec %s/verbs/exit.sh "$@"\n' "$PWD" >execs
    in_each_shell opted_out
}

a_mount() {
    # In a mount namespace of its own: the directory that the verb ran in can be unmounted at once.
    HOMELAB_LOKI_URL=http://127.0.0.1:$LOKI_PORT unshare -m sh -c '
        mount -t tmpfs none mnt && cd mnt && '"$1"' ../homelab quick && cd .. && umount mnt' >out
    [ "$(cat out)" = quick ]
    pushers_end
    rm -rf "$HL_STATE"
}
@test "a mount that the verb ran on can be unmounted when it has ended" {
    needs_double
    mkdir mnt
    unshare -m mount -t tmpfs none mnt 2>/dev/null || skip "needs root to mount"
    loki_start --mode push=blackhole
    in_each_shell a_mount
}
