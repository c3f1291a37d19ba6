# hl-usage report: a page that holds what the commands say.

load helper

setup() {
    hl_setup
    ME=$(id -un)
}

teardown() { hl_teardown; }

# events USER VERB DATE COUNT [EXIT]: so many on that day in UTC, from noon on, as lines for a seed.
events() {
    local i start
    start=$(date -u -d "$3 12:00" +%s)
    for ((i = 0; i < $4; i++)); do echo "$1 $2 $((start + i))000000000 ${5:-0}"; done
}

# A few days of October 2025 and the same time before.
some_use() {
    events "$ME" k8s_logs 2025-10-05 2
    events "$ME" k8s_logs 2025-10-08 4
    events "$ME" k8s_logs 2025-10-09 3 1
    events "$ME" k8s_logs 2025-10-10 2 137
    events "$ME" net_check 2025-10-09 5
    events "$ME" net_check 2025-10-10 1 130
    events "$ME" net 2025-10-08 1 126
    events "$ME" 'k8s_?' 2025-10-05 2 127
    events "$ME" 'k8s_?' 2025-10-10 3 127
    events "$ME" zap 2025-06-01 1
}

WINDOW=(--since 2025-10-07 --until '2025-10-11 06:00')
report() { hl-usage report -o - "${WINDOW[@]}" "$@"; }
page() { report "$@" | "$HL_TESTS/page"; }
table() { jq -c ".sections[\"$1\"].tables[${2:-0}][] | del(.rank)"; }
# The same as lines of the cells in this order, as in a command's table.
cells() { table "$1" "$2" | jq -r "[$3] | join(\" \")"; }
# A command's table, its lines' cells with one space between them; without ranks, bars, sparklines and ages.
says() {
    hl-usage "$@" "${WINDOW[@]}" | sed '/^data: /,$d' | sed -E '1,/^ *(runs|failed|misses|user) .*/d
        s/$/ /; s/  +/ /g; s/^ //; s/ #+ / /; s/ [-_.:=+*#]{5} / /; s/ [0-9]+[smhdw] / /; s/ $//'
}
ranked() { sed -E 's/^[0-9]+ //'; }

known() { printf 'k8s logs\tread\tSay what is logged\nk8s get\tread\tGet <all> of "it"\nzap\nnet\n' >known; }

check_numbers() {
    page "$@" --manifest known >page.json
    diff <(cells ranking 0 '.runs, .share, .users, .failed, .verb' <page.json) <(says top "$@" | ranked)
    [ "$(table ranking <page.json | head -n 1 | jq -r .bar)" = "width:100.0%" ]
    diff <(cells trend 0 '.runs, .average, .users, .day' <page.json) <(says trend "$@")
    diff <(cells trend 1 '.runs, .["a day"], .users, .change, .verb' <page.json) <(says trend --by verb "$@" | ranked)
    diff <(cells users 0 '.user, .runs, .share, .verbs, .failed, .misses, .favourites' <page.json) <(says users "$@")
    diff <(table users <page.json | jq -r .last) <(hl-usage users "${WINDOW[@]}" "$@" --json | jq -r '.users[].last')
    diff <(cells failures 0 '.verb, .failed, .runs, .share, .interrupted, .users, .["exit statuses"]' <page.json) \
        <(hl-usage failures "${WINDOW[@]}" "$@" | sed '1,2d; /^data: /d; s/  */ /g')
    diff <(cells misses 0 '.misses, .share, .users, .change, .verb' <page.json) <(says misses "$@" | ranked)
    diff <(table unused <page.json) <(hl-usage unused --manifest known "${WINDOW[@]}" "$@" --json |
        jq -c '.verbs[] | {verb, runs: "\(.count)", users: "\(.users)", last: (.last // "-"), summary}')
    diff <(jq -r '.sections.quality.notes[0]' page.json) <(hl-usage trend "${WINDOW[@]}" "$@" | tail -n 1)
}

@test "the numbers are those of the commands" {
    known
    some_use | journal_seed
    check_numbers
    jq -e '.sums == {runs: "16", users: "1", verbs: "3", failed: "37.5%", misses: "3"}
        and .lead == "2025-10-07 00:00 to 2025-10-11 06:00, journal" and (.title | test("2025-10-11"))
        and (.sections | keys_unsorted) == ["ranking", "trend", "users", "failures", "unused", "misses", "quality"]
        and .sections.trend.notes == ["4.0 a day, +700% against the window before"]
        and .sections.failures.notes == ["6 of 16 runs failed, 1 interrupted"]
        and .sections.misses.notes[0] == "3 misses by 1 user, beside 16 runs"
        and (.sections.unused.notes[0] | startswith("2 of 4 verbs of known never ran; last use looked for back to 2024-10-11"))
        and (.sections.trend.bars == ["2025-10-07: 0", "2025-10-08: 5", "2025-10-09: 8", "2025-10-10: 3", "2025-10-11 (partial): 0"])
        and (.footer | startswith("Made by hl-usage '"$HL_VERSION"', "))' page.json
    [ "$(table unused <page.json | tail -n 1 | jq -r .last)" = 2025-06-01T12:00:00Z ]
    check_numbers --verb k8s
    [ "$(jq -r .lead page.json)" = "2025-10-07 00:00 to 2025-10-11 06:00, journal; only verb k8s" ]
}

@test "Loki's page is the journal's but for the source, and counts everybody" {
    needs_double
    known
    some_use >rows
    journal_seed <rows
    loki_start
    loki_configure
    loki_seed <rows
    diff <(report --local --manifest known | sed 's/^<footer>.*//; s/, journal<//') \
        <(report --manifest known | sed "s/^<footer>.*//; s|, $LOKI_URL<||")
    { events alice k8s_logs 2025-10-09 7 143; events alice 'net_?' 2025-10-09 1 127; events bob tf 2025-09-01 1; } | loki_seed
    check_numbers
    [ "$(jq -c .sums page.json)" = '{"runs":"23","users":"2","verbs":"3","failed":"56.5%","misses":"4"}' ]
    check_numbers --user alice
    [ "$(jq -r .lead page.json)" = "2025-10-07 00:00 to 2025-10-11 06:00, $LOKI_URL; only user alice" ]
}

@test "each thing is asked once" {
    needs_double
    known
    loki_start
    loki_configure
    some_use | loki_seed
    report --manifest known >/dev/null
    curl -sf "$LOKI_URL/double/requests" | jq -c '.[].query | [.query, .start, .["match[]"]]' | sort >requests
    [ -z "$(uniq -d requests)" ]
    # Five days, twice the half of the window before.
    [ "$(grep -c count_over_time requests)" -eq 7 ]
    # When users were last seen: in the newest day, and in four pieces of the one in which that user was.
    [ "$(grep max_over_time requests | grep -c -v verb=)" -eq 5 ]
}

@test "--limit cuts each table and says what is left; all days stay" {
    some_use | journal_seed
    report --limit 1 >page.html
    [ "$(grep -c '^<p class="note">and .* more ' page.html)" -eq 3 ]
    grep -qx '<p class="note">and 2 more verbs</p>' page.html
    "$HL_TESTS/page" page.html >page.json
    [ "$(table ranking <page.json | wc -l)" -eq 1 ]
    [ "$(table trend 0 <page.json | wc -l)" -eq 5 ]
    [ "$(jq -r .sums.verbs page.json)" = 3 ]
}

@test "hostile names are text and nothing else" {
    needs_double
    loki_start
    loki_configure
    "$HL_TESTS/hostile-names" | curl -sf -H "X-Scope-OrgID: $LOKI_TENANT" -H 'Content-Type: application/json' --data-binary @- \
        "$LOKI_URL/double/seed"
    hl-usage report -o page.html --manifest <(printf 'k8s\tread\t<script>hit()</script> "&\033[31m\n')
    "$HL_TESTS/page" page.html >page.json
    for name in '<script>hit()</script>' '"><img src=x onerror=hit()>' "it's & <b>bold</b> &amp; \"q\"" '???evil rtl???' '&#39;&lt;' \
        'tab?here?line?[31mred???' '</style></table></bdi><h1>x' '??? none' ']]>--><!--' "$(printf 'x%.0s' {1..200})"; do
        jq -e --arg n "$name" '(.sections.ranking.tables[0] | map(.verb) | index($n)) and (.sections.users.tables[0] | map(.user) | index($n))
            and (.sections.misses.tables[0] | map(.verb) | index($n + " ?"))' page.json || { echo "$name"; return 1; }
    done
    [ "$(jq -r '.sections.unused.tables[0][0].summary' page.json)" = '<script>hit()</script> "&?[31m' ]
    # Not even as an attribute, and no byte of control.
    run -1 grep -i -e '<script' -e '<img' -e '="[^"]*hit()' page.html
    run -1 env LC_ALL=C grep -q '[^[:print:][:space:]'$'\x80-\xff'']' page.html
}

@test "bytes that are no UTF-8" {
    journal_add net "$(now_ns)"
    printf 'net\tread\tbad \xff\xc3( \xed\xa0\x80 text\n' >table
    printf 'k8s\tread\tbad \xff\xc3( \xed\xa0\x80 text\n' >>table
    hl-usage report -o - --manifest table | "$HL_TESTS/page" >page.json
    [ "$(jq -r '.sections.unused.tables[0][0].summary' page.json)" = "bad ??( ??? text" ]
}

@test "nothing recorded is a page, too" {
    known
    run -0 --separate-stderr hl-usage report -o page.html
    [ -z "$output$stderr" ]
    "$HL_TESTS/page" page.html >page.json
    jq -e '.nothing == "no usage recorded in the last 30d" and (.sections | keys == ["quality"])' page.json
    page --manifest known --user nobody >page.json
    jq -e '(.sections | keys_unsorted == ["unused", "quality"]) and (.sections.unused.tables[0] | length == 4)' page.json
    # Misses alone are no runs.
    journal_add '?' "$(now_ns)" 127
    hl-usage report -o - | "$HL_TESTS/page" >page.json
    jq -e '.sums.runs == "0" and .sums.failed == "0.0%" and .sums.misses == "1"' page.json
}

@test "whose verbs: an option's, the calling wrapper's, that in PATH; else none" {
    mkdir -p verbs bin
    printf '#!/bin/sh\n# Summary: Zaps\n' >verbs/zap
    chmod +x verbs/zap
    hl-wrap --verbs verbs --name ops -o ops
    hl-wrap --verbs verbs -o bin/homelab
    ./ops usage report -o page.html
    [[ $("$HL_TESTS/page" page.html | jq -r '.sections.unused.notes[0]') == "1 of 1 verb of ./ops never ran"* ]]
    PATH=$PWD/bin:$PATH hl-usage report -o page.html
    [[ $("$HL_TESTS/page" page.html | jq -r '.sections.unused.notes[0]') == "1 of 1 verb of $PWD/bin/homelab never ran"* ]]
    hl-usage report -o page.html --wrapper ops --min-users 2 --min-runs 3
    [[ $("$HL_TESTS/page" page.html | jq -r '.sections.unused.notes[0]') == *"ran fewer than 3 times, or had fewer than 2 users"* ]]
    hl-usage report -o page.html
    [ "$("$HL_TESTS/page" page.html | jq '.sections.unused')" = null ]
    run -1 --separate-stderr hl-usage report -o page.html --wrapper nope
    [ "$stderr" = "hl-usage: nope: No such file or directory" ]
}

@test "steps that suit the window, in its time zone" {
    some_use | journal_seed
    WINDOW=(--since 2025-10-08 --until 2025-10-09)
    page | jq -e '.sections.trend.tables[0] | length == 24
        and .[12].hour == "2025-10-08 12:00" and (map(.runs) | .[10:14] == ["0", "2", "3", "0"])'
    WINDOW=(--since 2025-01-01 --until 2026-01-01)
    page | jq -e '.sections.trend.tables[0] | length == 53 and .[40].week == "2025-W41"'
    WINDOW=(--since 2025-10-07 --until 2025-10-11)
    TZ=Pacific/Auckland page >page.json
    jq -e '(.sections.trend.tables[0] | map(.runs) == ["0", "0", "5", "8"]) and (.footer | test("Times are in NZDT, UTC\\+1300"))' page.json
    TZ=Pacific/Auckland page --utc | jq -e '(.sections.trend.tables[0] | map(.runs) == ["0", "5", "8", "3"])
        and (.footer | endswith("Times are in UTC."))'
}

@test "the file is replaced when the page is whole: its mode and its links stay, nothing is left beside it" {
    some_use | journal_seed
    umask 027
    hl-usage report -o new.html
    [ "$(stat -c %a new.html)" = 640 ]
    chmod 604 new.html
    ln -s new.html link.html
    echo old >new.html
    hl-usage report -o link.html
    [ -L link.html ]
    [ "$(stat -c %a new.html)" = 604 ]
    "$HL_TESTS/page" new.html >/dev/null
    hl-usage report --output=/dev/stdout | "$HL_TESTS/page" >/dev/null
    mkfifo pipe
    "$HL_TESTS/page" pipe >piped.json 3>&- &
    hl-usage report -o pipe
    wait $!
    [ -p pipe ]
    [ "$(ls ./*html*)" = "./link.html
./new.html" ]
}

# fails STATUS TEXT ARGUMENT...: and the page that was there stays.
fails() {
    echo old >old.html
    run "-$1" --separate-stderr hl-usage report "${@:3}"
    [ -z "$output" ]
    [ "$stderr" = "hl-usage: $2" ]
    [ "$(cat old.html)" = old ]
    [ "$(ls ./*.html*)" = ./old.html ]
}

@test "one line for a file that can't be written" {
    some_use | journal_seed
    mkdir directory
    fails 2 "report: where to? give -o FILE, or -o - for standard output"
    fails 2 "report: --output '': it is empty" -o ''
    fails 2 "report: a value is missing after -o (see hl-usage report --help)" -o
    fails 1 "directory: Is a directory" -o directory
    fails 1 "nowhere/page.html: No such file or directory" -o nowhere/page.html
    fails 1 "old.html/page.html: Not a directory" -o old.html/page.html
    fails 1 "/dev/full: No space left on device" -o /dev/full
    run -1 --separate-stderr bash -c 'hl-usage report -o - >/dev/full'
    [ "$stderr" = "hl-usage: can't write the output: No space left on device" ]
    # A full disk, as a limit that the page is above.
    echo old >old.html
    run -1 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 2; hl-usage report -o old.html"
    [ "$stderr" = "hl-usage: old.html: File too large" ]
    [ "$(cat old.html)" = old ]
    [ "$(ls ./*.html*)" = ./old.html ]
}

@test "a directory that may not be written" {
    known
    mkdir shut
    # Read-only for root as well.
    run -1 --separate-stderr unshare -rm sh -c 'mount --bind shut shut && mount -o remount,ro,bind shut && hl-usage report -o shut/page.html'
    [ "$stderr" = "hl-usage: shut/page.html: Read-only file system" ]
    [ -z "$(ls shut)" ]
}

@test "no answer, no page" {
    loki_start
    loki_configure
    known
    if [ -z "${HL_TEST_LOKI_URL:-}" ]; then
        loki_mode '{"query": "status:503"}'
        echo old >old.html
        run -1 --separate-stderr hl-usage report -o old.html
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == *"503"* ]]
        [ "$(cat old.html)" = old ]
    fi
    fails 2 "report: no such option, or not used so: --json (see hl-usage report --help)" -o old.html --json
    fails 2 "report: no such option, or not used so: --sort (see hl-usage report --help)" -o old.html --sort count
    fails 2 "report: --manifest or --wrapper, not both" -o old.html --manifest known --wrapper known
    fails 2 "report: 'old.html' is no option (see hl-usage report --help)" old.html
}

@test "--explain asks and writes nothing" {
    loki_start
    loki_configure
    run -0 --separate-stderr hl-usage report --explain -o page.html
    [ -z "$stderr" ]
    [[ $output == *"sum by (verb, user, exit)"*"max_over_time"* ]]
    [ ! -e page.html ]
    run -0 hl-usage report --explain --local
    [[ $output == *journal* ]]
}
