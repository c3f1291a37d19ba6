# hl-usage top: what it counts and shows, the same from the journal and from Loki.

load helper

setup() {
    hl_setup
    ME=$(id -un)
}

teardown() { hl_teardown; }

# "COUNT VERB" lines of a ranking in JSON.
ranked() { hl-usage top --json "$@" | jq -r '.verbs[] | "\(.count) \(.verb)"'; }

ranked_is() {
    local expected=$1
    shift
    [ "$(ranked "$@")" = "$expected" ]
}

# SECONDS before now, in ns, in the middle of a second.
ago() { echo "$(($(date +%s) - $1))500000000"; }

# push_rows: lines "USER VERB-WITH-_-FOR-SPACE NS" from stdin, in one request; "-" is no verb label.
push_rows() {
    jq -Rnc --arg v "$HL_VERSION" '{streams: [inputs | split(" ") | {
        stream: ({job: "homelab-usage", user: .[0]} + if .[1] == "-" then {} else {verb: (.[1] | gsub("_"; " "))} end),
        values: [[.[2], "exit=0 ver=" + $v]]}]}' |
        curl -sf -H "X-Scope-OrgID: $LOKI_TENANT" -H 'Content-Type: application/json' --data-binary @- \
            "$LOKI_URL/loki/api/v1/push"
}

# Lines that are hours old are invisible until Loki has written them out.
loki_flush() { curl -sf -X POST "$LOKI_URL/flush"; }

# Five, three, two runs and one of four verbs, and a miss, by ADD VERB NS.
four_verbs() {
    local i add=$1
    for i in 1 2 3 4 5; do "$add" "k8s logs" "$(ago $((100 - i)))"; done
    for i in 1 2 3; do "$add" "net check" "$(ago $((90 - i)))" 1; done
    for i in 1 2; do "$add" "tf plan" "$(ago $((80 - i)))" 130; done
    "$add" "dns" "$(ago 70)"
    "$add" "k8s ?" "$(ago 60)" 127
}

push_mine() { loki_push "$ME" "$@"; }

RANKED_FOUR='5 k8s logs
3 net check
2 tf plan
1 dns'

@test "the journal's verbs are ranked" {
    four_verbs journal_add
    ranked_is "$RANKED_FOUR"
    run -0 --separate-stderr hl-usage top --json
    [ -z "$stderr" ]
    [ "$(jq -c '[.source, .total, .users]' <<<"$output")" = "[\"journal\",11,[\"$ME\"]]" ]
}

@test "Loki's verbs are ranked, and the answer is the journal's" {
    loki_start
    four_verbs journal_add
    four_verbs push_mine
    loki_configure
    eventually 10 ranked_is "$RANKED_FOUR"
    diff <(hl-usage top --json --local | jq -S '{users, total, verbs}') \
        <(hl-usage top --json | jq -S '{users, total, verbs}')
    [ "$(hl-usage top --json | jq -r .source)" = "$LOKI_URL" ]
}

@test "the table, plain" {
    four_verbs journal_add
    run -0 --separate-stderr hl-usage top
    [ -z "$stderr" ]
    diff - <(sed 's/(2[-0-9]* [0-9:]* to 2[-0-9]* [0-9:]*)/(FROM to TO)/; s/before 2.*/before FIRST/' <<<"$output") <<END
Last 30d (FROM to TO), journal: 11 runs by $ME, 1 miss
   runs  share                            users  failed  verb
1     5  45.5%  ########################      1    0.0%  k8s logs
2     3  27.3%  ##############                1  100.0%  net check
3     2  18.2%  ##########                    1    0.0%  tf plan
4     1   9.1%  #####                         1    0.0%  dns
data: 1 user reporting, 1 miss, nothing before FIRST
END
}

@test "the heading's times are local" {
    journal_add dns "$(ago 10)"
    for zone in UTC Asia/Kolkata; do
        export TZ=$zone
        local before=$(date '+%F %H:%M') heading after
        heading=$(hl-usage top --since 1d | head -n 1)
        after=$(date -d '+1 second' '+%F %H:%M')
        [[ $heading == *" to $before), "* || $heading == *" to $after), "* ]]
    done
}

@test "numbers are aligned, and a long verb is not cut" {
    local i word=abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0
    for i in $(seq 12); do journal_add "$word $word" "$(ago $((100 - i)))"; done
    for i in $(seq 10); do journal_add "v$i" "$(ago $i)"; done
    COLUMNS=40 run -0 hl-usage top
    [ "${lines[1]}" = "    runs  share        users  failed  verb" ]
    [ "${lines[2]}" = " 1    12  54.5%  ####      1    0.0%  $word $word" ]
    [ "${lines[3]}" = " 2     1   4.5%  #         1    0.0%  v1" ]
    [ "${lines[12]}" = "11     1   4.5%  #         1    0.0%  v9" ]
}

@test "ties are in the order of their bytes" {
    for verb in b a2 a10 a B; do journal_add $verb "$(ago 5)"; done
    [ "$(ranked | cut -d' ' -f2 | tr '\n' ' ')" = "B a a10 a2 b " ]
}

@test "the JSON has exactly its members" {
    four_verbs journal_add
    run -0 hl-usage top --json --since 1d12h
    jq -e 'keys_unsorted == ["since", "from", "to", "source", "users", "total", "verbs", "quality"] and .since == "1d12h"
        and all(.verbs[]; keys_unsorted == ["verb", "count", "share", "users", "failed"])
        and (.quality | keys_unsorted) == ["users", "misses", "empty_until", "undelivered", "dropped", "warning"]
        and ([.from, .to] | all(test("^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$")))
        and (.to | fromdate) - (.from | fromdate) == 36 * 3600
        and [.verbs[].share] == [0.4545, 0.2727, 0.1818, 0.0909]' <<<"$output"
}

@test "a limit cuts the ranking, not the totals" {
    four_verbs journal_add
    run -0 hl-usage top --limit 2
    [ "${#lines[@]}" -eq 6 ]
    [[ ${lines[0]} == *"11 runs by"* && ${lines[3]} == "2     3  27.3% "*"net check" ]]
    [ "${lines[4]}" = "and 2 more verbs" ]
    [ "$(hl-usage top --limit 2 --json | jq -c '[.total, [.verbs[].share]]')" = "[11,[0.4545,0.2727]]" ]
    run -0 hl-usage top --limit 4
    [[ $output != *more* ]]
}

@test "misses are counted apart" {
    loki_start
    for add in journal_add push_mine; do
        "$add" "?" "$(ago 30)" 127
        "$add" "k8s ?" "$(ago 20)" 127
    done
    run -0 hl-usage top
    [[ ${lines[0]} == *"journal: 0 runs by $ME, 2 misses" ]]
    loki_configure
    eventually 10 misses_are 2
    [ "$(hl-usage top --json | jq -c '[.users, .total, .verbs]')" = "[[\"$ME\"],0,[]]" ]
}

misses_are() { [[ $(hl-usage top) == *"$1 misses"* ]]; }

@test "nothing recorded is an answer" {
    run -0 --separate-stderr hl-usage top
    [ "$output" = "no usage recorded in the last 30d" ]
    [ -z "$stderr" ]
    [ ! -e "$HL_STATE" ]
    run -0 hl-usage top --since 2w --user alice --user bob
    [ "$output" = "no usage recorded in the last 2w by alice, bob" ]
    [ "$(hl-usage top --json | jq -c '[.users, .total, .verbs]')" = '[[],0,[]]' ]
    mkdir -m 700 -p "$HL_STATE"
    run -0 hl-usage top
    [ "$output" = "no usage recorded in the last 30d" ]
    loki_start
    loki_configure
    run -0 --separate-stderr hl-usage top
    [ "$output" = "no usage recorded in the last 30d" ]
    [ -z "$stderr" ]
}

# An event at each of the seconds around a window's ends, and one a nanosecond later; which of them lies on an end
# is known from the answer.
edge_rows() {
    local now s
    now=$(date +%s)
    for s in $(seq $((now - 105)) $((now - 90))) $(seq "$now" $((now + 15))); do
        echo "$ME at_$s ${s}000000000"
        echo "$ME after_$s ${s}000000001"
    done
}

edges_right() {
    local answer from to s
    answer=$(hl-usage top --since 100s --json)
    from=$(jq '.from | fromdate' <<<"$answer")
    to=$(jq '.to | fromdate' <<<"$answer")
    [ "$((to - from))" -eq 100 ] || return
    diff <(jq -r '.verbs[].verb' <<<"$answer" | sort) <(cut -d' ' -f2,3 "$1" | tr _ ' ' | while read -r name s ns; do
        [ "$ns" -le "${from}000000000" ] || [ "$ns" -gt "${to}000000000" ] || echo "$name $s"
    done | sort)
}

@test "a window is (now - since, now], to the nanosecond: journal" {
    edge_rows >rows
    while read -r _ verb ns; do journal_add "${verb/_/ }" "$ns"; done <rows
    edges_right rows
}

@test "a window is (now - since, now], to the nanosecond: Loki" {
    loki_start
    loki_configure
    edge_rows >rows
    push_rows <rows
    eventually 10 edges_right rows
}

@test "where pieces of a window meet, every event counts once" {
    local now hours s
    loki_start
    loki_configure
    now=$(date +%s)
    for hours in 18 12 6; do
        for s in $(seq $((now - hours * 3600 - 5)) $((now - hours * 3600 + 55))); do
            echo "$ME at_$hours $((s * 1000000000))"
            echo "$ME after_$hours $((s * 1000000000 + 1))"
        done
    done >rows
    while read -r _ verb ns; do journal_add "${verb/_/ }" "$ns"; done <rows
    push_rows <rows
    loki_flush
    # For less time than the rows go on behind where the pieces meet.
    eventually 30 ranked_is "$(printf '61 %s\n' 'after 12' 'after 18' 'after 6' 'at 12' 'at 18' 'at 6')" --since 1d
    [ "$(ranked --since 1d --local)" = "$(ranked --since 1d)" ]
}

# The windows that were asked for since the last reset, as "END LENGTH" lines in seconds.
windows_asked() {
    curl -sf "$LOKI_URL/double/requests" | jq -r '.[] | .query | select(.query and .start == .end and .step == "1"
        and (.start | endswith("000000000"))) | "\(.start[:-9]) \(.query | capture("\\[(?<s>[0-9]+)s\\]").s)"' | sort -n
}

@test "a window is asked for in a few exact pieces, over few connections" {
    needs_double
    loki_start
    loki_configure
    while read -r since pieces; do
        curl -sf -X POST "$LOKI_URL/double/reset"
        answer=$(hl-usage top --since "$since" --json)
        windows_asked >asked
        [ "$(wc -l <asked)" -eq "$pieces" ]
        from=$(jq '.from | fromdate' <<<"$answer")
        while read -r end length; do
            [ "$((end - length))" -eq "$from" ]
            [ "$length" -le $((720 * 3600)) ]
            from=$end
        done <asked
        [ "$from" -eq "$(jq '.to | fromdate' <<<"$answer")" ]
        [ "$(curl -sf "$LOKI_URL/double/requests" | jq '[.[].connection] | unique | length')" -le 8 ]
    done <<END
1s 1
11h 1
13h 2
1d1s 4
30d 4
120d 4
121d 5
3650d 122
END
}

@test "more verbs than an answer may hold series" {
    loki_start
    loki_configure
    local ns expected
    ns=$(ago 30)
    for i in $(seq 620); do echo "alice verb_$i.x $ns"; done >rows
    { cat rows; echo "bob verb_7.x $ns"; echo "bob verb_7.x ${ns%0}1"; echo "carol - $ns"; echo "carol k8s_? $ns"; } | push_rows
    expected=$({ echo "3 verb 7.x"; echo "1 "; cut -d' ' -f2 rows | tr _ ' ' | grep -vx 'verb 7.x' | LC_ALL=C sort | sed 's/^/1 /'; })
    eventually 10 ranked_is "$expected"
    [ "$(hl-usage top --json | jq -c '[.users, .total]')" = '[["alice","bob","carol"],623]' ]
    [[ $(hl-usage top --limit 2) == *"1 miss"*"(none)"*"and 619 more verbs"* ]]
    [ "$(ranked --user alice --user bob | wc -l)" -eq 620 ]
}

@test "too many series are asked for in parts that fit a URL, not first in vain and not twice" {
    needs_double
    loki_start
    loki_configure
    local ns
    ns=$(ago 30)
    for i in $(seq 700); do echo "alice a-verb-with-a-long-and-telling-name_$i $ns"; done | push_rows
    [ "$(ranked | wc -l)" -eq 700 ]
    curl -sf "$LOKI_URL/double/requests" >requests
    # Which is faster, the list of streams or a piece's answer, is chance; an older piece may be left in front of one
    # that is answered, and is then shared out by itself.
    jq -e '[.[] | select(.status == 400)] | length <= 1' requests
    jq -e '[.[] | select(.path | endswith("/series"))] | length == 1' requests
    jq -e '[.[] | select(.status == 200 and (.path | endswith("query_range"))) | .query | [.start, .query]]
        | length > 6 and (map(select(.[1] | test("verb="))) | map(.[0]) | unique | length <= 2)
        and (map(.[1] | @uri | length) | max < 7000)' requests
}

@test "one verb of more users than an answer may hold series" {
    loki_start
    loki_configure
    local ns
    ns=$(ago 30)
    {
        for i in $(seq 560); do echo "user.$i k8s_logs $ns"; done
        echo "user.1 a $ns"
        echo "user.1 z $ns"
        echo "user.1 z ${ns%0}1"
    } | push_rows
    eventually 10 ranked_is $'560 k8s logs\n2 z\n1 a'
    [[ $(hl-usage top) == *"563 runs by 560 users"* ]]
}

ODD_USERS=('DOM\al"ice' "it's" 'jürgen' '日本' 'a.b' 'axb' 'a+b|c' '(x)' '[x]' 'x{1}' '^x$' '*' '\' '"}' 'a b' $'tab\there' $'new\nline')

@test "a user's name may hold anything" {
    loki_start
    loki_configure
    local user
    for user in "${ODD_USERS[@]}"; do
        loki_push "$user" "by $user" "$(ago 20)"
    done
    eventually 10 users_are "$(printf '%s\n' "${ODD_USERS[@]}" | LC_ALL=C sort)"
    for user in "${ODD_USERS[@]}"; do
        run -0 hl-usage top --json --user "$user"
        jq -e --arg u "$user" '.users == [$u] and [.verbs[].verb] == ["by " + $u]' <<<"$output"
        run -0 hl-usage top --json --user nobody --user "$user"
        jq -e --arg u "$user" '.users == [$u]' <<<"$output"
    done
    run -0 hl-usage top --json --user 'a.b' --user '.*'
    [ "$(jq -c .users <<<"$output")" = '["a.b"]' ]
}

users_are() { [ "$(hl-usage top --json | jq -r '.users[]' | LC_ALL=C sort)" = "$(LC_ALL=C sort <<<"$1")" ]; }

@test "the journal is its user's own" {
    four_verbs journal_add
    [ "$(ranked --user nobody-here --user "$ME")" = "$RANKED_FOUR" ]
    run -0 hl-usage top --user nobody-here
    [ "$output" = "no usage recorded in the last 30d by nobody-here" ]
}

@test "durations: what is taken" {
    local since seconds
    while read -r since seconds; do
        run -0 hl-usage top --json --since "$since"
        jq -e --argjson s "$seconds" --arg since "$since" '.since == $since and (.to | fromdate) - (.from | fromdate) == $s' <<<"$output"
    done <<END
1s 1
90m 5400
12h 43200
7d 604800
2w 1209600
1d12h 129600
1w2d3h4m5s 788645
0d1h 3600
007d 604800
3650d 315360000
END
}

@test "durations: what is refused, with the forms" {
    local since
    for since in 1.5h 1mo 30 '' -1d +1d 0s 2026-02-29 2026-13-01 2026-1-1 2026-11-01T 2026-11-01T24:00 '2026-11-01 12:30 +01:00x' noon 0d '1 d' 12h1d 1d1d 1D d 1dd 1d12 3651d 99999999999999999999d 9223372036854775807s ½d; do
        run -2 --separate-stderr hl-usage top --since "$since"
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "hl-usage: top: --since '$since': not a time: a span as 90m, 12h, 7d, 2w or 1d12h"* ]]
    done
}

@test "misuse ends with 2 and one line" {
    local words
    for words in "--limit 0" "--limit -1" "--limit x" "--limit 1.5" "--timeout 0" "--timeout x" "--timeout 1.5" \
        "--timeout 25h" "--user" "--since" "--loki ftp://x" "--loki http://u:p@x" "--nonsense" "-x" "extra" "--json=1"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr hl-usage top $words
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "hl-usage: top: "* ]]
    done
    run -2 --separate-stderr hl-usage top --user ''
    run -2 --separate-stderr hl-usage top --user $'\xff'
    run -2 --separate-stderr hl-usage nonsense
    [[ $stderr == "hl-usage: no such command: nonsense"* ]]
    run -2 --separate-stderr hl-usage
    [[ -z $output && $stderr == usage:* ]]
}

@test "help on what isn't there" {
    run -2 --separate-stderr hl-usage help nonsense
    [ -z "$output" ]
    [ "$stderr" = "hl-usage: no such command: nonsense (see hl-usage --help)" ]
}

@test "help and version" {
    local words
    for words in --help -h help; do
        run -0 --separate-stderr hl-usage $words
        [[ $output == "usage: hl-usage "*"COMMAND"* && -z $stderr ]]
    done
    for words in "top --help" "top -h" "help top"; do
        # shellcheck disable=SC2086
        run -0 --separate-stderr hl-usage $words
        [[ $output == "usage: hl-usage top"* && -z $stderr ]]
    done
    run -0 hl-usage --version
    [ "$output" = "hl-usage $HL_VERSION" ]
}

@test "segments, a torn line and lines that are no records" {
    local i
    journal_add dns "$(ago 10)"
    mv "$HL_STATE/journal" "$HL_STATE/journal.9"
    journal_add dns "$(ago 9)"
    mv "$HL_STATE/journal" "$HL_STATE/journal.10"
    journal_add dns "$(ago 8)"
    printf '%s 0 0.1.0 dns' "$(ago 7)" >>"$HL_STATE/journal"
    run -0 --separate-stderr hl-usage top --json
    [ "$(jq .total <<<"$output")" = 3 ]
    [ -z "$stderr" ]
    printf '\n%s 256 0.1.0 dns\n\n%s 0 0.1.0 rm -rf\n' "$(ago 7)" "$(ago 7)" >>"$HL_STATE/journal"
    run -0 --separate-stderr hl-usage top --json
    [ "$(jq .total <<<"$output")" = 4 ]
    [ "$stderr" = "hl-usage: $HL_STATE: 3 lines of the journal left out: not a record" ]
}

@test "a line longer than any buffer is one that is no record" {
    journal_add dns "$(ago 10)"
    { head -c 200000 /dev/zero | tr '\0' x; echo " $(ago 9) 0 0.1.0 dns"; } >>"$HL_STATE/journal"
    { head -c 65536 /dev/zero | tr '\0' x; echo; echo "$(ago 9) 0 0.1.0 dns"; } >>"$HL_STATE/journal"
    run -0 --separate-stderr hl-usage top --json
    [ "$(jq .total <<<"$output")" = 2 ]
    [[ $stderr == *": 2 lines of the journal left out"* ]]
}

@test "a live file that has just become a segment counts once" {
    journal_add dns "$(ago 10)"
    ln "$HL_STATE/journal" "$HL_STATE/journal.1"
    ranked_is "1 dns"
}

# Rotates the journal 300 times, one event each; how many there are at least is in the file "written".
rotate() {
    local i
    for i in $(seq 300); do
        mv "$HL_STATE/journal" "$HL_STATE/journal.$i"
        journal_add dns "$1"
        echo $((i + 1)) >written.new
        mv written.new written
    done
}

@test "no event is lost or counted twice while the journal is rotated" {
    local ns least counted
    ns=$(ago 10)
    journal_add dns "$ns"
    echo 1 >written
    rotate "$ns" 3>&- &
    while kill -0 $! 2>/dev/null; do
        least=$(cat written)
        counted=$(hl-usage top --json | jq .total)
        [ "$least" -le "$counted" ]
        [ "$counted" -le $(($(cat written) + 1)) ]
    done
    wait $!
    [ "$(hl-usage top --json | jq .total)" = 301 ]
}

@test "a journal of many buffers" {
    local i ns
    journal_add dns "$(ago 10)"
    ns=$(ago 20)
    for i in $(seq 7); do awk -v ns="$ns" -v i="$i" 'BEGIN { for (n = 0; n < 3000 + i; n++) print ns, n % 256, "0.1.0", "verb " n % (i + 3) }' \
        >"$HL_STATE/journal.$i"; done
    [ "$(hl-usage top --json | jq .total)" = $((7 * 3000 + 28 + 1)) ]
    diff <(ranked) <(cat "$HL_STATE"/journal* | cut -d' ' -f4- | LC_ALL=C sort | uniq -c | sed 's/^ *//' | LC_ALL=C sort -k1,1nr -k2)
}

@test "a state directory that can't be used is said" {
    journal_add dns "$(ago 10)"
    chmod 777 "$HL_STATE"
    run -1 --separate-stderr hl-usage top
    [[ -z $output && ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: $HL_STATE: "*"others may write"* ]]
    chmod 700 "$HL_STATE"
    mv "$HL_STATE/journal" "$HL_STATE/elsewhere"
    ln -s elsewhere "$HL_STATE/journal"
    run -1 --separate-stderr hl-usage top
    [[ -z $output && ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: $HL_STATE: can't read the journal"* ]]
}

@test "which source: --local, --loki, configuration, LOKI_ADDR, journal" {
    loki_start
    journal_add dns "$(ago 10)"
    loki_push alice "tf plan" "$(ago 10)"
    export HOMELAB_LOKI_TENANT=$LOKI_TENANT
    [ "$(ranked)" = "1 dns" ]
    LOKI_ADDR=$LOKI_URL eventually 10 ranked_is "1 tf plan"
    LOKI_ADDR=$LOKI_URL ranked_is "1 dns" --local
    HOMELAB_LOKI_URL=$LOKI_URL ranked_is "1 tf plan"
    HOMELAB_LOKI_URL=$LOKI_URL LOKI_ADDR=http://127.0.0.1:1 ranked_is "1 tf plan"
    HOMELAB_LOKI_URL=http://127.0.0.1:1 ranked_is "1 tf plan" --loki "$LOKI_URL/"
    HOMELAB_LOKI_URL=http://127.0.0.1:1 ranked_is "1 dns" --loki "$LOKI_URL" --local
    mkdir -p "${HL_CONF%/*}"
    echo "HOMELAB_LOKI_URL=$LOKI_URL/loki/api/v1/push" >"$HL_CONF"
    ranked_is "1 tf plan"
}

# The headers NAME of all requests since the last reset.
sent() { curl -sf "$LOKI_URL/double/requests" | jq -r --arg n "$1" '[.[] | .headers[$n] // ""] | unique | join(" ")'; }

asked_with() {
    local header=$1
    shift
    curl -sf -X POST "$LOKI_URL/double/reset"
    env "$@" hl-usage top >/dev/null && sent "$header"
}

@test "logcli's variables fill what is unset, for the server that they are for" {
    needs_double
    loki_start
    local addr=LOKI_ADDR=$LOKI_URL ours=HOMELAB_LOKI_URL=$LOKI_URL
    (umask 077 && echo secret >token)
    [ "$(asked_with x-scope-orgid "$addr" LOKI_ORG_ID=org)" = org ]
    [ "$(asked_with x-scope-orgid "$addr" LOKI_ORG_ID=org HOMELAB_LOKI_TENANT=ours)" = ours ]
    export HOMELAB_LOKI_TENANT=t
    [ "$(asked_with authorization "$addr" LOKI_USERNAME=u LOKI_PASSWORD=p)" = "Basic $(printf u:p | base64)" ]
    [ "$(asked_with authorization "$addr" LOKI_USERNAME=u LOKI_PASSWORD=p LOKI_BEARER_TOKEN=t)" = "Basic $(printf u:p | base64)" ]
    [ "$(asked_with authorization "$addr" LOKI_BEARER_TOKEN=t)" = "Bearer t" ]
    [ "$(asked_with authorization "$addr" LOKI_BEARER_TOKEN_FILE="$PWD/token")" = "Bearer secret" ]
    [ "$(asked_with authorization "$ours" LOKI_BEARER_TOKEN=t)" = "Bearer t" ]
    [ "$(asked_with authorization "$ours" LOKI_BEARER_TOKEN=t HOMELAB_LOKI_BEARER_TOKEN_FILE="$PWD/token")" = "Bearer secret" ]
    [ "$(asked_with authorization "$ours" LOKI_USERNAME=u LOKI_PASSWORD=p HOMELAB_LOKI_BEARER_TOKEN_FILE="$PWD/token")" = "Bearer secret" ]
    [ "$(asked_with authorization "$ours" LOKI_ADDR="$LOKI_URL/" LOKI_BEARER_TOKEN=t)" = "Bearer t" ]
    [ -z "$(asked_with authorization "$ours" LOKI_ADDR=http://elsewhere LOKI_BEARER_TOKEN=t LOKI_USERNAME=u LOKI_PASSWORD=p)" ]
}

@test "a line of configuration that is wrong is named, and passed over" {
    four_verbs journal_add
    mkdir -p "${HL_CONF%/*}"
    printf 'HOMELAB_LOKI_URI=http://x\n\nHOMELAB_LOKI_RESOLVE=nonsense\n' >"$HL_CONF"
    run -0 --separate-stderr hl-usage top --json
    [ "$(jq .total <<<"$output")" = 11 ]
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ ${stderr_lines[0]} == "hl-usage: $HL_CONF:1: "* && ${stderr_lines[1]} == "hl-usage: $HL_CONF:3: HOMELAB_LOKI_RESOLVE ignored: "* ]]
}

@test "output that can't be written is a failure" {
    four_verbs journal_add
    local options
    for options in "" --json --help; do
        # shellcheck disable=SC2086
        run -1 --separate-stderr hl_usage_to_full $options
        [[ $stderr == "hl-usage: can't write the output"* ]]
    done
}

hl_usage_to_full() { hl-usage top "$@" >/dev/full; }

@test "answers are asked for compressed" {
    needs_double
    loki_start
    loki_configure
    loki_push alice dns "$(ago 10)"
    hl-usage top >/dev/null
    [[ $(sent accept-encoding) == *gzip* ]]
}

@test "a stream that is closed does not become a file or a connection" {
    needs_double
    loki_start
    loki_configure
    loki_push alice dns "$(ago 10)"
    # More than a buffer holds, so that it is printed while the connections are there; no leak check under strace.
    ASAN_OPTIONS=detect_leaks=0 run -1 strace -f -o trace -e trace=write \
        sh -c 'exec hl-usage top --by hour --since 7d --json >&- 2>errors'
    [[ $(cat errors) == "hl-usage: can't write the output"* ]]
    grep -q 'write(1, .* = -1 EBADF' trace
    run ! grep 'write(1, .* = [0-9]' trace
}
