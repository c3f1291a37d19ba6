# hl-usage top --by and --long, users, failures, me: what each of them counts and shows.

load helper

setup() {
    hl_setup
    ME=$(id -un)
    # 30 days before that are 18 October to 17 November, and 18 September to 18 October before.
    NOW=2026-11-17T00:00:00Z
}

teardown() { hl_teardown; }

ns() { echo "$(date -d "$1" +%s)500000000"; }

# A week's events of three users: lines for loki_seed.
team() {
    echo "alice k8s_logs $(ns 2026-11-16T10:00Z) 0"
    echo "alice k8s_logs $(ns 2026-11-16T11:00Z) 130"
    echo "alice k8s_logs $(ns 2026-11-10T11:00Z) 1 0.0.9"
    echo "alice net_check $(ns 2026-11-10T12:00Z) 141"
    echo "bob k8s_logs $(ns 2026-11-15T10:00Z) 127"
    echo "bob k8s_? $(ns 2026-11-15T11:00Z) 127"
    echo "bob tf_plan $(ns 2026-11-01T10:00Z) 143"
    echo "bob tf_plan $(ns 2026-11-01T11:00Z) 137"
    echo "bob tf_plan $(ns 2026-11-01T12:00Z) 0 0.0.9"
    echo "carol ? $(ns 2026-10-20T10:00Z) 127"
    echo "carol dns $(ns 2026-10-19T10:00Z) -"
    # the 30 days before
    echo "alice k8s_logs $(ns 2026-10-10T10:00Z) 0"
    echo "alice net_check $(ns 2026-10-01T10:00Z) 0"
    echo "bob old_verb $(ns 2026-10-01T11:00Z) 1"
    # long before that
    echo "bob k8s_logs $(ns 2026-08-01T11:00Z) 1"
}

seeded() {
    needs_double
    loki_start
    loki_configure
    team | loki_seed
}

@test "top: users and failures; an interrupt and a closed pipe are no failures" {
    seeded
    [ "$(hl-usage top --until $NOW --json | jq -c '.verbs[] | [.verb, .count, .users, .failed]')" = \
        '["k8s logs",4,2,0.5]
["tf plan",3,1,0.6667]
["dns",1,1,0]
["net check",1,1,0]' ]
}

@test "top --long: last use and change" {
    seeded
    [ "$(hl-usage top --long --until $NOW --json | jq -c '.verbs[] | [.verb, .last, .change, .before]')" = \
        '["k8s logs","2026-11-16T11:00:00Z",3,1]
["tf plan","2026-11-01T12:00:00Z",null,0]
["dns","2026-10-19T10:00:00Z",null,0]
["net check","2026-11-10T12:00:00Z",0,1]' ]
    run -0 hl-usage top --all --until $NOW
    [[ ${lines[1]} == *"last  change  verb" ]]
    [[ ${lines[2]} == *"+300%  k8s logs" && ${lines[3]} == *"new  tf plan" && ${lines[5]} == *"+0%  net check" ]]
    [[ ${lines[6]} == *" 0 "*"-    gone  old verb" ]]
    [ "$(hl-usage top --all --until $NOW --json | jq -c '.verbs[-1]')" = \
        '{"verb":"old verb","count":0,"share":0,"users":0,"failed":0,"last":null,"change":null,"before":1}' ]
}

@test "top --long asks for the last use of what is seldom used in few ranges only" {
    seeded
    hl-usage top --long --until $NOW >/dev/null
    curl -sf "$LOKI_URL/double/requests" | jq -r '.[] | .query.query // empty' | grep max_over_time >asked
    # What was not used in the last day, by name, and only where its last use lies.
    grep -v verb= asked
    run -0 grep -c 'verb=~"dns|net check|tf plan"' asked
    [ "$output" -le 4 ]
    run ! grep 'k8s logs' asked
}

@test "a short window has no pieces" {
    seeded
    [ "$(hl-usage top --long --since 2h --until 2026-11-16T11:30Z --json | jq -c '.verbs[] | [.verb, .count, .last, .before]')" = \
        '["k8s logs",2,"2026-11-16T11:00:00Z",0]' ]
}

@test "top --by user, exit, version" {
    seeded
    [ "$(hl-usage top --by user --until $NOW --json | jq -c '.by, (.rows[] | [.user, .count, .verbs, .failed])')" = \
        '"user"
["alice",4,2,0.25]
["bob",4,2,0.75]
["carol",1,1,0]' ]
    [ "$(hl-usage top --by exit --until $NOW --json | jq -c '.rows[] | [.exit, .meaning, .count]')" = \
        '["0","success",2]
["","",1]
["1","failure",1]
["127","not found",1]
["130","interrupted (SIGINT)",1]
["137","killed (SIGKILL)",1]
["141","reader gone (SIGPIPE)",1]
["143","terminated (SIGTERM)",1]' ]
    [ "$(hl-usage top --by version --until $NOW --csv | tr -d '\r')" = "version,count,share,users,verbs,failed
$HL_VERSION,7,0.7778,3,4,0.4286
0.0.9,2,0.2222,2,2,0.5000" ]
    [ "$(hl-usage top --by user --long --until $NOW --json | jq -c '.rows[] | [.user, .last, .before]')" = \
        '["alice","2026-11-16T11:00:00Z",2]
["bob","2026-11-15T11:00:00Z",1]
["carol","2026-10-20T10:00:00Z",0]' ]
}

@test "top --by exit: a status without a meaning is left alone" {
    journal_add k8s "$(now_ns)" 42
    run -0 hl-usage top --by exit
    [[ ${lines[2]} =~ \ 42\ *$ ]]
}

@test "top --by day, week, hour" {
    seeded
    [ "$(hl-usage top --by week --until $NOW --since 2026-11-02 --json | jq -c '.rows[] | [.week, .from, .count, .users]')" = \
        '["2026-W45","2026-11-02T00:00:00Z",0,0]
["2026-W46","2026-11-09T00:00:00Z",3,2]
["2026-W47","2026-11-16T00:00:00Z",2,1]' ]
    [ "$(hl-usage top --by day --until $NOW --since 2026-11-15 --json | jq -c '.rows[] | [.day, .count, .verbs]')" = \
        '["2026-11-15",1,1]
["2026-11-16",2,1]' ]
    [ "$(hl-usage top --by hour --since 2026-11-16T09:00Z --until 2026-11-16T11:00Z --json | jq -c '.rows[] | [.hour, .count]')" = \
        '["2026-11-16 09:00",0]
["2026-11-16 10:00",1]' ]
    run -2 --separate-stderr hl-usage top --by month
    [[ $stderr == "hl-usage: top: --by 'month': it is one of verb, user, exit, version, day, week, hour"* ]]
}

@test "users" {
    seeded
    [ "$(hl-usage users --until $NOW --json | jq -c '.users[] | [.user, .runs, .verbs, .misses, .last, .favourites]')" = \
        '["alice",4,2,0,"2026-11-16T11:00:00Z","k8s logs, net check"]
["bob",4,2,1,"2026-11-15T11:00:00Z","tf plan, k8s logs"]
["carol",1,1,1,"2026-10-20T10:00:00Z","dns"]' ]
    run -0 hl-usage users --until $NOW
    [[ ${lines[0]} == *": 3 users, 9 runs" ]]
    [[ ${lines[1]} == "user "*"favourites" && ${lines[3]} == "bob  "*"tf plan, k8s logs" ]]
    run -0 hl-usage users --since 2026-10-20 --until 2026-10-21
    [[ ${lines[2]} == "carol     0 "*" -" ]]
}

@test "failures, with interrupts apart" {
    seeded
    run -0 hl-usage failures --until $NOW
    [[ ${lines[0]} == *": 4 of 9 runs failed, 2 interrupted" ]]
    [[ ${lines[2]} == "k8s logs"*" 2 "*" 4 "*"1 (1), 127 not found (1)" ]]
    [[ ${lines[3]} == "tf plan "*"137 killed (SIGKILL) (1), 143 terminated (SIGTERM) (1)" ]]
    [[ ${lines[4]} == data:* ]]
    [ "$(hl-usage failures --until $NOW --json | jq -c '[.total, .failed, .interrupted], (.verbs[] | [.verb, .failed, .runs, .share, .interrupted, .users])')" = \
        '[9,4,2]
["k8s logs",2,4,0.5,1,2]
["tf plan",2,3,0.6667,0,1]' ]
    run -0 hl-usage failures --until $NOW --user carol
    [[ ${lines[0]} == *": 0 of 1 run failed, 0 interrupted" && ${#lines[@]} -eq 2 ]]
}

@test "me: all that is stored of this user, and how it is deleted" {
    seeded
    {
        echo "$ME k8s_? $(ns 2026-03-01T10:00Z) 127"
        echo "$ME dns $(ns 2026-03-01T11:00Z) 1"
        echo "$ME dns $(ns 2026-11-01T11:00Z) 0"
        echo "$ME dns $(ns 2026-05-01T11:00Z) 130"
    } | loki_seed
    [ "$(hl-usage me --until $NOW --json | jq -c '[.user, .total], (.verbs[] | [.verb, .count, .failed, .interrupted, .first, .last])')" = \
        "[\"$ME\",4]"'
["dns",3,1,1,"2026-03-01T11:00:00Z","2026-11-01T11:00:00Z"]
["k8s ?",1,1,0,"2026-03-01T10:00:00Z","2026-03-01T10:00:00Z"]' ]
    run -0 hl-usage me --until $NOW
    [[ ${lines[0]} == *": 4 events of $ME" ]]
    [[ ${lines[-1]} == *"POST /loki/api/v1/delete, query {job=\"homelab-usage\", user=\"$ME\"}"* ]]
    run -0 hl-usage me --local
    [ "$output" = "no usage recorded in the last 365d" ]
    run -2 --separate-stderr hl-usage me --user alice
    [[ $stderr == "hl-usage: me: --user has no meaning here"* ]]
}

@test "failures: statuses that nobody's shell gives are bounded, and there for the others" {
    seeded
    local i at
    at=$(ns 2026-11-14T10:00Z)
    {
        for i in $(seq 255); do echo "bob all $((at + i)) $i"; done
        echo "eve odd $at $(printf '%09000d' 5)"
        for i in $(seq 300); do echo "eve many $((at + i)) $(printf '%060d' "$i")"; done
    } | loki_seed
    run -0 hl-usage failures --until "$NOW"
    [[ $output == *"k8s logs"* && $output == *"0000... (1)"* ]]
    [[ $output == *"255 (1)"* && $output == *" more"* ]]
    [ "$(wc -L <<<"$output")" -lt 10000 ]
    hl-usage failures --until "$NOW" --json | jq -e '[.verbs[] | select(.verb == "all").exits | split(", ") | length] == [251]'
}
