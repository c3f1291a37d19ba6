# hl-usage's numbers: the same from the journal, from Loki, and from Loki's plain instant query over the same window.

load helper

setup() {
    hl_setup
    ME=$(id -un)
    needs_double
    loki_start
    loki_configure
}

teardown() { hl_teardown; }

# rows USERS VERBS COUNT DAYS: lines for loki_seed, spread over the last DAYS days, the same each time but for now.
rows() {
    awk -v users="$1" -v verbs="$2" -v count="$3" -v days="$4" -v now="$(date +%s)" -v me="$ME" 'BEGIN {
        split("0 0 0 0 1 2 130 127 143 -", exits, " ")
        split("0.1.0 0.1.0 0.2.0", versions, " ")
        x = 12345
        for (i = 0; i < count; i++) {
            x = (x * 1103515245 + 12345) % 2147483648; u = int(x / 65536) % users
            x = (x * 1103515245 + 12345) % 2147483648; v = int(x / 65536) % verbs
            x = (x * 1103515245 + 12345) % 2147483648; e = exits[1 + int(x / 65536) % 10]
            x = (x * 1103515245 + 12345) % 2147483648; p = versions[1 + int(x / 65536) % 3]
            s = now - 60 - int(days * 86400 * i / count)
            verb = v % 7 == 0 ? "k8s" : v % 7 == 1 ? "k8s_?" : v % 7 == 2 ? "k8s_logs" v : v % 7 == 3 ? "k8sx" v : "net_v" v
            print (u == 0 ? me : "user" u), verb, s sprintf("%09d", i), e, p
        }
    }'
}

# The plain instant query over the window of an answer in $1, grouped by LABELS: lines "VALUE... COUNT", sorted.
instant() {
    local answer=$1 labels=$2 selector=${3:-'{job="homelab-usage"}'} from to
    from=$(jq '.from | fromdate' <<<"$answer")
    to=$(jq '.to | fromdate' <<<"$answer")
    curl -sfG -H "X-Scope-OrgID: $LOKI_TENANT" "$LOKI_URL/loki/api/v1/query" --data-urlencode "time=$to" \
        --data-urlencode "query=sum by ($labels) (count_over_time($selector | logfmt [$((to - from))s]))" |
        jq -r --arg l "$labels" '.data.result[] | .metric as $m | ([$l | split(", ")[] | $m[.] // ""] + [.value[1]]) | join("|")' |
        LC_ALL=C sort
}

# runs_match ANSWER: its verbs are those of the instant query.
runs_match() {
    diff <(instant "$1" verb "${2:-}" | grep -v '?|') <(jq -r '.verbs[] | "\(.verb)|\(.count)"' <<<"$1" | LC_ALL=C sort)
}

@test "counts are those of the plain instant query: long windows, windows in the past, across midnights" {
    local answer since until
    rows 5 40 3000 100 | loki_seed
    while IFS='|' read -r since until; do
        answer=$(hl-usage top --json --since "$since" --until "$until")
        runs_match "$answer"
        [ "$(jq .total <<<"$answer")" -gt 0 ]
    done <<END
30d|now
1h|now
95d|now
721h|2d
31d|40d
$(date -d '-50 days' +%F)|$(date -d '-9 days' +%F)
yesterday|today
$(date -u -d '-33 days' +%FT%TZ)|$(date -u -d '-32 days 3 hours' +%FT%TZ)
END
}

@test "failures and users are those of the plain instant query" {
    local answer
    rows 5 40 3000 30 | loki_seed
    answer=$(hl-usage top --json --since 30d)
    diff <(instant "$answer" "verb, user" | grep -v '?|' | awk -F'|' '{ n[$1]++ } END { for (v in n) print v "|" n[v] }' | LC_ALL=C sort) \
        <(jq -r '.verbs[] | "\(.verb)|\(.users)"' <<<"$answer" | LC_ALL=C sort)
    answer=$(hl-usage failures --json --since 30d)
    diff <(instant "$answer" "verb, exit" | awk -F'|' '$1 !~ /\?$/ && $2 != "" && $2 != 0 && $2 != 130 { n[$1] += $3 }
            END { for (v in n) print v "|" n[v] }' | LC_ALL=C sort) \
        <(jq -r '.verbs[] | "\(.verb)|\(.failed)"' <<<"$answer" | LC_ALL=C sort)
    diff <(instant "$answer" exit | awk -F'|' '$1 == 130 { print $2 }') \
        <(jq --argjson m "$(instant "$answer" "verb, exit" | awk -F'|' '$1 ~ /\?$/ && $2 == 130 { n += $3 } END { print n + 0 }')" \
            '.interrupted + $m' <<<"$answer")
}

@test "by exit status, version, user" {
    local answer by label
    rows 5 40 2000 30 | grep -v '?' | loki_seed
    while read -r by label; do
        answer=$(hl-usage top --json --by "$by")
        diff <(instant "$answer" "$label") <(jq -r --arg by "$by" '.rows[] | "\(.[$by])|\(.count)"' <<<"$answer" | LC_ALL=C sort)
    done <<END
exit exit
version ver
user user
END
}

# What every command says, without what names the source and the moment.
said() {
    local command words
    for command in "top" "top --by exit" "top --by version --sort version" "top --by day --csv" "top --long --all --csv" \
        "users --csv" "failures" "me --since 60d --csv" "top --verb k8s" "failures --verb net --csv"; do
        read -ra words <<<"$command"
        echo "== $command"
        hl-usage "${words[@]}" --since 25d --until "$1" "${@:2}" |
            sed "s|journal|SOURCE|; s|$LOKI_URL|SOURCE|; s/^data: .*//; s/^to have this deleted.*//"
    done
}

@test "the journal says what Loki says" {
    rows 1 25 1500 60 | grep -v ' - ' >events
    loki_seed <events
    awk '{ gsub("_", " ", $2); v = $2; print $3, $4, $5, v }' events >"$BATS_TEST_TMPDIR/journal"
    mkdir -p -m 700 "$HL_STATE"
    (umask 077 && : >"$HL_STATE/lock" && cp "$BATS_TEST_TMPDIR/journal" "$HL_STATE/journal")
    chmod 600 "$HL_STATE/journal"
    until=$(date -u -d '-1 hour' +%FT%TZ)
    diff <(said "$until" --local) <(said "$until")
    [ "$(said "$until" --local | wc -l)" -gt 150 ]
}

@test "more than 500 series by exit status: halved until they fit, and the same" {
    local answer
    # 20 users of 30 verbs with up to 10 statuses are some 6,000 series.
    rows 20 30 12000 4 | loki_seed
    # Over five days the streams are listed along with the count, below that after a refusal.
    for since in 5d 119h 40d; do
        answer=$(hl-usage top --json --since $since)
        runs_match "$answer"
    done
    # The long form has several ranges, whose streams are listed or not.
    [ "$(jq -c '.verbs | map([.verb, .count])' <<<"$answer")" = \
        "$(hl-usage top --long --json --since 40d | jq -c '.verbs | map([.verb, .count])')" ]
    answer=$(hl-usage top --json --since 5d --by version)
    diff <(instant "$answer" "verb, ver" | grep -v '?|' | awk -F'|' '{ n[$2] += $3 } END { for (v in n) print v, n[v] }' | sort) \
        <(jq -r '.rows[] | "\(.version) \(.count)"' <<<"$answer" | sort)
    # Some share was too large, and asked again.
    curl -sf "$LOKI_URL/double/requests" | jq -e '[.[] | select(.status == 400 and (.query.query // "" | test("verb=")))] | length > 0'
}

@test "one verb with very many users and statuses is halved by users" {
    local ns i
    ns=$(($(date +%s) - 100))
    for i in $(seq 300); do
        for e in 0 1 2 3 4 5; do echo "user$i k8s_logs ${ns}00000000$e $e"; done
    done >rows
    loki_seed <rows
    answer=$(hl-usage top --json --since 1h --until now)
    [ "$(jq -c '.verbs | map([.verb, .count, .users, .failed])' <<<"$answer")" = '[["k8s logs",1800,300,0.8333]]' ]
}

@test "several hundred users: more requests, none longer than what proxies take; who is named twice counts once" {
    local ns i arguments=()
    ns=$(($(date +%s) - 100))
    for i in $(seq 400); do
        echo "somebody.with.a.long.name.$i dns ${ns}000000000"
        arguments+=(--user "somebody.with.a.long.name.$i")
    done >rows
    echo "another dns ${ns}000000000" >>rows
    loki_seed <rows
    run -0 hl-usage top --json --since 1h "${arguments[@]}" --user "somebody.with.a.long.name.1"
    [ "$(jq -c '[.total, .verbs[0].users]' <<<"$output")" = "[400,400]" ]
    hl-usage top --explain --since 1h "${arguments[@]}" | grep ^GET >urls
    [ "$(wc -L <urls)" -lt 8000 ]
    [ "$(wc -l <urls)" -gt 3 ]
}

@test "one verb of one user that is too much is said" {
    local ns
    ns=$(($(date +%s) - 100))
    for i in $(seq 600); do echo "alice dns ${ns}000000$((i + 100)) 0 0.1.$i"; done | loki_seed
    run -1 --separate-stderr hl-usage top --by version --since 1h
    [ -z "$output" ]
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: $LOKI_URL: 'dns' of 'alice' alone has more than the 500 series"* ]]
    run -0 hl-usage top --since 1h
}

@test "--verb is whole words, with their misses, and no pattern" {
    local ns verb
    ns=$(($(date +%s) - 100))000000000
    for verb in k8s k8s_logs k8s_logs_web k8s_? k8sx kxs k k8s.logs; do echo "alice $verb $ns"; done | loki_seed
    of() { hl-usage top --json "$@" | jq -c '[.verbs[].verb] + [.quality.misses]'; }
    [ "$(of --verb k8s)" = '["k8s","k8s logs","k8s logs web",1]' ]
    [ "$(of --verb 'k8s logs')" = '["k8s logs","k8s logs web",0]' ]
    [ "$(of --verb 'k8s.logs')" = '["k8s.logs",0]' ]
    [ "$(of --verb 'k.s')" = '[0]' ]
    [ "$(of --verb '.*')" = '[0]' ]
    [ "$(of --verb k8s --verb kxs)" = '["k8s","k8s logs","k8s logs web","kxs",1]' ]
    journal_seed <<END
x k8s_logs $ns
x k8s $ns
x k8s_? $ns
x k8sx $ns
END
    [ "$(of --local --verb k8s)" = '["k8s","k8s logs",1]' ]
    run -0 hl-usage top --verb nothing --verb 'a b'
    [ "$output" = "no usage recorded in the last 30d of nothing, a b" ]
}

@test "days are told apart at midnight, to the nanosecond" {
    export TZ=Europe/Berlin
    local midnight
    midnight=$(date -d '2026-10-26' +%s)
    for ns in "$midnight"000000000 "$midnight"000000001 $((midnight - 1))999999999; do echo "alice dns $ns"; done | loki_seed
    [ "$(hl-usage top --by day --since 2026-10-25 --until 2026-10-27 --json | jq -c '[.rows[] | [.day, .count]]')" = \
        '[["2026-10-25",2],["2026-10-26",1]]' ]
}
