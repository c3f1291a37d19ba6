#!/bin/sh
# Summary: count the error lines of a log and show the last ones
# Tier: read
# usage: homelab logs errors [-n LINES] FILE

misuse() {
	echo 'usage: homelab logs errors [-n LINES] FILE' >&2
	exit 2
}

lines=10
while getopts :n: opt; do
	case $opt in
	n) lines=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $lines in '' | *[!0-9]* | 0* | ?????*) misuse ;; esac
[ $# -eq 1 ] || misuse

if [ ! -f "$1" ] || [ ! -r "$1" ]; then
	printf 'logs errors: cannot read %s\n' "$1" >&2
	exit 1
fi

# Read on stdin: awk would take a file named a=b for an assignment.
LC_ALL=C awk -v keep="$lines" '
	{ gsub(/\033\[[0-9;]*m/, "") }
	tolower($0) ~ /(^|[^a-z])(error|err|fatal|panic|crit|critical|alert|emerg|failed|failure)([^a-z]|$)/ {
		gsub(/[\001-\010\013-\037\177]/, "?")
		last[found++ % keep] = NR ": " $0
	}
	END {
		printf "%d of %d lines\n", found, NR
		for (i = found > keep ? found - keep : 0; i < found; i++) print last[i % keep]
	}' <"$1"
