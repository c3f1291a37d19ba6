# hl-usage: windows that people type, in their time zone, and the calendar's units across changes of the clock.

load helper

setup() {
    hl_setup
    ME=$(id -un)
    journal_add dns "$(($(date +%s) - 10))000000000"
}

teardown() { hl_teardown; }

# "FROM TO" of a window in seconds since the epoch. jq 1.6 shifts by daylight-saving time in some zones.
window() { hl-usage top --json "$@" | TZ=UTC jq -r '"\(.from | fromdate) \(.to | fromdate)"'; }

at() { date -d "$1" +%s; }

@test "points in time: what is taken" {
    local zone since until from to
    for zone in UTC Europe/Berlin Asia/Kolkata America/St_Johns; do
        export TZ=$zone
        while IFS='|' read -r since until from to; do
            [ "$(window --since "$since" --until "$until")" = "$(at "$from") $(at "$to")" ] ||
                { echo "$zone: $since to $until: $(window --since "$since" --until "$until")"; return 1; }
        done <<'END'
2026-10-01|2026-11-01|2026-10-01|2026-11-01
2026-11-01 12:30|2026-11-01 12:30:05|2026-11-01 12:30|2026-11-01 12:30:05
2026-11-01T12:30|2026-11-01t12:31:00|2026-11-01 12:30|2026-11-01 12:31
2026-11-01T12:30:00Z|2026-11-01T12:30:09.75z|2026-11-01 12:30Z|2026-11-01 12:30:09Z
2026-11-01T12:30:00+05:30|2026-11-01 12:30:00-03:30|2026-11-01 07:00Z|2026-11-01 16:00Z
2024-02-29|2024-03-01|2024-02-29|2024-03-01
7d|2026-11-01T00:00:00Z|2026-10-25 00:00Z|2026-11-01 00:00Z
1d12h|2026-11-01 06:00Z|2026-10-30 18:00Z|2026-11-01 06:00Z
END
    done
}

@test "today, yesterday and now" {
    local zone day from
    for zone in UTC Pacific/Kiritimati America/Adak; do
        export TZ=$zone
        # Also when midnight passes in between.
        day=$(date +%F)
        read -r from _ <<<"$(window --since today)"
        [ "$from" = "$(at "$day")" ] || [ "$from" = "$(at "$(date +%F)")" ]
        day=$(date +%F)
        [ "$(window --since yesterday --until today)" = "$(at "$day - 1 day") $(at "$day")" ] ||
            [ "$day" != "$(date +%F)" ]
    done
    read -r from to <<<"$(window --since 1h --until now)"
    [ $((to - from)) -eq 3600 ]
}

@test "--utc" {
    export TZ=Asia/Kolkata
    [ "$(window --since 2026-10-01 --until 2026-11-01 --utc)" = "$(at 2026-10-01T00:00Z) $(at 2026-11-01T00:00Z)" ]
    run -0 hl-usage top --since 2026-10-01 --until 2026-11-01 --utc
    [ "$output" = "no usage recorded from 2026-10-01 00:00 UTC to 2026-11-01 00:00 UTC" ]
    run -0 hl-usage top --since 2026-10-01 --until 2026-11-01
    [ "$output" = "no usage recorded from 2026-10-01 00:00 to 2026-11-01 00:00" ]
}

@test "--until in the future ends now" {
    local before to after
    before=$(date +%s)
    read -r _ to <<<"$(window --since 1d --until 2100-01-01)"
    after=$(($(date +%s) + 1))
    [ "$before" -le "$to" ]
    [ "$to" -le "$after" ]
}

@test "windows that are none" {
    local since until text
    while IFS='|' read -r since until text; do
        run -2 --separate-stderr hl-usage top --since "$since" --until "$until"
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "hl-usage: top: $text"* ]] || { echo "$stderr"; return 1; }
    done <<'END'
2026-11-02|2026-11-01|--until '2026-11-01': not after --since
2026-11-01|2026-11-01|--until '2026-11-01': not after --since
2100-01-01|2100-02-01|--since '2100-01-01': not in the past
1d|30|--until '30': not a time: a span as 90m
1d|1mo|--until '1mo': not a time: a span as 90m
1d|2026-11-31|--until '2026-11-31': not a time
1d|2026-11-01T12:30:00+25:00|--until '2026-11-01T12:30:00+25:00': not a time
1d|2026-11-01T12:30:00.Z|--until '2026-11-01T12:30:00.Z': not a time
2010-01-01|2026-01-01|--since '2010-01-01': more than 10 years
1971-01-01|1970-01-01|--until '1970-01-01': not after --since
3650d|1975-01-01|--since '3650d': before 1970
END
}

# Units as "KEY COUNT", of a seeded event in the middle of each hour from FROM on.
hourly() {
    local s
    for s in $(seq $(($(at "$1") + 1800)) 3600 "$(at "$2")"); do echo "$s"; done |
        awk -v v="$HL_VERSION" '{ print $1 "000000000 0 " v " dns" }' >"$HL_STATE/journal"
}

units() { hl-usage top --csv "$@" | tr -d '\r' | awk -F, 'NR > 1 { print $1, $3 }'; }

@test "days and weeks across changes of the clock" {
    export TZ=Europe/Berlin
    hourly 2026-10-23 2026-10-27
    diff - <(units --by day --since 2026-10-23 --until 2026-10-27) <<END
2026-10-23 24
2026-10-24 24
2026-10-25 25
2026-10-26 24
END
    hourly 2026-03-27 2026-04-03
    diff - <(units --by day --since 2026-03-28 --until 2026-03-31) <<END
2026-03-28 24
2026-03-29 23
2026-03-30 24
END
    diff - <(units --by week --since 2026-03-27 --until 2026-04-02) <<END
2026-W13 71
2026-W14 72
END
    [ "$(units --by hour --since '2026-03-29 00:00' --until '2026-03-29 05:00' | tr '\n' ' ')" = \
        "2026-03-29 00:00 1 2026-03-29 01:00 1 2026-03-29 03:00 1 2026-03-29 04:00 1 " ]
    diff - <(units --by day --since 2026-03-28 --until 2026-03-30 --utc | cut -d' ' -f1) <<END
2026-03-28
2026-03-29
END
}

@test "a day without a midnight" {
    # Clocks went from 24:00 to 01:00.
    export TZ=America/Sao_Paulo
    hourly 2018-11-02 2018-11-06
    diff - <(units --by day --since 2018-11-02 --until 2018-11-06) <<END
2018-11-02 24
2018-11-03 24
2018-11-04 23
2018-11-05 24
END
}

@test "a zone that is off by half an hour" {
    export TZ=Asia/Kolkata
    hourly 2026-11-01 2026-11-03
    [ "$(units --by day --since 2026-11-01 --until 2026-11-03 | tr '\n' ' ')" = "2026-11-01 24 2026-11-02 24 " ]
    [ "$(units --by hour --since 2026-11-01 --until 2026-11-03 | grep -c ' 1$')" -eq 48 ]
}

@test "units at the ends of a window are cut, and those without a run are zeros" {
    export TZ=UTC
    hourly 2026-11-01 2026-11-02
    diff - <(units --by day --since '2026-10-30 12:00' --until '2026-11-01 12:00') <<END
2026-10-30 0
2026-10-31 0
2026-11-01 12
END
}

@test "too many units are refused" {
    run -2 --separate-stderr hl-usage top --by hour --since 365d
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: top: more than 2000 hours: "* ]]
    run -0 hl-usage top --by hour --since 80d
}
