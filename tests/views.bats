# What the commands of hl-usage share: sorting, cutting, CSV, the footer, --explain, the line while it waits.

load helper

setup() {
    hl_setup
    ME=$(id -un)
}

teardown() { hl_teardown; }

ago() { echo "$(($(date +%s) - $1))500000000"; }

some() {
    for i in 1 2 3; do journal_add "b verb" "$(ago $((100 + i)))" 1; done
    for i in 1 2; do journal_add "a verb" "$(ago $((90 + i)))"; done
    for i in 1 2; do journal_add "c verb" "$(ago $((80 + i)))"; done
}

order() { hl-usage top --json "$@" | jq -r '[.verbs[].verb[:1]] | join("")'; }

@test "--sort, --reverse and --limit, in that order" {
    some
    [ "$(order)" = bac ]
    [ "$(order --reverse)" = cab ]
    [ "$(order --sort verb)" = abc ]
    [ "$(order --sort verb --reverse)" = cba ]
    [ "$(order --sort verb --reverse --limit 1)" = c ]
    # Equals stay as they were ranked.
    [ "$(order --sort failed)" = bac ]
    [ "$(order --sort users)" = bac ]
    [ "$(order --sort count --limit 2)" = ba ]
    run -0 hl-usage top --sort verb --reverse --limit 2
    [[ ${lines[2]} == "1 "*"c verb" && ${lines[3]} == "2 "*"b verb" && ${lines[4]} == "and 1 more verb" ]]
}

@test "what has no value is sorted last" {
    journal_add old "$(ago $((40 * 86400)))"
    journal_add new "$(ago 60)"
    [ "$(hl-usage top --all --sort last --json | jq -r '.verbs | map(.verb) | join(" ")')" = "new old" ]
}

@test "a column that isn't there is named with those that are, before anything is asked" {
    run -2 --separate-stderr hl-usage top --sort nonsense --loki http://127.0.0.1:1
    [ "$stderr" = "hl-usage: top: --sort 'nonsense': it is one of verb, count, share, users, failed" ]
    run -2 --separate-stderr hl-usage top --sort last
    run -2 --separate-stderr hl-usage top --sort bar
    run -0 hl-usage top --sort last --long
}

@test "--json and --csv are not one" {
    run -2 --separate-stderr hl-usage top --json --csv
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: top: --json or --csv, not both"* ]]
}

@test "CSV: a header, CR LF, nothing else" {
    some
    diff - <(hl-usage top --csv) < <(printf '%s\r\n' verb,count,share,users,failed "b verb,3,0.4286,1,1.0000" \
        "a verb,2,0.2857,1,0.0000" "c verb,2,0.2857,1,0.0000")
    rm -r "$HL_STATE"
    diff - <(hl-usage top --csv) < <(printf 'verb,count,share,users,failed\r\n')
}

@test "CSV: any label is read back as it was, and none is a formula" {
    needs_double
    loki_start
    loki_configure
    local verb verbs=('a,b' 'say "hi"' $'two\nlines' "it's" '日本' '=1+1' '+1' '-1' '@x' ' =1' 'a=1')
    for verb in "${verbs[@]}"; do loki_push alice "$verb" "$(ago 10)"; done
    hl-usage top --csv >out.csv
    python3 - "${verbs[@]}" <<'END'
import csv, sys
rows = list(csv.reader(open("out.csv", newline="")))
names = {row[0] for row in rows[1:]}
assert all(len(row) == 5 for row in rows), rows
assert not any(name[:1] in "=+-@" for name in names), names
assert {name[1:] if name[0] == "'" else name for name in names} == set(sys.argv[1:]), names
END
}

@test "the footer: own events that wait, and those that were dropped" {
    needs_double
    loki_start
    loki_configure
    loki_push alice dns "$(ago 10)"
    loki_push bob "k8s ?" "$(ago 10)"
    run -0 hl-usage top
    [[ ${lines[-1]} == "data: 2 users reporting, 1 miss, nothing before "* && ${lines[-1]} != *own* ]]
    (umask 077 && mkdir -p "$HL_STATE" && : >"$HL_STATE/lock")
    (umask 077 && for i in 1 2 3; do echo "$(ago $i) 0 0.1.0 dns"; done >"$HL_STATE/spool")
    (umask 077 && echo "$(ago 9) 0 0.1.0 dns" >"$HL_STATE/spool.4")
    (umask 077 && echo "too-old 5" >"$HL_STATE/push" && echo "spool-full 7" >"$HL_STATE/dropped")
    run -0 hl-usage top
    [[ ${lines[-1]} == *"; own events: 4 not yet delivered, 12 dropped" ]]
    [ "$(hl-usage top --json | jq -c '.quality | [.users, .misses, .undelivered, .dropped, .warning]')" = '[2,1,4,12,null]' ]
}

@test "the footer: where the window is empty" {
    needs_double
    loki_start
    loki_configure
    echo "alice dns $(ago $((3 * 86400)))" | loki_seed
    # The oldest piece with an event begins there.
    [ "$(hl-usage top --since 40d --json | TZ=UTC jq '(.to | fromdate) - (.quality.empty_until | fromdate)')" -eq $((10 * 86400)) ]
    [ "$(hl-usage top --since 4d --json | jq .quality.empty_until)" = null ]
}

@test "the footer and JSON say that Loki warned" {
    needs_double
    loki_start
    loki_configure
    loki_mode '{"query": "status:200:{\"status\":\"success\",\"warnings\":[\"partial\"],\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"verb\":\"a\",\"user\":\"u\"},\"values\":[[1,\"2\"]]}]}}"}'
    run -0 --separate-stderr hl-usage users
    [[ ${lines[-1]} == *"; with warnings" ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [ "$(hl-usage top --json 2>/dev/null | jq -r .quality.warning)" = "$LOKI_URL: Loki warns: partial" ]
}

@test "--explain prints the LogQL and the requests, asks nothing, and shows no secret" {
    needs_double
    loki_start
    loki_configure
    (umask 077 && echo s3cret >token)
    export HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token
    local command
    for command in "top" "top --long" "top --by day" "users" "failures" "me"; do
        # shellcheck disable=SC2086
        run -0 --separate-stderr hl-usage $command --explain --verb 'k8s (x' --since 10d
        [ -z "$stderr" ]
        [[ $output == *'count_over_time({job="homelab-usage", '*'verb=~"k8s \\(x( .*)?"} | logfmt ['*s* ]]
        [[ $output == *"GET $LOKI_URL/loki/api/v1/query_range?query=sum%20by"* && $output == *"/series"* ]]
        [[ $output != *s3cret* ]]
    done
    [ "$(curl -sf "$LOKI_URL/double/requests" | jq length)" = 0 ]
    # What is printed is what is asked: the first request answers.
    url=$(hl-usage top --explain | sed -n 's/^GET //p' | head -n 1)
    curl -sf -H "X-Scope-OrgID: $LOKI_TENANT" "$url" | jq -e '.status == "success"'
    run -0 hl-usage top --explain --local
    [ "$output" = "read $HL_STATE/journal and its segments journal.*, once" ]
    HOMELAB_LOKI_URL=http://127.0.0.1:1 run -0 hl-usage top --explain
}

@test "--no-color is a plain table on a terminal" {
    some
    TERM=xterm-256color run -0 script -qec 'hl-usage top --no-color' /dev/null
    [[ $output != *$'\033'* && $output == *"###"* ]]
    TERM=xterm-256color run -0 script -qec 'hl-usage top' /dev/null
    [[ $output == *$'\033'* ]]
}

@test "while an answer takes its time, a terminal says so, and a pipe doesn't" {
    needs_double
    loki_start
    loki_configure
    loki_push alice dns "$(ago 10)"
    loki_mode '{"query": "delay:1600"}'
    TERM=xterm run -0 script -qec 'hl-usage top --since 1h >/dev/null' /dev/null
    [[ $output == *"asking $LOKI_URL: 0 of 1 answers"*$'\r\033[K' ]]
    run -0 --separate-stderr hl-usage top --since 1h
    [ -z "$stderr" ]
}

@test "--help of every command names its options, and nothing wider than a terminal" {
    local command
    for command in $(hl-usage --help | awk '/^  [a-z]/ && !/hl-usage/ { print $1 }'); do
        run -0 hl-usage "$command" --help
        [[ ${lines[0]} == "usage: hl-usage $command "* ]]
        [ "$(wc -L <<<"$output")" -le 100 ]
        [[ $output == *--sort* ]] || continue # it takes few of these
        for option in since until utc user verb limit sort reverse json csv local loki timeout explain no-color help; do
            [[ $output == *"--$option"* ]]
        done
    done
}
