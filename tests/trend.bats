# hl-usage trend: counts by the steps of the calendar, as one line or several.

load helper

setup() {
    hl_setup
    ME=$(id -un)
}

teardown() { hl_teardown; }

# at 'DATE TIME' in UTC, in ns.
at() { echo "$(date -u -d "$1" +%s)${2:-000000000}"; }

# events VERB DATE COUNT: so many on that day in UTC, from noon on, as lines for a seed.
events() {
    local i start
    start=$(date -u -d "$2 12:00" +%s)
    for ((i = 0; i < $3; i++)); do echo "$ME $1 $((start + i))000000000"; done
}

# A week of October 2025, and two days before it.
a_week() {
    events k8s_logs 2025-10-05 2
    events k8s_logs 2025-10-08 4
    events k8s_logs 2025-10-09 1
    events k8s_get 2025-10-09 1
    events k8sx 2025-10-09 9
    events net 2025-10-11 3
    events 'k8s_?' 2025-10-11 5
    events k8s 2025-10-12 2
}

week() { hl-usage trend --since 2025-10-07 --until 2025-10-14 "$@"; }

# "COUNT ..." of a trend's steps in JSON.
counts() { jq -r '[.steps[].count] | join(" ")'; }

# How long its steps are. jq 1.6 takes times for local ones.
hours() { TZ=UTC jq -c '[.steps[] | ((.to | fromdate) - (.from | fromdate)) / 3600]'; }

@test "by day: zeros, a moving average, a bar, and what is cut is marked" {
    a_week | journal_seed
    run -0 --separate-stderr hl-usage trend --since '2025-10-08 06:00' --until '2025-10-13 18:00'
    [ -z "$stderr" ]
    diff - <(sed 's/^data: .*/data/' <<<"$output") <<END
2025-10-08 06:00 to 2025-10-13 18:00, journal: 20 runs by 1 user
-#_:._  4.0 a day  +900% against the window before
runs  average  users                            day
   4        -      1  #########                 2025-10-08 (partial)
  11     11.0      1  ########################  2025-10-09
   0      5.5      0                            2025-10-10
   3      4.7      1  #######                   2025-10-11
   2      4.0      1  ####                      2025-10-12
   0      4.0      0                            2025-10-13 (partial)
data
END
}

@test "the current day is partial, whole ones are not" {
    journal_add net "$(now_ns)"
    run -0 hl-usage trend --since today
    [[ ${lines[3]} == "   1        -      1  "*" (partial)" ]]
    [ "$(hl-usage trend --since yesterday --until today --json | jq -c '[.steps[].partial]')" = '[false]' ]
    [ "$(hl-usage trend --since yesterday --json | jq -c '[.steps[].partial]')" = '[false,true]' ]
}

@test "the average is that of seven whole days" {
    for i in 1 2 3 4 5 6 7 8 9; do events net 2025-10-0$i $i; done | journal_seed
    [ "$(hl-usage trend --since 2025-10-01 --until '2025-10-10 01:00' --json | jq -c '[.steps[].average]')" = \
        '[1,1.5,2,2.5,3,3.5,4,5,6,6]' ]
}

# In Central Europe's October 26th, which has 25 hours, and around it; and on the last day of March's summer time.
around_midnights() {
    echo "$ME first $(at '2025-10-25 22:00' 000000001)"
    echo "$ME last $(at '2025-10-26 23:00')"
    echo "$ME after $(at '2025-10-26 23:00' 000000001)"
    echo "$ME spring $(at '2025-03-30 22:00')"
}

@test "days across a change of the clock have 25 and 23 hours" {
    export TZ=CET-1CEST,M3.5.0,M10.5.0/3
    around_midnights | journal_seed
    run -0 hl-usage trend --since 2025-10-25 --until 2025-10-28 --json
    [ "$(counts <<<"$output")" = "0 2 1" ]
    [ "$(hours <<<"$output")" = '[24,25,24]' ]
    [ "$(jq -c '[.steps[].partial] | unique' <<<"$output")" = '[false]' ]
    run -0 hl-usage trend --since 2025-03-29 --until 2025-04-01 --json
    [ "$(counts <<<"$output")" = "0 1 0" ]
    [ "$(hours <<<"$output")" = '[24,23,24]' ]
    run -0 hl-usage trend --since 2025-10-25 --until 2025-10-28 --utc --json
    [ "$(counts <<<"$output")" = "1 2 0" ]
    [ "$(hl-usage trend --step hour --since 2025-10-26 --until 2025-10-27 --json | jq '.steps | length')" = 25 ]
}

@test "weeks begin on Monday" {
    a_week | journal_seed
    run -0 hl-usage trend --step week --since 2025-09-29 --until 2025-10-20
    [[ ${lines[3]} == *"  2025-W40" && ${lines[4]} == "  20 "*"  2025-W41" && ${lines[5]} == *"  2025-W42" ]]
    [[ ${lines[1]} == *" a week "* ]]
}

@test "the default window depends on the step" {
    [ "$(hl-usage trend --json | jq -r .since)" = 30d ]
    [ "$(hl-usage trend --step hour --json | jq -r .since)" = 2d ]
    [ "$(hl-usage trend --json --step week | jq -r .since)" = 26w ]
    [ "$(hl-usage trend --step week --since 3w --json | jq -r .since)" = 3w ]
}

@test "VERBs are prefixes by whole words, a line each, in their order" {
    a_week | journal_seed
    run -0 week net k8s 'k8s logs' nope
    diff - <(tail -n +2 <<<"$output" | sed 's/^data: .*/data/') <<END
runs  a day  users  change  trend    verb
   3    0.4      1     new  ____#__  net
   8    1.1      1   +300%  _#=__=_  k8s
   5    0.7      1   +150%  _#:____  k8s logs
   0    0.0      0          _______  nope
data
END
    [[ ${lines[0]} == *": 11 runs of net, k8s, k8s logs, nope by 1 user" ]]
    run -0 week k8s
    [[ ${lines[0]} == *": 8 runs of k8s by 1 user" ]]
    [[ ${lines[5]} == "   2      2.0      1  ###"* ]]
    # Once is enough.
    [ "$(week k8s k8s --json | jq -c '[.lines[] | [.verb, .count]]')" = '[["k8s",8]]' ]
    # --verb narrows what the lines are of.
    [ "$(week k8s net --verb 'k8s logs' --json | jq -c '[.lines[] | [.verb, .count]]')" = '[["k8s",5],["net",0]]' ]
}

@test "a line for each verb, or user" {
    a_week | journal_seed
    run -0 week --by verb --limit 2
    [[ ${lines[2]} == "1     9 "*"  k8sx" && ${lines[3]} == "2     5 "*"  k8s logs" && ${lines[4]} == "and 3 more verbs" ]]
    [ "$(week --by verb k8s --json | jq -c '[.lines[].verb]')" = '["k8s logs","k8s","k8s get"]' ]
    [ "$(week --by user --json | jq -c '[.lines[] | [.user, .count]]')" = "[[\"$ME\",20]]" ]
    run -0 week --by verb --limit 2 --sort verb --csv
    [ "$(cut -d, -f1 <<<"$output" | uniq -c | tr -s ' ')" = ' 1 verb
 7 k8s
 7 k8s get' ]
    run -0 week --limit 2 --sort count
    [[ ${lines[3]} == "  11 "*2025-10-09 && ${lines[4]} == "   4 "*2025-10-08 && ${lines[5]} == "and 5 more days" ]]
}

@test "the JSON has exactly its members, and CSV a line for each step" {
    a_week | journal_seed
    run -0 week --json
    jq -e 'keys_unsorted == ["since", "until", "from", "to", "source", "step", "total", "lines", "steps", "quality"]
        and (.lines | length) == 1 and (.lines[0] | keys_unsorted)
            == ["verb", "count", "average", "users", "before", "change", "counts"]
        and .lines[0].verb == null and .lines[0].counts == [0, 4, 11, 0, 3, 2, 0] and .lines[0].change == 9
        and .total == 20 and .quality.misses == 5
        and all(.steps[]; keys_unsorted == ["verb", "from", "to", "partial", "count", "average", "users"])' <<<"$output"
    run -0 week k8s --csv --limit 2
    [ "$output" = $'verb,from,to,partial,count,average,users\r
k8s,2025-10-07T00:00:00Z,2025-10-08T00:00:00Z,false,0,0.0000,0\r
k8s,2025-10-08T00:00:00Z,2025-10-09T00:00:00Z,false,4,2.0000,1\r' ]
}

@test "Loki's answer is the journal's, by any step and line" {
    needs_double
    a_week >rows
    journal_seed <rows
    loki_start
    loki_configure
    loki_seed <rows
    while read -ra words; do
        diff <(week --json --local "${words[@]}" | jq 'del(.source)') <(week --json "${words[@]}" | jq 'del(.source)')
        diff <(week --local "${words[@]}" | sed 's/journal/SOURCE/') <(week "${words[@]}" | sed "s#$LOKI_URL#SOURCE#")
    done <<END

k8s
k8s net
--by verb
--by user --utc
--step hour
--step week k8s
END
    [ "$(week --json | jq .total)" = 20 ]
}

@test "each day is what Loki's plain instant query says, also across a change of the clock" {
    local answer from to count
    needs_double
    loki_start
    loki_configure
    { around_midnights; events k8s 2025-10-27 7; } | loki_seed
    export TZ=CET-1CEST,M3.5.0,M10.5.0/3
    answer=$(hl-usage trend --json --since '2025-10-24 13:00' --until '2025-10-28 15:00')
    [ "$(counts <<<"$answer")" = "0 0 2 8 0" ]
    while read -r from to count; do
        [ "$(curl -sfG -H "X-Scope-OrgID: $LOKI_TENANT" "$LOKI_URL/loki/api/v1/query" --data-urlencode "time=$to" \
            --data-urlencode "query=sum(count_over_time({job=\"homelab-usage\"}[$((to - from))s]))" |
            jq -r '.data.result[0].value[1] // 0')" = "$count" ]
    done < <(TZ=UTC jq -r '.steps[] | "\(.from | fromdate) \(.to | fromdate) \(.count)"' <<<"$answer")
}

@test "all days and the window before are one question, a request each" {
    loki_start
    loki_configure
    run -0 week --explain
    [ "$(grep -c ^GET.*/query_range <<<"$output")" -eq 9 ]
    run -0 week k8s --explain
    [[ $output == *'verb=~"k8s( .*)?"'* ]]
}

@test "on a terminal the line is drawn in blocks" {
    a_week | journal_seed
    export COLUMNS=100 TERM=xterm
    run -0 "$HL_TESTS/terminal" hl-usage trend --since 2025-10-07 --until 2025-10-14
    [[ $output == *"▁▄█▁▃▂▁"* ]]
    run -0 "$HL_TESTS/terminal" hl-usage trend --since 2025-10-07 --until 2025-10-14 net k8s
    [[ $output == *"▁▁▁▁█▁▁"* ]]
    # A narrow one goes without it.
    run -0 "$HL_TESTS/terminal" --size 24x60 hl-usage trend --since 2025-10-07 --until 2025-10-14 net k8s
    [[ $output == *net* ]]
    [[ $output != *█* ]]
    # As many blocks as a line has room for.
    run -0 hl-usage trend --step hour --since 2025-10-07 --until 2025-10-14
    [ "$(cut -d' ' -f1 <<<"${lines[1]}" | tr -d '\n' | wc -c)" -eq 32 ]
}

@test "nothing is an answer" {
    run -0 --separate-stderr hl-usage trend
    [ "$output" = "no usage recorded in the last 30d" ]
    run -0 hl-usage trend k8s net --since 2w --user alice
    [ "$output" = "no usage recorded in the last 2w of k8s, net by alice" ]
    run -0 hl-usage trend verb{1..300} --user "$(printf 'u%0300d' 0)"
    [[ $output == *" of verb1, verb2, verb3, "*"verb8 and 292 more by u"*... ]]
    [ "${#output}" -lt 300 ]
    [ "$(hl-usage trend --since 2025-10-07 --until 2025-10-09 --json | counts)" = "0 0" ]
}

# misuse PATTERN ARGUMENT...
misuse() {
    run -2 --separate-stderr hl-usage trend "${@:2}"
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "hl-usage: trend: "$1 ]]
}

@test "one line for what is typed wrong" {
    misuse "--step 'month': it is one of hour, day, week" --step month
    misuse "--by 'day': it is one of all, verb, user" --by day
    misuse "VERB '': it is empty" ''
    misuse "VERB '?': not UTF-8*" $'\xff'
    misuse "--sort 'users_': it is one of *count*" --sort users_
    misuse "--step hour: the window has more than 2000 of them: *" --step hour --since 90d
}
