# hl-usage misses: where people reached for a verb that isn't there.

load helper

setup() {
    hl_setup
    ME=$(id -un)
}

teardown() { hl_teardown; }

# events USER VERB DATE COUNT: so many on that day in UTC, from noon on, as lines for a seed.
events() {
    local i start
    start=$(date -u -d "$3 12:00" +%s)
    for ((i = 0; i < $4; i++)); do echo "$1 $2 $((start + i))000000000 127"; done
}

# A few days of October 2025 and the same time before.
some_misses() {
    events "$ME" 'k8s_?' 2025-10-05 2
    events "$ME" 'net_dns_?' 2025-10-05 1
    events "$ME" 'k8s_?' 2025-10-08 2
    events "$ME" 'k8s_?' 2025-10-10 1
    events "$ME" '?' 2025-10-10 1
    events "$ME" 'k8s_logs' 2025-10-10 3
}

days() { hl-usage misses --since 2025-10-07 --until 2025-10-11 "$@"; }

@test "by known prefix, with users, change and trend; no runs" {
    some_misses | journal_seed
    run -0 --separate-stderr days
    [ -z "$stderr" ]
    diff - <(sed 's/^data: .*/data/' <<<"$output") <<END
2025-10-07 00:00 to 2025-10-11 00:00, journal: 4 misses by 1 user, beside 3 runs
   misses  share  users  change  trend  verb
1       3  75.0%      1    +50%  _#_=   k8s ?
2       1  25.0%      1     new  ___#   ?
data
END
}

@test "JSON and CSV" {
    some_misses | journal_seed
    run -0 days --json
    jq -e 'keys_unsorted == ["since", "until", "from", "to", "source", "step", "total", "runs", "misses", "quality"]
        and .step == "day" and .total == 4 and .runs == 3 and .quality.misses == 4
        and .misses[0] == {verb: "k8s ?", count: 3, share: 0.75, users: 1, before: 2, change: 0.5, counts: [0, 2, 0, 1]}
        and .misses[1].change == null' <<<"$output"
    run -0 days --csv
    [ "$output" = $'verb,count,share,users,before,change,counts\r
k8s ?,3,0.7500,1,2,0.5000,0 2 0 1\r
?,1,0.2500,1,0,,0 0 0 1\r' ]
}

@test "Loki's answer is the journal's" {
    needs_double
    some_misses >rows
    journal_seed <rows
    loki_start
    loki_configure
    loki_seed <rows
    for words in '' '--verb k8s' '--step week' '--sort change --reverse'; do
        # shellcheck disable=SC2086
        diff <(days --json --local $words | jq 'del(.source)') <(days --json $words | jq 'del(.source)')
    done
    [ "$(days --json | jq .total)" = 4 ]
    # Other people's are counted, and told apart.
    events alice '?' 2025-10-09 5 | loki_seed
    [ "$(days --json | jq -c '[.misses[] | [.verb, .count, .users]]')" = '[["?",6,2],["k8s ?",3,1]]' ]
    [ "$(days --json --user alice | jq -c '[.misses[] | [.verb, .count, .users]]')" = '[["?",5,1]]' ]
}

@test "below a prefix" {
    some_misses | journal_seed
    [ "$(days --verb k8s --json | jq -c '[.runs, [.misses[].verb]]')" = '[3,["k8s ?"]]' ]
    [ "$(days --verb 'k8s logs' --json | jq -c '[.runs, .misses]')" = '[3,[]]' ]
}

@test "none is an answer" {
    run -0 --separate-stderr hl-usage misses
    [ "$output" = "no misses recorded in the last 30d" ]
    journal_add net "$(now_ns)"
    run -0 hl-usage misses
    [ "${lines[0]}" = "no misses recorded in the last 30d: 1 run" ]
    [[ ${lines[1]} == "data: "* ]]
}

@test "a wrapper's misses arrive here" {
    mkdir -p verbs/k8s
    printf '#!/bin/sh\n' >verbs/k8s/logs
    chmod +x verbs/k8s/logs
    hl-wrap --verbs verbs -o homelab
    run -127 ./homelab k8s lgos --token secret
    run -127 ./homelab kubernetes
    ./homelab k8s logs
    run -0 ./homelab usage misses --json
    [ "$(jq -c '[.runs, [.misses[] | [.verb, .count]]]' <<<"$output")" = '[1,[["?",1],["k8s ?",1]]]' ]
}

@test "one line for what is typed wrong" {
    run -2 --separate-stderr hl-usage misses --step month
    [ "$stderr" = "hl-usage: misses: --step 'month': it is one of hour, day, week" ]
    run -2 --separate-stderr hl-usage misses k8s
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "hl-usage: misses: 'k8s' is no option"* ]]
}
