#!/bin/sh
# Summary: list what runs as a service (systemd units, else daemons)
# Tier: read
# usage: homelab svc list

if [ $# -gt 0 ]; then
	echo 'usage: homelab svc list' >&2
	exit 2
fi

if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then
	exec systemctl --no-pager --no-legend --plain list-units --type=service --state=running
fi

# A daemon: leads a session, has no terminal, and memory of its own (kernel
# threads have none). The name may hold spaces and brackets, so cut at the last.
list=$(cat /proc/[0-9]*/stat 2>/dev/null | awk '
	{
		rest = $0
		sub(/^.*\) /, "", rest)
		split(rest, f, " ")
		name = substr($0, index($0, "(") + 1)
		name = substr(name, 1, length(name) - length(rest) - 2)
	}
	($1 == 1 || f[4] == $1) && f[5] == 0 && f[21] > 0 && f[1] !~ /[ZX]/ {
		printf "%8d  %s\n", $1, name
	}' | sort -n)
if [ -z "$list" ]; then
	echo 'svc list: no service in sight of this user' >&2
	exit 1
fi
printf '%s\n' "$list"
