#!/bin/sh
# Summary: say whether a service runs (systemd's word, else the process table)
# Tier: read
# usage: homelab svc status NAME
# Exit status as init scripts have it: 0 runs, 3 does not run, 4 unknown.

if [ $# -ne 1 ] || [ -z "$1" ]; then
	echo 'usage: homelab svc status NAME' >&2
	exit 2
fi

if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then
	exec systemctl --no-pager --lines=0 status -- "$1"
fi

# With hidepid other users' processes are out of sight: absence proves nothing.
if [ ! -r /proc/1/stat ]; then
	echo "svc status: this user cannot see other users' processes" >&2
	exit 4
fi

name=$(printf '%.15s' "$1") # all that the kernel keeps of a name
pids=
for dir in /proc/[0-9]*; do
	[ "$dir" != "/proc/$$" ] || continue
	{ read -r comm <"$dir/comm" && read -r stat <"$dir/stat"; } 2>/dev/null || continue
	[ "$comm" = "$name" ] || continue
	case ${stat##*) } in Z* | X*) continue ;; esac
	pids="$pids ${dir#/proc/}"
done
if [ -z "$pids" ]; then
	printf '%s does not run\n' "$1"
	exit 3
fi
printf '%s runs, pid%s\n' "$1" "$pids"
