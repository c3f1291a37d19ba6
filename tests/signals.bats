# Signals: the verb's, the wrapper's, and both's; on a terminal and without one.

load helper
load shells
setup() {
    hl_setup
    mkdir verbs
    script verbs/stream.sh 'echo ready; while :; do sleep 0.05; done'
    script verbs/graceful.sh 'trap "echo bye; exit 0" INT TERM; echo ready; while :; do sleep 0.05; done'
    script verbs/careful.sh 'trap "echo caught" INT; echo ready; until read -r line; do :; done; echo "read $line"; exit 4'
    script verbs/nap.sh 'echo ready; until [ -e go ]; do sleep 0.05; done; exit "${1:-0}"'
    script verbs/like.sh 'exit "$1"'
    hl-wrap --verbs verbs
}
teardown() {
    touch go
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
recorded_is() { [ -e "$HL_STATE/journal" ] && [ "$(cut -d' ' -f2,4- "$HL_STATE/journal" | tr '\n' ,)" = "$1" ]; }

# as_child COMMAND...: in a process group of its own, its signals as a new process has them; $child is it.
as_child() {
    rm -f out go
    setsid env --default-signal=INT,QUIT,TERM,HUP "$@" >out 2>&1 3>&- &
    child=$!
    eventually 5 grep -q ready out
}
ends_with() { local status=0; wait "$child" || status=$?; [ "$status" -eq "$1" ] || { echo "ended with $status, not $1"; return 1; }; }

no_stream() { ! pgrep -f "$PWD/verbs/stream.sh" >/dev/null; }

ctrl_c() {
    [ "$("$HL_TESTS/terminal" --when ready '\x03' $1 ./homelab stream | tail -n1)" = "signal 2" ]
    [ "$(recorded)" = "130 stream," ]
}
@test "Ctrl-C on a streaming verb: recorded as 130, the wrapper dies of the same signal" { in_each_shell ctrl_c; }

ctrl_backslash() {
    [ "$("$HL_TESTS/terminal" --when ready '\x1c' $1 ./homelab stream | tail -n1)" = "signal 3" ]
    [ "$(recorded)" = "131 stream," ]
    [ -z "$(find . -name 'core*')" ]
}
@test "Ctrl-\\: recorded as 131, no core of the shell" { in_each_shell ctrl_backslash; }

own_ctrl_c() {
    run "$HL_TESTS/terminal" --when ready '\x03' --when caught 'x\n' $1 ./homelab careful
    [ "${lines[-1]}" = "exit 4" ]
    [ "${lines[-2]}" = "read x" ]
    run "$HL_TESTS/terminal" --when ready '\x03' $1 ./homelab graceful
    [ "${lines[-1]}" = "exit 0" ]
    [ "$(recorded)" = "4 careful,0 graceful," ]
}
@test "a verb that makes Ctrl-C its own ends as without the wrapper" { in_each_shell own_ctrl_c; }

loop() {
    printf 'while %s; do :; done; echo after\n' "$1 ./homelab stream" >loop.sh
    printf 'while %s; do :; done; echo after\n' ./verbs/stream.sh >bare.sh
    for outer in bash zsh; do
        "$HL_TESTS/terminal" --when ready '\x03' $outer bare.sh >wanted
        "$HL_TESTS/terminal" --when ready '\x03' $outer loop.sh >got
        diff wanted got
        [ "$outer" = zsh ] || [ "$(tail -n1 got)" = "signal 2" ]
    done
    [ "$(recorded)" = "130 stream,130 stream," ]
}
@test "one Ctrl-C ends a shell's loop over the wrapper" { in_each_shell loop; }

group() {
    for signal in HUP INT TERM; do
        number=$(kill -l "$signal")
        as_child $1 ./homelab stream
        kill "-$signal" -- "-$child"
        ends_with $((128 + number))
        [ "$(recorded)" = "$((128 + number)) stream," ]
    done
    as_child $1 ./homelab graceful
    kill -INT -- "-$child"
    ends_with 0
    [ "$(recorded)" = "0 graceful," ]
}
@test "a signal to the whole process group" { in_each_shell group; }

alone() {
    for signal in HUP TERM; do
        number=$(kill -l "$signal")
        as_child $1 ./homelab nap 7
        kill "-$signal" "$child"
        touch go
        ends_with $((128 + number))
        [ "$(recorded)" = "7 nap," ]
    done
    as_child $1 ./homelab nap 7
    kill -INT "$child"
    touch go
    ends_with 7
    [ "$(recorded)" = "7 nap," ]
}
@test "a signal to the wrapper alone waits for the verb's end" { in_each_shell alone; }

same_status() {
    for status in 129 130 131 143; do run "-$status" $1 ./homelab like "$status"; done
    [ "$(recorded)" = "129 like,130 like,131 like,143 like," ]
}
@test "a verb that only exits with 128+n" { in_each_shell same_status; }

hangup() {
    "$HL_TESTS/terminal" --hangup-when ready bash -c "$1 ./homelab stream; :" >/dev/null
    eventually 5 recorded_is "129 stream,"
    eventually 5 no_stream
    recorded >/dev/null
}
@test "closing the terminal: recorded as 129, nothing stays behind" { in_each_shell hangup; }

hangup_of_leader() {
    "$HL_TESTS/terminal" --hangup-when ready $1 ./homelab stream >out
    case $1 in
    mksh) ending='exit 129' ;; # these two have a handler for HUP, trap or not
    zsh*) ending='exit 1' ;;
    *) ending='signal 1' ;;
    esac
    [ "$(tail -n1 out)" = "$ending" ]
    eventually 5 recorded_is "129 stream,"
    eventually 5 no_stream
    recorded >/dev/null
    # and what ends a wrapper otherwise is the same there
    run "$HL_TESTS/terminal" $1 ./homelab like 7
    [ "${lines[-1]}" = "exit 7" ]
    run "$HL_TESTS/terminal" $1 ./homelab like 0
    [ "${lines[-1]}" = "exit 0" ]
    run "$HL_TESTS/terminal" --when ready '\x1c' $1 ./homelab stream
    [ "${lines[-1]}" = "signal 3" ]
    [ "$(recorded)" = "7 like,0 like,131 stream," ]
}
@test "closing a terminal that was opened for the wrapper ends the verb, too" { in_each_shell hangup_of_leader; }

timed_out() {
    run -124 timeout 0.3 $1 ./homelab stream
    eventually 5 recorded_is "143 stream,"
    eventually 5 no_stream
    recorded >/dev/null
}
@test "timeout ends verb and wrapper" { in_each_shell timed_out; }

ignored() {
    as_child nohup $1 ./homelab nap 3
    kill -HUP -- "-$child"
    touch go
    ends_with 3
    [ "$(recorded)" = "3 nap," ]
}
@test "a signal that was ignored before stays ignored" { in_each_shell ignored; }

# What a program sees of the terminal, and leaves of it.
on_terminal() {
    script verbs/term.sh 'stty -a; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo three; echo hidden >/dev/tty
stty -echo; printf "password: " >/dev/tty; read -r secret </dev/tty; stty echo; echo "read $secret"
trap "stty size; exit 3" WINCH; echo waiting; while :; do sleep 0.05; done'
    script verbs/pager.sh 'seq 100 | more'
    hl-wrap --refresh homelab
    for how in "$1 ./bare" "$1 ./homelab"; do
        # shellcheck disable=SC2086
        "$HL_TESTS/terminal" --size 40x100 --when password: 'secret\n' --resize-when waiting 30x90 $how term >"$(basename "${how##* }").out"
        "$HL_TESTS/terminal" --size 20x80 --when More ' ' --when More q $how pager >>"$(basename "${how##* }").out"
    done
    diff bare.out homelab.out
    grep -q '^30 90' homelab.out
    grep -q '^exit 3' homelab.out
    [ "$(grep -c secret homelab.out)" -eq 1 ]
    [ "$(recorded | tr , '\n' | sort -u | tr '\n' ,)" = "0 pager,3 term," ]
}
@test "a program on the terminal: settings, /dev/tty, a hidden password, a new size, a pager" {
    printf 'verb=$1; shift; "%s/verbs/$verb.sh" "$@"; exit "$?"\n' "$PWD" >bare
    in_each_shell on_terminal
}

suspend() {
    printf 'set -m\n%s ./homelab nap 5\necho "first $?"\ntouch go\nfg >/dev/null\necho "then $?"\n' "$1" >job.sh
    run "$HL_TESTS/terminal" --when ready '\x1a' bash job.sh
    [[ $output == *"first 148"* ]]
    [[ $output == *"then 5"* ]]
    [ "$(recorded)" = "5 nap," ]
    rm -f go
}
@test "Ctrl-Z and fg" { in_each_shell suspend; }
