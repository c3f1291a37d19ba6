# What the tests of hl-usage status share.
#
# shellcheck disable=SC2154 # run's variables

# says KEY: what stands behind it, without the blanks.
says() { sed -n "s|^$1  *||p" <<<"$output"; }

# member FILTER: of the JSON in $output.
member() { jq -r "$1" <<<"$output"; }

spool_add() { # FILE VERB NS
    [ -d "$HL_STATE" ] || (umask 077 && mkdir -p "$HL_STATE" && : >"$HL_STATE/lock")
    (umask 077 && printf '%s 0 %s %s\n' "$3" "$HL_VERSION" "$2" >>"$HL_STATE/$1")
}

# ago SECONDS: a time, in ns.
ago() { echo $(($(now_ns) - $1 * 1000000000)); }

# What hl-push remembers about a Loki, by having failed at it once.
failed_once() {
    hl-emit v 0
    eventually 5 grep -qs '^failures 1' "$HL_STATE/push"
    eventually 5 no_pusher
}
