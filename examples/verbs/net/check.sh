#!/bin/sh
# Summary: check loopback, default route and resolver, and say what is missing
# Tier: read
# usage: homelab net check

if [ $# -gt 0 ]; then
	echo 'usage: homelab net check' >&2
	exit 2
fi

failed=0
report() { # report NAME VALUE: an empty value is a fault
	if [ -n "$2" ]; then
		printf 'ok       %-14s %s\n' "$1" "$2"
	else
		printf 'MISSING  %s\n' "$1"
		failed=1
	fi
}

# The routing tree is this network namespace's own; /sys may show another's.
if [ -r /proc/net/fib_trie ]; then
	lo=$(awk '$2 == "127.0.0.1" { print $2; exit }' /proc/net/fib_trie)
else
	flags=0
	{ read -r flags </sys/class/net/lo/flags; } 2>/dev/null
	lo=
	[ $((flags & 1)) -eq 0 ] || lo=up
fi
report loopback "$lo"

report localhost "$(getent ahosts localhost 2>/dev/null |
	awk '!seen[$1]++ { printf "%s%s", sep, $1; sep = " " }')"

# A default route on lo is how the kernel writes "unreachable".
report 'default route' "$({
	awk '$2 == "00000000" && $8 == "00000000" { print $1 }' /proc/net/route
	awk '$1 ~ /^0+$/ && $2 == "00" && $10 != "lo" { print $10 }' /proc/net/ipv6_route
} 2>/dev/null | sort -u | awk '{ printf "%s%s", sep, $1; sep = " " }')"

report resolver "$(awk '$1 == "nameserver" { printf "%s%s", sep, $2; sep = " " }' \
	/etc/resolv.conf 2>/dev/null)"

exit $failed
