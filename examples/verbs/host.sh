#!/bin/sh
# Summary: say in one line how this machine is
# Tier: read
# usage: homelab host          (see also: host facts, host load)

if [ $# -gt 0 ]; then
	echo 'usage: homelab host' >&2
	exit 2
fi

read -r up _ </proc/uptime || exit 1
read -r load _ </proc/loadavg || exit 1
up=${up%.*}
used=$(awk '/^MemTotal:/ { total = $2 }
	/^MemAvailable:/ { free = $2 }
	END { if (total) printf "%d%% of %.1f GiB", 100 * (1 - free / total), total / 1048576 }' \
	/proc/meminfo)
root=$(df -P -k / | awk 'NR == 2 { print $5 }')

printf '%s: up %dd %dh, load %s on %s CPUs, memory %s, / %s\n' \
	"$(uname -n)" $((up / 86400)) $((up % 86400 / 3600)) "$load" "$(nproc)" "$used" "$root"
