# The generated wrapper: which verb it is, that it runs untouched, and what is recorded. Each test
# runs in every shell that can run the wrapper.

load helper
load shells
setup() {
    hl_setup
    mkdir -p verbs/k8s verbs/net/dns
    script verbs/echo.sh 'printf "[%s]" "$0" "$@"; echo'
    script verbs/exit.sh 'exit "$1"'
    script verbs/k8s.sh 'printf "[%s]" k8s "$@"; echo'
    script verbs/k8s/logs.sh 'printf "[%s]" logs "$@"; echo'
    script verbs/net/check 'printf "[%s]" check "$@"; echo'
    script verbs/net/dns/lookup.bash 'printf "[%s]" lookup "$@"; echo'
    script verbs/esac.sh 'echo esac'
    hl-wrap --verbs verbs
    cat >cli <<'EOF'
#!/bin/sh
printf '[%s]' "$@"
echo
exit "${CLI_EXIT:-0}"
EOF
    chmod +x cli
    printf 'k8s logs  read  Logs\nnet check\nnet\nversion\n' >manifest
    hl-wrap --cli ./cli --manifest manifest -o wrapped
}
teardown() { hl_teardown; }

script() {
    printf '#!/bin/sh\n# Summary: The %s\n%s\n' "$1" "$2" >"$1"
    chmod +x "$1"
}

# What was recorded since the last call: "STATUS VERB, ...".
recorded() {
    [ ! -e "$HL_STATE/journal" ] || cut -d' ' -f2,4- "$HL_STATE/journal" | tr '\n' ,
    rm -f "$HL_STATE/journal"
}

prefixes() {
    [ "$($1 ./homelab k8s logs web)" = "[logs][web]" ]
    [ "$($1 ./homelab k8s web)" = "[k8s][web]" ]
    [ "$($1 ./homelab k8s)" = "[k8s]" ]
    run -127 $1 ./homelab "k8s logs" web
    [ "$($1 ./homelab k8s "logs web")" = "[k8s][logs web]" ]
    [ "$($1 ./homelab net dns lookup -x '' '*')" = "[lookup][-x][][*]" ]
    [ "$($1 ./homelab esac)" = "esac" ]
        [ "$(recorded)" = "0 k8s logs,0 k8s,0 k8s,127 ?,0 k8s,0 net dns lookup,0 esac," ]
}
@test "the longest known prefix is the verb; an argument with a space is one word" { in_each_shell prefixes; }

arguments() {
    args=('' ' ' '-x' '--' '*' '?' '~' $'a\nb' $'\n' "it's" '"' '\' '$HOME' '`x`' '$(x)' '!' 'a  b' $'\xff\xfe' $'\x01' '#' '' "$(head -c 100000 /dev/zero | tr '\0' x)")
    $1 ./homelab echo "${args[@]}" >got
    { printf '[%s]' "$PWD/verbs/echo.sh" "${args[@]}" && echo; } >wanted
    cmp got wanted
    $1 ./wrapped k8s logs "${args[@]}" >got
    { printf '[%s]' k8s logs "${args[@]}" && echo; } >wanted
    cmp got wanted
    [ "$(recorded)" = "0 echo,0 k8s logs," ]
}
@test "arguments arrive byte for byte" { in_each_shell arguments; }

statuses() {
    for status in 0 1 2 126 127 130 143 254 255; do
        run "-$status" $1 ./homelab exit "$status"
        CLI_EXIT=$status run "-$status" $1 ./wrapped net check
    done
    [ "$(recorded | tr , '\n' | uniq | cut -d' ' -f1 | uniq | tr '\n' ' ')" = "0 1 2 126 127 130 143 254 255 " ]
}
@test "exit statuses pass through and are what is recorded" { in_each_shell statuses; }

killed() {
    script verbs/kill.sh 'kill -"$1" "$$"'
    hl-wrap --refresh homelab
    ulimit -c 0
    for signal in TERM KILL INT HUP QUIT SEGV PIPE; do
        number=$(kill -l "$signal")
        run "-$((128 + number))" $1 ./homelab kill "$signal"
    done
    [ "$(recorded)" = "143 kill,137 kill,130 kill,129 kill,131 kill,139 kill,141 kill," ]
}
@test "a verb that a signal killed is 128+n" { in_each_shell killed; }

discovery() {
    [ "$($1 ./homelab manifest | head -n2)" = "$(printf '%s\n' 'echo            -  The verbs/echo.sh' 'esac            -  The verbs/esac.sh')" ]
    [ "$($1 ./homelab manifest --json | jq -r '.[] | .command + "," + .tier + "," + .summary' | sed -n 5p)" = "k8s logs,,The verbs/k8s/logs.sh" ]
    [ "$($1 ./homelab version)" = "homelab (wrapper of homelab-usage $HL_VERSION)" ]
    [ "$($1 ./homelab --version)" = "$($1 ./homelab version)" ]
    [[ "$($1 ./homelab help)" == "usage: homelab VERB"*"net dns lookup"* ]]
    [ "$($1 ./homelab --help)" = "$($1 ./homelab help)" ]
    [ "$($1 ./homelab -h)" = "$($1 ./homelab)" ]
    [ "$($1 ./homelab net | wc -l)" -eq 2 ]
    [ "$($1 ./homelab net --help)" = "$($1 ./homelab net)" ]
    [ "$($1 ./homelab net dns -h | wc -l)" -eq 1 ]
    [[ "$($1 ./homelab usage --version)" == "hl-usage "* ]]
    [ "$(recorded)" = "" ]
    for args in manifest 'manifest --json' version help -h --help --version '' k8s 'k8s --help' 'k8s -h' 'k8s help'; do
        wanted=$(printf '[%s]' $args)
        [ "$($1 ./wrapped $args)" = "$wanted" ]
    done
    [ "$(recorded)" = "" ]
}
@test "discovery is answered, by the wrapper or by the CLI, and never recorded" { in_each_shell discovery; }

misses() {
    run -127 --separate-stderr $1 ./homelab nope secret
    [ "$stderr" = 'homelab: no verb "nope"; there are: echo, esac, exit, k8s, net' ]
    [ -z "$output" ]
    run -127 --separate-stderr $1 ./homelab net dns nope
    [ "$stderr" = 'homelab: no verb "net dns nope"; "net dns" has: lookup' ]
    for word in '' '../evil' '-x' $'a\nb' $'\x1b[31m' '*' 'check/'; do
        run -127 --separate-stderr $1 ./homelab net "$word"
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == *'"net" has: check, dns' ]]
    done
    [ "$(recorded)" = "127 ?,127 net dns ?,127 net ?,127 net ?,127 net ?,127 net ?,127 net ?,127 net ?,127 net ?," ]
    CLI_EXIT=5 run -5 $1 ./wrapped nope secret
    [ "$output" = "[nope][secret]" ]
    CLI_EXIT=5 run -5 $1 ./wrapped k8s nope
    run -0 $1 ./wrapped net nope
    [ "$(recorded)" = "5 ?,5 k8s ?,0 net," ]
    run -1 grep -r -e nope -e secret "$HOME"
}
@test "a verb that isn't there is a miss under its known prefix, never the word typed" { in_each_shell misses; }

late() {
    script verbs/net/late.sh 'printf "[%s]" late "$@"; echo; exit 3'
    mkdir -p verbs/new/deep
    script verbs/new/deep/er.py 'printf "[%s]" deeper "$@"; echo'
    script verbs/k8s/get 'printf "[%s]" get "$@"; echo'
    run -3 $1 ./homelab net late '' 'a b'
    [ "$output" = "[late][][a b]" ]
    [ "$($1 ./homelab new deep er '*')" = "[deeper][*]" ]
    [ "$($1 ./homelab k8s get x)" = "[get][x]" ]
    rm -r verbs/net/late.sh verbs/new verbs/k8s/get
    mkdir -p evil && script evil/x 'echo evil'
    run -127 $1 ./homelab ../evil/x
    run -127 $1 ./homelab .. evil x
    run -127 $1 ./homelab exit.sh 0
    [ "$(recorded)" = "127 ?,127 ?,127 ?," ]
}
@test "a script added later runs, unrecorded; nothing outside the directory does" { in_each_shell late; }

gone() {
    mv verbs/exit.sh kept
    run -127 --separate-stderr $1 ./homelab exit 0
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == *verbs/exit.sh*"hl-wrap --refresh"* ]]
    mv kept verbs/exit.sh
    chmod -x verbs/exit.sh
    run -126 $1 ./homelab exit 0
    chmod +x verbs/exit.sh
    [ "$(recorded)" = "126 exit," ]
}
@test "a script that is gone is one clear line and 127" { in_each_shell gone; }

own_words() {
    script verbs/version.sh 'echo own version; exit 4'
    mkdir verbs/usage
    script verbs/usage/report.sh 'echo own usage'
    hl-wrap --verbs verbs -o own
    run -4 $1 ./own version
    [ "$output" = "own version" ]
    [ "$($1 ./own usage report)" = "own usage" ]
    [[ "$($1 ./own --version)" == "homelab (wrapper"* ]]
    echo usage >>manifest
    hl-wrap --cli ./cli --manifest manifest -o own
    [ "$($1 ./own usage top)" = "[usage][top]" ]
    rm -r verbs/version.sh verbs/usage own
    sed -i '$d' manifest
    [ "$(recorded)" = "" ]
}
@test "the team's own version and usage go before ours, unrecorded" { in_each_shell own_words; }

off() {
    script verbs/pid.sh 'echo $$ $PPID'
    hl-wrap --refresh homelab
    for off in 0 off OFF False no disabled 2 ' '; do
        HOMELAB_TELEMETRY=$off $1 ./homelab k8s logs a >out
        [ "$(cat out)" = "[logs][a]" ]
        HOMELAB_TELEMETRY=$off run -127 $1 ./homelab nope
        HOMELAB_TELEMETRY=$off $1 ./wrapped net check >out
        HOMELAB_TELEMETRY=$off $1 ./wrapped nope >out
        [ "$(cat out)" = "[nope]" ]
    done
    DO_NOT_TRACK=1 $1 ./homelab k8s logs a >out
    # exec: the verb is the wrapper's own process
    for variable in HOMELAB_TELEMETRY=0 DO_NOT_TRACK=1; do
        env "$variable" $1 ./homelab pid >out &
        pid=$!
        wait "$pid"
        [ "$(cut -d' ' -f1 out)" = "$pid" ]
    done
    [ -z "$(ls -A "$HOME")" ]
    for on in 1 on ON True yes ''; do HOMELAB_TELEMETRY=$on $1 ./homelab esac >out; done
    DO_NOT_TRACK=0 $1 ./homelab esac >out
    DO_NOT_TRACK=False $1 ./homelab esac >out
    [ "$(recorded)" = "0 esac,0 esac,0 esac,0 esac,0 esac,0 esac,0 esac,0 esac," ]
    rm -r verbs/pid.sh "${HOME:?}"/.local
}
@test "opted out, each spelling: the verb replaces the wrapper, no file appears" { in_each_shell off; }

environment() {
    script verbs/env.sh 'exec env -0'
    hl-wrap --refresh homelab
    # What this shell does to any environment, without a wrapper's doing.
    printf '%s/verbs/env.sh "$@"; exit $?\n' "$PWD" >bare
    names='verb finish caught die on off run only later unknown list group at depth count hl_verb hl_run command word extension signal status'
    vars=()
    for name in $names; do vars+=("$name=mine-$name"); done
    env "${vars[@]}" IFS=x $1 ./bare a b | sort -z | grep -zv '^_=' >wanted
    env "${vars[@]}" IFS=x $1 ./homelab env a b | sort -z | grep -zv '^_=' >got
    cmp got wanted
    env "${vars[@]}" $1 ./homelab nope 2>/dev/null || true
    rm verbs/env.sh
    recorded >/dev/null
}
@test "the environment is the shell's alone: no name of the wrapper is in it" { in_each_shell environment; }

errexit() {
    sed "s,$HL_PREFIX/bin/hl-emit,/nowhere/hl-emit," homelab >broken
    for wrapper in broken homelab; do
        for status in 0 3; do
            HOMELAB_USAGE_STATE_DIR=/proc/nope run "-$status" $1 -e "./$wrapper" exit "$status"
            HOMELAB_USAGE_STATE_DIR=/proc/nope run "-$status" env SHELLOPTS=errexit $1 "./$wrapper" exit "$status"
        done
    done
    $1 -eu ./homelab exit 0
    run -5 $1 -eu ./homelab exit 5
    run -127 $1 -eu ./homelab nope
    [ "$(recorded)" = "0 exit,5 exit,127 ?," ]
}
@test "a shell with errexit and nounset on changes nothing" { in_each_shell errexit; }

missing() {
    sed "s,$HL_PREFIX/bin/hl-emit,/nowhere/hl-emit," homelab >broken
    run -3 --separate-stderr $1 ./broken exit 3
    [ -z "$output$stderr" ]
    for body in 'kill -SEGV $$' 'exit 9' 'echo noise; echo noise >&2' 'cat'; do
        printf '#!/bin/sh\n%s\n' "$body" >fake
        chmod +x fake
        sed "s,$HL_PREFIX/bin/hl-emit,$PWD/fake," homelab >broken
        run -3 --separate-stderr $1 ./broken exit 3
        [ -z "$output$stderr" ] || { echo "$body: $stderr"; return 1; }
    done
}
@test "an hl-emit that is missing, crashes or talks changes nothing" { in_each_shell missing; }

streams() {
    script verbs/half.sh 'read -r line; echo "got $line"; echo err >&2'
    hl-wrap --refresh homelab
    printf '1\n2\n3\n' | { $1 ./homelab half; cat; } >out 2>err
    [ "$(cat out)" = "$(printf 'got 1\n2\n3')" ]
    [ "$(cat err)" = err ]
    script verbs/stream.sh 'while echo y; do :; done'
    hl-wrap --refresh homelab
    [ "$($1 ./homelab stream 2>/dev/null | head -n1)" = y ]
    rm verbs/half.sh verbs/stream.sh
    rm -f "$HL_STATE/journal"
}
@test "streams are the verb's: half-read input, a reader that leaves" { in_each_shell streams; }
