# hl-usage archive, and what other commands make of an archive.

load helper

setup() {
    hl_setup
    needs_double # events that are older than Loki accepts
    loki_start
    loki_configure
    ARCHIVE=$PWD/usage.archive
    DAY=86400
    TODAY=$(($(date +%s) / DAY * DAY))
    LAST=$((($(date +%s) - 7 * DAY - 6 * 3600 - 1) / DAY * DAY - DAY)) # the last day that doesn't change
}

teardown() { hl_teardown; }

# day N: the Nth day before the last that doesn't change, as it is written.
day() { date -u -d "@$((LAST - $1 * DAY))" +%F; }

# at N SECONDS: a time on that day, in ns.
at() { echo "$((LAST - $1 * DAY + $2))000000000"; }

# seed: lines "NS EXIT USER VERB" into Loki, however old.
seed() { awk '{ns = $1; e = $2; u = $3; $1 = $2 = $3 = ""; sub(/^ +/, ""); gsub(/ /, "_"); print u, $0, ns, e}' | loki_seed; }

forget() { curl -sf -X POST "$LOKI_URL/double/reset"; }

# Some weeks of three people, with days on which nobody did anything: from day $1 on to now.
some_weeks() {
    local n i
    for n in $(seq 0 "${1:-33}"); do
        case $n in 3 | 4 | 10 | 11 | 17 | 18) continue ;; esac
        for i in $(seq $((n % 5 + 1))); do
            echo "$(at "$n" $((i * 5000))) $((i % 3 ? 0 : 1)) alice k8s logs"
            echo "$(at "$n" $((i * 5000 + 1))) 130 bob k8s logs"
        done
        echo "$(at "$n" 0) 0 carol of yesterday" # midnight is the end of the day before
        echo "$(at "$n" 86399) 0 carol net check"
        echo "$(at "$n" 4711) 127 bob k8s ?"
    done
    for n in 1 3 5; do echo "$((TODAY - n * DAY + 100))000000000 0 alice tf plan"; done
}

# What top says, without what an archive changes.
numbers() { hl-usage top --json "$@" | jq -Sc 'del(.quality)'; }

same_with_and_without() {
    local with
    with=$(numbers --archive "$ARCHIVE" "$@")
    [ "$with" = "$(numbers "$@")" ] || { echo "differs: $*" >&2; return 1; }
    [[ $with == *'"count"'* ]]
}

# The shell script number $1 of docs/archive.md.
documented() {
    awk -v n="$1" '/^```sh$/ {i++; on = i == n; next} /^```$/ {on = 0} on' "$HL_TESTS/../docs/archive.md"
}

@test "a day is a block of rows, as documented" {
    seed <<END
$(at 2 100) 0 alice k8s logs
$(at 2 200) 0 alice k8s logs
$(at 2 300) 130 alice k8s logs
$(at 2 400) 0 bob k8s logs
$(at 2 500) - bob net check
$(at 0 500) 127 bob k8s ?
$(((LAST + DAY)))000000001 0 alice too young
END
    run -0 --separate-stderr hl-usage archive "$ARCHIVE"
    [ -z "$stderr" ]
    [ "$output" = "$ARCHIVE: added 3 days, $(day 2) to $(day 0)" ]
    diff - <(sed 's/\t[0-9]* [0-9]*$/\tSUM/' "$ARCHIVE") <<END
#homelab-usage-archive	1
#url	$LOKI_URL
#tenant	$LOKI_TENANT
#job	homelab-usage
#day	$(day 2)	first
k8s logs	alice	0	2
	alice	130	1
	bob	0	1
net check	bob	""	1
#end	$(day 2)	SUM
#day	$(day 1)
#end	$(day 1)	SUM
#day	$(day 0)
k8s ?	bob	127	1
#end	$(day 0)	SUM
END
}

@test "the next run adds what has come, by the same bytes" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE"
    cp "$ARCHIVE" all
    run -0 hl-usage archive "$ARCHIVE"
    [ "$output" = "$ARCHIVE: nothing to add" ]
    cmp all "$ARCHIVE"
    sed "/^#day	$(day 4)/,\$d" all >"$ARCHIVE"
    run -0 hl-usage archive "$ARCHIVE"
    [ "$output" = "$ARCHIVE: added 5 days, $(day 4) to $(day 0)" ]
    cmp all "$ARCHIVE"
}

@test "every number is the same with and without the archive" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    local zone until=$(day 5)
    for zone in UTC Asia/Kolkata America/New_York; do
        export TZ=$zone
        same_with_and_without --since 50d --until "$until"
        same_with_and_without --since 30d --until "${until}T12:34:56Z"
        same_with_and_without --since "$(day 20)" --until "$(day 6)" --user alice
        same_with_and_without --since 40d --until "$until" --verb k8s --user alice --user bob
        same_with_and_without --since "$(day 9)T00:00:00Z" --until "$(day 8)T00:00:00Z"
        same_with_and_without --since 1h --until "$(day 9)T02:00:00Z"
    done
}

@test "every command, every grouping: the same with and without the archive" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    local zone until
    until=$(day 5)
    for zone in UTC Asia/Kolkata; do
        export TZ=$zone
        same_with_and_without --since 50d --until "$until" --by user
        same_with_and_without --since 50d --until "$until" --by exit
        same_with_and_without --since 50d --until "$until" --by day
        same_with_and_without --since 50d --until "$until" --by week --utc
        same_with_and_without --since 50d --until "$until" --by version
        same_with_and_without --since 12d --until "$until" --long --all
        [ "$(hl-usage users --csv --since 50d --until "$until")" = \
            "$(hl-usage users --csv --since 50d --until "$until" --archive "$ARCHIVE")" ]
        [ "$(hl-usage failures --csv --since 50d --until "$until")" = \
            "$(hl-usage failures --csv --since 50d --until "$until" --archive "$ARCHIVE")" ]
    done
}

@test "what was last used when Loki has dropped that: the day" {
    some_weeks | seed
    echo "$(at 9 4000) 0 alice once upon" | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    last() { hl-usage top --json --long --since 60d "$@" | jq -r '.verbs[] | select(.verb == "once upon").last'; }
    [ "$(last --archive "$ARCHIVE")" = "$(day 9)T01:06:40Z" ]
    forget
    some_weeks 5 | seed
    [ -z "$(last)" ]
    [ "$(last --archive "$ARCHIVE")" = "$(day 9)T00:00:00Z" ]
}

@test "archived days are not asked for" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    forget
    [ "$(hl-usage top --json --since "$(day 20)T00:00:00Z" --until "$(day 8)T00:00:00Z" --archive "$ARCHIVE" | jq .total)" -gt 0 ]
    [ "$(curl -sf "$LOKI_URL/double/requests")" = "[]" ]
}

@test "days that Loki has dropped are still counted" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    local since="$(day 30)T00:00:00Z" until="$(day 2)T00:00:00Z" before
    before=$(numbers --since "$since" --until "$until")
    # without when it was last used, which is in no archive
    long_numbers() { hl-usage top --long --json --since "$since" --until "$until" "$@" | jq -c '.verbs | map(del(.last))'; }
    users_numbers() { hl-usage users --json --since "$since" --until "$until" "$@" | jq -c '.users | map(del(.last))'; }
    local before_long before_users
    before_long=$(long_numbers)
    before_users=$(users_numbers)
    forget
    some_weeks 5 | seed
    [ "$(numbers --since "$since" --until "$until")" != "$before" ]
    [ "$(numbers --since "$since" --until "$until" --archive "$ARCHIVE")" = "$before" ]
    [ "$(long_numbers --archive "$ARCHIVE")" = "$before_long" ]
    [ "$(users_numbers --archive "$ARCHIVE")" = "$before_users" ]
    HOMELAB_USAGE_ARCHIVE=$ARCHIVE run -0 --separate-stderr hl-usage top --since "$since" --until "$until"
    [ -z "$stderr" ]
    [[ $output == *"28 days from "*"$(day 30) to $(day 3)"* ]]
}

@test "a cut through a day that Loki has dropped is said" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    forget
    some_weeks 5 | seed
    run -0 --separate-stderr hl-usage top --since "$(day 30)T10:00:00Z" --until "$(day 2)T10:00:00Z" --archive "$ARCHIVE"
    [[ $stderr == *"$(day 30): Loki no longer has all of this day"* ]]
    [[ $stderr != *"$(day 2)"* ]]
    TZ=Asia/Kolkata run -0 --separate-stderr hl-usage top --by day --since "$(day 30)" --until "$(day 2)" --archive "$ARCHIVE"
    [[ $stderr == *"$(day 31) to $(day 6): Loki no longer has all of these days, and the archive can't tell the parts"* ]]
    run -0 --separate-stderr hl-usage top --by version --since "$(day 30)" --until "$(day 2)" --archive "$ARCHIVE"
    [[ $stderr == *"$(day 30) to $(day 6): Loki no longer has all of these days, and the archive can't tell versions apart"* ]]
}

@test "what may have been dropped is not archived as empty" {
    some_weeks 30 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    grep -q "^#day	$(day 31)	first" "$ARCHIVE" # the midnight at which day 30 begins
    run -1 grep -q "^#day	$(day 32)" "$ARCHIVE"
    # no cron for a while: the archive ends, and by now Loki begins later
    sed -i "/^#day	$(day 25)/,\$d" "$ARCHIVE"
    forget
    some_weeks 12 | seed
    run -0 hl-usage archive "$ARCHIVE"
    [ "$output" = "$ARCHIVE: added 14 days, $(day 13) to $(day 0)" ]
    [ "$(grep -c '^#day' "$ARCHIVE")" -eq $((6 + 14)) ]
    [ "$(grep '	first$' "$ARCHIVE" | tail -n 1)" = "#day	$(day 13)	first" ]
}

@test "an empty Loki makes an archive without days" {
    run -0 hl-usage archive "$ARCHIVE"
    [ "$output" = "$ARCHIVE: nothing to add" ]
    [ "$(wc -l <"$ARCHIVE")" -eq 4 ]
    hl-usage archive --verify "$ARCHIVE"
    run -0 --separate-stderr hl-usage top --archive "$ARCHIVE"
    [ -z "$stderr" ]
}

@test "many writers at once" {
    local i pids=()
    some_weeks | seed
    hl-usage archive one >/dev/null
    for i in 1 2 3 4 5 6; do
        hl-usage archive "$ARCHIVE" 3>&- &
        pids+=($!)
    done
    for i in "${pids[@]}"; do wait "$i"; done
    cmp one "$ARCHIVE"
}

@test "a day that was never finished is said, ignored and repaired, wherever it ends" {
    some_weeks 12 | seed
    hl-usage archive all >/dev/null
    local n size from
    size=$(stat -c %s all)
    from=$((size - 200))
    for n in $(seq 1 5 160) $(seq $from 3 $((size - 1))); do
        head -c "$n" all >"$ARCHIVE"
        hl-usage archive "$ARCHIVE" >/dev/null 2>said
        cmp all "$ARCHIVE"
    done
    head -c $((size - 1)) all >"$ARCHIVE"
    run -0 --separate-stderr hl-usage top --json --archive "$ARCHIVE"
    [[ $stderr == *"never finished"* ]]
    [ "$(jq -S 'del(.quality, .from, .to)' <<<"$output")" = "$(hl-usage top --json | jq -S 'del(.quality, .from, .to)')" ]
    run -0 --separate-stderr hl-usage archive "$ARCHIVE"
    [[ $stderr == *"cut off "*" bytes of a day that was never finished" ]]
}

@test "a writer that is killed holds nobody up" {
    some_weeks 12 | seed
    hl-usage archive all >/dev/null
    run -137 strace -qq -o /dev/null -e trace=fsync -e inject=fsync:signal=KILL hl-usage archive "$ARCHIVE"
    run -0 --separate-stderr hl-usage archive "$ARCHIVE"
    cmp all "$ARCHIVE"
}

@test "a full disk leaves the archive as it was" {
    some_weeks 12 | seed
    hl-usage archive all >/dev/null
    sed "/^#day	$(day 4)/,\$d" all >"$ARCHIVE"
    cp "$ARCHIVE" before
    # a leak can't be looked for under strace
    ASAN_OPTIONS=detect_leaks=0 run -1 --separate-stderr strace -qq -o /dev/null -e trace=fsync -e inject=fsync:error=ENOSPC hl-usage archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: No space left on device" ]
    cmp before "$ARCHIVE"
}

@test "another URL, tenant or job is refused" {
    some_weeks 12 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    cp "$ARCHIVE" mine
    local change expected
    expected=$(hl-usage top --json | jq .total)
    for change in 's|^#url.*|#url\thttp://elsewhere|' 's|^#tenant.*|#tenant\t""|' 's|^#job.*|#job\tother|'; do
        sed "$change" mine >"$ARCHIVE"
        cp "$ARCHIVE" before
        for command in "archive" "archive --verify" "top --archive"; do
            # shellcheck disable=SC2086
            run -1 --separate-stderr hl-usage $command "$ARCHIVE"
            [ -z "$output" ]
            [[ $stderr == "hl-usage: $ARCHIVE: refused: it holds days of "*", not of $LOKI_URL, tenant $LOKI_TENANT, job homelab-usage" ]]
        done
        cmp before "$ARCHIVE"
        HOMELAB_USAGE_ARCHIVE=$ARCHIVE run -0 --separate-stderr hl-usage top --json
        [ "$(jq .total <<<"$output")" = "$expected" ]
        [[ $stderr == *": refused: "*": Loki is asked for all" ]]
    done
}

@test "a day of another archive is not taken, whoever copied it" {
    some_weeks 12 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    HOMELAB_LOKI_TENANT=other-$LOKI_TENANT hl-usage archive other >/dev/null
    [ "$(grep -c '^#day' other)" -eq 0 ]
    sed -n '5,$p' "$ARCHIVE" >>other
    HOMELAB_LOKI_TENANT=other-$LOKI_TENANT run -0 --separate-stderr hl-usage top --archive "$PWD/other"
    [[ $output == "no usage recorded"* ]]
    [[ $stderr == *"$(day 1) is damaged, its checksum is wrong: Loki is asked instead"* ]]
}

@test "one way to write a URL" {
    some_weeks 12 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    HOMELAB_LOKI_URL=$LOKI_URL// run -0 hl-usage archive "$ARCHIVE"
    HOMELAB_LOKI_URL=HTTP://127.0.0.1:$LOKI_PORT run -0 hl-usage archive "$ARCHIVE"
    HOMELAB_LOKI_URL=http://LocalHost:$LOKI_PORT run -0 hl-usage archive two
    HOMELAB_LOKI_URL=http://localhost:$LOKI_PORT/ run -0 hl-usage archive two
    [ "$(sed -n 2p two)" = "#url	http://localhost:$LOKI_PORT" ]
}

@test "a damaged day is asked from Loki, and archived again" {
    some_weeks 12 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    sed -i "/^#day	$(day 2)/,/^#end/s/\t[0-9]*\$/9&/" "$ARCHIVE"
    run -0 --separate-stderr hl-usage top --json --archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: $(day 2) is damaged, its checksum is wrong: Loki is asked instead" ]
    [ "$(jq .total <<<"$output")" = "$(hl-usage top --json | jq .total)" ]
    run -1 --separate-stderr hl-usage archive --verify "$ARCHIVE"
    [ "${lines[0]}" = "$(day 2): damaged" ]
    run -0 --separate-stderr hl-usage archive "$ARCHIVE"
    [ "$output" = "$ARCHIVE: added 1 day, $(day 2) to $(day 2)" ]
    run -0 --separate-stderr hl-usage top --json --archive "$ARCHIVE"
    [ -z "$stderr" ]
    hl-usage archive --verify "$ARCHIVE"
}

@test "a day that stands there twice: the same, and not" {
    some_weeks 12 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    sed -n '5,$p' "$ARCHIVE" >days
    cat days >>"$ARCHIVE"
    hl-usage archive --verify "$ARCHIVE"
    run -0 --separate-stderr hl-usage top --archive "$ARCHIVE"
    [ -z "$stderr" ]
    echo "$(at 2 77) 0 mallory late" | seed
    hl-usage archive another >/dev/null
    sed -n "/^#day	$(day 2)/,/^#end/p" another >>"$ARCHIVE"
    run -0 --separate-stderr hl-usage top --archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: $(day 2) stands there twice, not the same: Loki is asked instead" ]
    run -0 --separate-stderr hl-usage archive "$ARCHIVE"
    [[ $stderr == *"$(day 2) stands there twice, not the same: delete one of the two, from #day to #end" ]]
    [ "$output" = "$ARCHIVE: nothing to add" ]
}

@test "verify compares what Loki still has" {
    some_weeks | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    run -0 --separate-stderr hl-usage archive --verify "$ARCHIVE"
    [ -z "$stderr" ]
    [ "$output" = "35 days equal, 0 differ, 0 that Loki no longer has, 0 damaged" ]
    echo "$(at 2 77) 0 mallory late" | seed
    run -1 --separate-stderr hl-usage archive --verify "$ARCHIVE"
    [ "${lines[0]}" = "$(day 2): late, mallory, exit 0: archive 0, Loki 1" ]
    [ "${lines[1]}" = "34 days equal, 1 differ, 0 that Loki no longer has, 0 damaged" ]
    [ "$stderr" = "hl-usage: $ARCHIVE: does not agree with $LOKI_URL" ]
    forget
    some_weeks 5 | seed
    run -0 --separate-stderr hl-usage archive --verify "$ARCHIVE"
    [ "$output" = "6 days equal, 0 differ, 29 that Loki no longer has, 0 damaged" ]
    forget
    some_weeks 5 | grep -v "^$(at 1 4711)" | seed
    run -1 --separate-stderr hl-usage archive --verify "$ARCHIVE"
    [ "${lines[0]}" = "$(day 1): k8s ?, bob, exit 127: archive 1, Loki 0" ]
}

@test "any label value comes back" {
    local user
    user=$(printf '#"\\\t\nü\001 x')
    jq -nc --arg u "$user" --arg ns "$(at 1 1)" '{streams: [
        {stream: {job: "homelab-usage", user: $u, verb: "\"\""}, values: [[$ns, "exit=0 ver=1"]]},
        {stream: {job: "homelab-usage", user: $u}, values: [[$ns, "no exit"]]}]}' |
        curl -sf -H "X-Scope-OrgID: $LOKI_TENANT" -H 'Content-Type: application/json' --data-binary @- "$LOKI_URL/double/seed"
    hl-usage archive "$ARCHIVE" >/dev/null
    grep -q "^\"\"	\\\\x23\\\\\"\\\\\\\\\\\\x09\\\\x0aü\\\\x01 x	\"\"	1\$" "$ARCHIVE"
    same_with_and_without --since 60d --until "$(day 0)T00:00:00Z"
    same_with_and_without --since 60d --until "$(day 0)T00:00:00Z" --user "$user"
    hl-usage archive --verify "$ARCHIVE"
}

@test "no archive, and what is none" {
    some_weeks 3 | seed
    run -1 --separate-stderr hl-usage top --archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: No such file or directory" ]
    HOMELAB_USAGE_ARCHIVE=$ARCHIVE run -0 --separate-stderr hl-usage top
    [ "$stderr" = "hl-usage: $ARCHIVE: No such file or directory: Loki is asked for all" ]
    echo "something else" >"$ARCHIVE"
    run -1 --separate-stderr hl-usage archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: not an archive of hl-usage" ]
    printf '#homelab-usage-archive\t2\n' >"$ARCHIVE"
    run -1 --separate-stderr hl-usage archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: an archive in a format that this version doesn't know" ]
    rm "$ARCHIVE"
    mkfifo "$ARCHIVE"
    run -1 --separate-stderr hl-usage archive "$ARCHIVE"
    [ "$stderr" = "hl-usage: $ARCHIVE: not a regular file" ]
    run -1 --separate-stderr hl-usage archive no/such/place
    [ "$stderr" = "hl-usage: no/such/place: No such file or directory" ]
}

@test "the command line" {
    run -2 --separate-stderr hl-usage archive
    [[ $stderr == "hl-usage: archive: FILE is missing"* ]]
    run -2 --separate-stderr hl-usage archive one two
    run -2 --separate-stderr hl-usage archive --since 3d "$ARCHIVE"
    run -2 --separate-stderr hl-usage top --local --archive "$ARCHIVE"
    unset HOMELAB_LOKI_URL
    run -1 --separate-stderr hl-usage archive "$ARCHIVE"
    [[ $stderr == "hl-usage: no Loki is configured"* ]]
    [ ! -e "$ARCHIVE" ]
    export HOMELAB_LOKI_URL=$LOKI_URL HOMELAB_USAGE_ARCHIVE=$ARCHIVE
    run -0 hl-usage archive
    [ -s "$ARCHIVE" ]
}

@test "a Loki that fails adds nothing" {
    some_weeks 12 | seed
    loki_mode '{"query": "status:503"}'
    run -1 --separate-stderr hl-usage archive "$ARCHIVE"
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [ ! -s "$ARCHIVE" ]
}

@test "what is asked is explained" {
    some_weeks 12 | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    run -0 hl-usage top --explain --since "$(day 9)T00:00:00Z" --until "$(day 2)T12:00:00Z" --archive "$ARCHIVE"
    [[ $output == *"from $ARCHIVE: 7 days, $(day 9) to $(day 3)"* ]]
}

@test "awk reads it, cksum checks it, as documented" {
    some_weeks | seed
    hl-usage archive usage.archive >/dev/null
    [ "$(bash -c "$(documented 1)" | awk -F'\t' '$2 !~ /\?$/ {n += $3} END {print n}')" = \
        "$(hl-usage top --json --since "$(day 40)T00:00:00Z" --until "$(date -u -d "@$((LAST + DAY))" +%FT00:00:00Z)" | jq .total)" ]
    local d expected
    for d in $(awk -F'\t' '/^#day/ {print $2}' usage.archive); do
        expected=$(awk -F'\t' -v d="$d" '/^#end/ && $2 == d {print $3}' usage.archive)
        [ "$(documented 2 | sed "1s/d=[0-9-]*/d=$d/" | sh)" = "$expected" ]
    done
}

@test "somebody is taken out of it, as documented" {
    some_weeks | seed
    hl-usage archive usage.archive >/dev/null
    documented 3 | sh
    run -1 grep -q alice usage.archive
    grep -q bob usage.archive
    forget
    some_weeks | grep -v alice | seed
    hl-usage archive --verify usage.archive
}

@test "a year of a team is under 5 MB" {
    # 50 people, 200 verbs, 1,000 runs on each of 20 workdays of 28 days
    awk -v first="$((LAST - 27 * DAY))" 'BEGIN {
        srand(1)
        for (d = 0; d < 28; d++)
            for (i = 0; d % 7 < 5 && i < 1000; i++)
                printf "%d%09d %d user%02d group%d verb%02d\n", first + d * 86400 + i * 86, i, rand() < 0.1, \
                    50 * rand() * rand(), v = 200 ^ rand() / 10, 10 * (200 ^ rand() / 10) % 20
    }' | seed
    hl-usage archive "$ARCHIVE" >/dev/null
    echo "28 days: $(stat -c %s "$ARCHIVE") bytes, $(grep -vc '^#' "$ARCHIVE") rows"
    [ "$(grep -vc '^#' "$ARCHIVE")" -gt 5000 ]
    [ $(($(stat -c %s "$ARCHIVE") * 365 / 28)) -lt 5000000 ]
}
