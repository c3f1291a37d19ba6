# hl-usage top on a terminal: colour and Unicode where they are wanted and understood, and nothing from outside that
# could steer the terminal.

load helper

setup() {
    hl_setup
    ME=$(id -un)
    export TERM=xterm-256color
    cat >on-terminal.py <<'END'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
out = b""
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    out += data
sys.stdout.buffer.write(out.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

teardown() { hl_teardown; }

# on_terminal COLUMNS COMMAND...: what the command writes to a terminal of that width (0: one that doesn't tell).
on_terminal() { python3 on-terminal.py "$@"; }

ago() { echo "$(($(date +%s) - $1))500000000"; }

three_verbs() {
    local i
    for i in 1 2 3 4 5 6 7 8; do journal_add "k8s logs" "$(ago $i)"; done
    for i in 1 2 3; do journal_add "net check" "$(ago $i)"; done
    journal_add dns "$(ago 9)"
}

plain() { [[ $output != *$'\033'* && $output != *█* && $output == *"########"* ]]; }
rich() { [[ $output == *$'\033['* && $output == *█* && $output != *#* ]]; }

@test "colour and bars in eighths" {
    three_verbs
    run -0 on_terminal 80 hl-usage top
    rich
    diff - <(sed 's/(2[-0-9]* [0-9:]* to 2[-0-9]* [0-9:]*)/(FROM to TO)/; s/before 2[-0-9: ]*/before FIRST/; s/\x1b/E/g' <<<"$output") <<END
E[1mLast 30d (FROM to TO), journal: 12 runs by $ME, 0 missesE[0m
E[2m   runs  share                            users  failed  verbE[0m
1     8  66.7%  E[36m████████████████████████E[0m      1    0.0%  k8s logs
2     3  25.0%  E[36m█████████E[0m                     1    0.0%  net check
3     1   8.3%  E[36m███E[0m                           1    0.0%  dns
E[2mdata: 1 user reporting, 0 misses, nothing before FIRSTE[0m
END
    run -0 on_terminal 30 hl-usage top
    [[ ${lines[3]} == *"█▉"* ]] || [[ $output == *[▏▎▍▌▋▊▉]* ]]
}

@test "NO_COLOR, TERM and the locale" {
    three_verbs
    NO_COLOR=1 run -0 on_terminal 80 hl-usage top
    plain
    NO_COLOR='' run -0 on_terminal 80 hl-usage top
    rich
    TERM=dumb run -0 on_terminal 80 hl-usage top
    plain
    TERM='' run -0 on_terminal 80 hl-usage top
    plain
    run -0 on_terminal 80 env -u TERM hl-usage top
    plain
    LC_ALL=C run -0 on_terminal 80 hl-usage top
    plain
    LC_ALL='' LC_CTYPE=C.UTF-8 run -0 on_terminal 80 hl-usage top
    rich
}

@test "not a terminal" {
    three_verbs
    run -0 hl-usage top
    plain
    run -0 on_terminal 80 sh -c 'hl-usage top | cat'
    plain
}

@test "no bar is empty, none is longer than the longest" {
    local i
    journal_add rare "$(ago 5)"
    for i in $(seq 500); do echo "$(ago 5) 0 0.1.0 often"; done >>"$HL_STATE/journal"
    run -0 on_terminal 80 hl-usage top
    [[ ${lines[3]} == *▏* ]]
    run -0 hl-usage top
    [[ ${lines[3]} == *"%  #  "* ]]
}

# The longest line of the table, in characters, without colour; heading and footer may wrap.
longest() { sed 's/\x1b\[[0-9]*m//g' <<<"$output" | sed '1d; $d' | wc -L; }

@test "lines fit the terminal" {
    local columns word=abcdefghijklmnopqrstuvwxyz
    three_verbs
    journal_add "$word $word $word" "$(ago 3)"
    for columns in 40 60 79 80 100 132; do
        run -0 on_terminal $columns hl-usage top
        [ "$(longest)" -le $columns ]
        NO_COLOR=1 run -0 on_terminal $columns hl-usage top
        [ "$(longest)" -le $columns ]
    done
    [[ $output == *"$word $word $word"* ]]
    run -0 on_terminal 70 hl-usage top
    [[ $output == *"$word "*…* ]]
    NO_COLOR=1 run -0 on_terminal 70 hl-usage top
    [[ $output == *"$word "*...* ]]
    COLUMNS=50 run -0 on_terminal 0 hl-usage top
    [ "$(longest)" -eq 50 ]
    COLUMNS=nonsense run -0 on_terminal 0 hl-usage top
    [ "$(longest)" -eq 80 ]
}

@test "a long name gives way, wherever it stands; a sparkline never" {
    local columns command
    needs_double
    loki_start
    loki_configure
    { echo "$(printf 'u%01000d' 0) k8s_logs $(ago 3) 1"; echo "bob $(printf 'v%0100d' 0) $(ago 4) 1"; } | loki_seed
    for command in users failures "top --by user" "top --by exit --long" "trend --by user" misses "trend k8s v"; do
        for columns in 40 60 64 68 72 80 132; do
            # shellcheck disable=SC2086
            run -0 on_terminal $columns hl-usage $command
            [ "$(longest)" -le $columns ] || { echo "$columns: $command"; false; }
            [[ $output != *[▁▂▃▄▅▆▇█]…* ]]
        done
    done
    run -0 on_terminal 80 hl-usage users
    [[ ${lines[2]} == u000*"…  "*k8s\ logs* ]] || [[ ${lines[3]} == u000*"…  "*k8s\ logs* ]]
}

@test "a label can't steer the terminal" {
    loki_start
    loki_configure
    loki_push $'u\033[2J' $'\033]0;title\a\033[31mred\r\n\302\2332J\342\200\256x' "$(ago 10)"
    eventually 10 total_is 1
    local line
    for line in "on_terminal 80 hl-usage top" "hl-usage top"; do
        # shellcheck disable=SC2086
        run -0 $line
        # What our own colour is made of, and nothing else.
        [[ $(sed 's/\x1b\[\(0\|1\|2\|36\)m//g' <<<"$output") != *[$'\001'-$'\011'$'\013'-$'\037\177']* ]]
        [[ $output == *"?]0;title??[31mred??"*2J*x* && $output == *"by u?[2J,"* ]]
        [[ $output != *$'\342\200\256'* && $output != *$'\302\233'* ]]
    done
    run -0 hl-usage top --json
    jq -e '.users == ["u\u001b[2J"] and (.verbs[0].verb | startswith("\u001b]0;title\u0007"))' <<<"$output"
    [[ $output != *$'\033'* ]]
}

total_is() { [ "$(hl-usage top --json | jq .total)" = "$1" ]; }

@test "errors can't either" {
    run -2 hl-usage top $'\033[2J'
    [[ $output == *"'?[2J'"* ]]
    run -1 hl-usage top --loki $'http://127.0.0.1:1/\302\233'
    [[ $output == "hl-usage: http://127.0.0.1:1/??: "* ]]
}
