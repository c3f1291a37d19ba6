#!/bin/sh
# Summary: list listening TCP sockets, or fail when nothing listens on PORT
# Tier: read
# usage: homelab net ports [PORT]

case $#:${1-} in
0: | 1:[1-9] | 1:[1-9]*[0-9]) ;;
*) bad=1 ;;
esac
case ${1-} in *[!0-9]* | ??????*) bad=1 ;; esac
if [ -n "${bad-}" ]; then
	echo 'usage: homelab net ports [PORT]' >&2
	exit 2
fi
[ -r /proc/net/tcp ] || { echo 'net ports: cannot read /proc/net/tcp' >&2; exit 1; }

# The kernel prints an address as words in the byte order of the machine.
little=$(printf '\001\000' | od -An -tu2 | tr -d ' ')
list=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v little="$little" -v port="${1-}" '
	function hex(s,  i, n) {
		for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1
		return n
	}
	function byte(a, i) { # the i-th byte of the address in network order, from 0
		if (little == 1) i = i - i % 4 + 3 - i % 4
		return hex(substr(a, 2 * i + 1, 2))
	}
	function address(a,  i, s, zeros) {
		if (length(a) == 8) return byte(a, 0) "." byte(a, 1) "." byte(a, 2) "." byte(a, 3)
		for (i = 0; i < 16; i += 2) s = s sprintf(":%x", byte(a, i) * 256 + byte(a, i + 1))
		for (zeros = ":0:0:0:0:0:0:0:0"; length(zeros) > 2; zeros = substr(zeros, 3))
			if (i = index(s ":", zeros ":")) {
				s = substr(s, 1, i - 1) "::" substr(s, i + length(zeros) + 1)
				break
			}
		return "[" (s ~ /^::/ ? s : substr(s, 2)) "]"
	}
	$4 == "0A" {
		split($2, local, ":")
		p = hex(local[2])
		if (port == "" || p == port) printf "%5d  %-24s uid %s\n", p, address(local[1]), $8
	}' | sort -u | sort -n)
[ -z "$list" ] || printf '%s\n' "$list"
[ -n "$list" ] || [ $# -eq 0 ] || { echo "net ports: nothing listens on TCP port $1" >&2; exit 1; }
