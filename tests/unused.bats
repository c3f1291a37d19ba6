# hl-usage unused: known verbs that nobody ran, or hardly anybody.

load helper

setup() {
    hl_setup
    ME=$(id -un)
    mkdir -p verbs/k8s verbs/net
    for verb in k8s/logs k8s/get k8s/top net/check zap; do
        printf '#!/bin/sh\n# Summary: The %s\n# Tier: read\n' "$verb" >"verbs/$verb"
        chmod +x "verbs/$verb"
    done
    hl-wrap --verbs verbs -o homelab
}

teardown() { hl_teardown; }

# DAYS before now, in ns.
ago() { echo "$(($(date +%s) - $1 * 24 * 3600))500000000"; }

some_use() {
    echo "$ME k8s_logs $(ago 1)"
    echo "$ME k8s_logs $(ago 2)"
    echo "$ME k8s_logs $(ago 3)"
    echo "$ME net_check $(ago 5)"
    echo "$ME net_check $(ago 150)"
    echo "$ME zap $(ago 200)"
    echo "$ME k8s_get $(ago 400)"
    echo "$ME k8s_? $(ago 1)"
    echo "$ME unknown $(ago 1)"
}

# "VERB RUNS USERS" of an answer's verbs.
found() { hl-usage unused --json "$@" | jq -r '.verbs[] | "\(.verb) \(.count) \(.users)"'; }

@test "verbs that never ran, the longest unused first, and when they did last" {
    some_use | journal_seed
    run -0 --separate-stderr hl-usage unused --wrapper homelab
    [ -z "$stderr" ]
    diff - <(sed 's/(2[-0-9]* [0-9:]* to 2[-0-9]* [0-9:]*)/(FROM to TO)/; s/^data: .*/data/; s/back to 2.*/back to THEN/' <<<"$output") <<END
Last 90d (FROM to TO), journal: 3 of 5 verbs of homelab never ran
runs  users  last  verb     summary
   0      0     -  k8s get  The k8s/get
   0      0     -  k8s top  The k8s/top
   0      0  200d  zap      The zap
data
last use looked for back to THEN
END
    # As far as the window reaches, if that is further.
    [ "$(hl-usage unused --wrapper homelab --since 500d --json | jq -r '.verbs[] | "\(.verb) \(.last)"')" = "k8s top null" ]
}

@test "fewer runs, or fewer users" {
    some_use | journal_seed
    [ "$(found --wrapper homelab --min-runs 2)" = "k8s get 0 0
k8s top 0 0
zap 0 0
net check 1 1" ]
    run -0 hl-usage unused --wrapper homelab --min-runs 2 --sort last
    [[ ${lines[0]} == *": 4 of 5 verbs of homelab ran fewer than 2 times" ]]
    [[ ${lines[2]} == "   1      1    5d  net check"* ]]
    [ "$(found --wrapper homelab --min-users 2 | wc -l)" -eq 5 ]
    run -0 hl-usage unused --wrapper homelab --min-users 2
    [[ ${lines[0]} == *" had fewer than 2 users" ]]
    run -0 hl-usage unused --wrapper homelab --min-runs 3 --min-users 2
    [[ ${lines[0]} == *" ran fewer than 3 times, or had fewer than 2 users" ]]
}

@test "JSON and CSV" {
    some_use | journal_seed
    run -0 hl-usage unused --wrapper homelab --json
    jq -e --arg file homelab 'keys_unsorted == ["since", "from", "to", "source", "table", "known", "min_runs", "min_users",
            "looked_back_to", "verbs", "quality"]
        and .since == "90d" and .table == $file and .known == 5 and .min_runs == 1 and .min_users == 0
        and (.to | fromdate) - (.looked_back_to | fromdate) == 365 * 24 * 3600
        and .verbs[0] == {verb: "k8s get", count: 0, users: 0, last: null, tier: "read", summary: "The k8s/get"}
        and (.verbs[2].last | test("^2.*Z$"))' <<<"$output"
    run -0 hl-usage unused --wrapper homelab --csv --limit 1
    [ "$output" = $'verb,count,users,last,tier,summary\r
k8s get,0,0,,read,The k8s/get\r' ]
}

@test "Loki's answer is the journal's, by whom included" {
    needs_double
    some_use >rows
    journal_seed <rows
    loki_start
    loki_configure
    loki_seed <rows
    diff <(hl-usage unused --wrapper homelab --json --local --min-runs 2 | jq .verbs) \
        <(hl-usage unused --wrapper homelab --json --min-runs 2 | jq .verbs)
    [ "$(found --wrapper homelab | wc -l)" -eq 3 ]
    # Other people's runs count, and --user asks for those of some.
    echo "alice k8s_top $(ago 2)" | loki_seed
    echo "alice k8s_logs $(ago 2)" | loki_seed
    [ "$(found --wrapper homelab)" = "k8s get 0 0
zap 0 0" ]
    [ "$(found --wrapper homelab --min-users 2 | tail -n 2)" = "net check 1 1
k8s top 1 1" ]
    [ "$(found --wrapper homelab --user alice | wc -l)" -eq 3 ]
}

@test "beyond the window only what is found is asked for, by name" {
    loki_start
    loki_configure
    run -0 hl-usage unused --wrapper homelab --explain
    [[ $output == *'verb=~"k8s get|k8s logs|k8s top|net check|zap"}'*max_over_time* ]] ||
        [[ $output == *'max_over_time({'*'verb=~"k8s get|k8s logs|k8s top|net check|zap"}'* ]]
    # A long table takes several questions, each of them short enough for a URL.
    for i in $(seq 500); do echo "group$i verb-with-a-long-name-$i"; done >many
    run -0 hl-usage unused --manifest many --explain
    [ "$(grep ^GET <<<"$output" | wc -L)" -lt 8000 ]
    run -0 hl-usage unused --manifest many --json
    [ "$(jq '.verbs | length' <<<"$output")" -eq 500 ]
}

@test "a window without any use is said to be one" {
    run -0 hl-usage unused --wrapper homelab
    [[ ${lines[0]} == "no usage recorded in the last 90d: 5 of 5 verbs of homelab never ran" ]]
    [ "${#lines[@]}" -eq 8 ]
}

@test "all of a group" {
    some_use | journal_seed
    run -0 hl-usage unused --wrapper homelab --verb k8s --json
    [ "$(jq -c '[.known, [.verbs[].verb]]' <<<"$output")" = '[3,["k8s get","k8s top"]]' ]
    run -0 hl-usage unused --wrapper homelab --verb k8s\ logs
    [[ ${lines[0]} == *": 0 of 1 verb of homelab never ran" ]]
    [[ $output != *"looked for"* ]]
}

@test "a manifest, as lines, as columns, as JSON, from standard input" {
    some_use | journal_seed
    printf '# ours\nk8s logs\nk8s fly\n' >lines
    [ "$(found --manifest lines)" = "k8s fly 0 0" ]
    wanted="k8s get 0 0
k8s top 0 0
zap 0 0"
    ./homelab manifest >columns
    ./homelab manifest --json >json
    [ "$(found --manifest columns)" = "$wanted" ]
    [ "$(found --manifest json)" = "$wanted" ]
    [ "$(hl-usage unused --manifest json --json | jq -c '[.verbs[].summary]')" = '["The k8s/get","The k8s/top","The zap"]' ]
    [ "$(found --manifest - <json)" = "$wanted" ]
}

@test "what is never recorded isn't unused" {
    printf 'version\nhelp\nmanifest show\nusage\nk8s\n' >lines
    [ "$(found --manifest lines)" = "k8s 0 0" ]
    [ "$(hl-usage unused --manifest lines --json | jq .known)" = 1 ]
}

@test "the wrapper that calls, else the first wrapper homelab in PATH" {
    cp homelab ops
    ./ops usage unused --json >answer
    [ "$(jq -r .table answer)" = "./ops" ]
    [ "$(./ops usage unused --wrapper homelab --json | jq -r .table)" = homelab ]
    run -2 --separate-stderr hl-usage unused
    [ "$stderr" = "hl-usage: unused: whose verbs? no wrapper homelab is in PATH: give --wrapper FILE or --manifest FILE" ]
    [ -z "$output" ]
    # The program that is wrapped may be a homelab, too.
    mkdir cli bin
    printf '#!/bin/sh\ntouch ran\n' >cli/homelab
    chmod +x cli/homelab
    cp homelab bin
    [ "$(PATH=$PWD/cli:$PWD/bin:$PATH hl-usage unused --json | jq -r .table)" = "$PWD/bin/homelab" ]
    [ ! -e ran ]
}

@test "a wrapper around a program" {
    printf 'k8s logs  read  Say\nk8s get\n' >table
    printf '#!/bin/sh\n' >program
    chmod +x program
    hl-wrap --cli "$PWD/program" --manifest table --name ops -o ops
    ./ops k8s logs
    [ "$(./ops usage unused --json | jq -c '[.known, [.verbs[].verb]]')" = '[2,["k8s get"]]' ]
}

# fails STATUS TEXT ARGUMENT...
fails() {
    run "-$1" --separate-stderr hl-usage unused "${@:3}"
    [ -z "$output" ]
    [ "$stderr" = "hl-usage: $2" ]
}

@test "one line for a file that is missing, none of ours, or empty" {
    fails 1 "nope: No such file or directory" --wrapper nope
    fails 1 "nope: No such file or directory" --manifest nope
    fails 1 "verbs: Is a directory" --wrapper verbs
    fails 1 "verbs/zap: no wrapper that hl-wrap generated" --wrapper verbs/zap
    : >empty
    fails 1 "empty: no wrapper that hl-wrap generated" --wrapper empty
    fails 1 "empty: no verbs in it" --manifest empty
    echo '[]' >none
    fails 1 "none: no verbs in it" --manifest none
    echo '{"a":1}' >other
    fails 1 'other: not a JSON array of {"command","tier","summary"}' --manifest other
    sed '/^#: /d' homelab >bare
    fails 1 "bare: no verbs in it" --wrapper bare
    fails 2 "unused: --manifest or --wrapper, not both" --wrapper homelab --manifest none
    fails 2 "unused: --wrapper '': it is empty" --wrapper ''
    fails 2 "unused: --min-runs '0': not a whole number above 0" --wrapper homelab --min-runs 0
    fails 2 "unused: --min-users 'x': not a whole number above 0" --wrapper homelab --min-users x
}

@test "a table is data: its text can't steer the terminal" {
    printf 'k8s\tread\tbad \033[31m summary\n' >lines
    run -0 hl-usage unused --manifest lines
    [[ $output == *"bad ?[31m summary"* ]]
    # The table is the one at the end, whatever the lines before it say.
    sed '4i # The verbs: path, tier, summary.\n#: fake verb  read' homelab >tricky
    [ "$(hl-usage unused --wrapper tricky --json | jq .known)" = 5 ]
}
