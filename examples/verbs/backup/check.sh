#!/bin/sh
# Summary: fail when the newest file of a backup directory is too old
# Tier: read
# usage: homelab backup check [-m HOURS] DIR

misuse() {
	echo 'usage: homelab backup check [-m HOURS] DIR' >&2
	exit 2
}
fail() {
	printf 'backup check: %s\n' "$*" >&2
	exit 1
}

hours=26 # a nightly backup may be two hours late
while getopts :m: opt; do
	case $opt in
	m) hours=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $hours in '' | *[!0-9]* | 0?* | ??????*) misuse ;; esac
[ $# -eq 1 ] || misuse
[ -d "$1" ] || fail "no such directory: $1"

case $1 in
/*) dir=$1 ;;
*) dir=./$1 ;;
esac

# Empty files are what a backup leaves behind that failed on a full disk.
newest=$(find "$dir" -type f -size +0 -exec stat -c '%Y %n' {} + | sort -rn | sed 1q)
[ -n "$newest" ] || fail "no file with content below $1"

age=$(($(date +%s) - ${newest%% *}))
printf 'newest: %s, %d h %d min old\n' "${newest#* }" $((age / 3600)) $((age / 60 % 60))
[ $age -ge -60 ] || fail 'the newest file is from the future'
[ $age -le $((hours * 3600)) ] || fail "older than $hours h"
