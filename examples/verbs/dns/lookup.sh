#!/bin/sh
# Summary: resolve names as every program here does (hosts file, DNS, other NSS)
# Tier: read
# usage: homelab dns lookup NAME...

misuse() {
	echo 'usage: homelab dns lookup NAME...' >&2
	exit 2
}

[ $# -gt 0 ] || misuse
for name; do
	case $name in '' | -*) misuse ;; esac
done

# One try of a second: a dead resolver should be reported, not waited for.
RES_OPTIONS='timeout:1 attempts:1'
export RES_OPTIONS

failed=0
for name; do
	if answer=$(timeout 2 getent ahosts "$name"); then
		printf '%s\n' "$answer" | awk -v name="$name" '!seen[$1]++ { print name, $1 }'
	else
		case $? in
		2) printf 'dns lookup: %s: no such name\n' "$name" >&2 ;;
		124 | 143) printf 'dns lookup: %s: no answer within 2 s\n' "$name" >&2 ;;
		*) printf 'dns lookup: %s: getent failed\n' "$name" >&2 ;;
		esac
		failed=1
	fi
done
exit $failed
