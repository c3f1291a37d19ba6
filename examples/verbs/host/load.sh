#!/bin/sh
# Summary: show load and memory, fail when the load per CPU is over a limit
# Tier: read
# usage: homelab host load [-l LOAD_PER_CPU]

misuse() {
	echo 'usage: homelab host load [-l LOAD_PER_CPU]' >&2
	exit 2
}

limit=4
while getopts :l: opt; do
	case $opt in
	l) limit=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || misuse
case $limit in '' | *[!0-9.]* | *.*.* | . | ???????*) misuse ;; esac

awk '/^MemTotal:/ { total = $2 }
	/^MemAvailable:/ { free = $2 }
	END { printf "memory    %d of %d MiB available\n", free / 1024, total / 1024 }' /proc/meminfo

# Pressure: the share of the last minute in which somebody had to wait.
for what in cpu memory io; do
	{ read -r line </proc/pressure/$what; } 2>/dev/null || continue
	line=${line#*avg60=}
	printf '%-9s %s%% of the last minute waited for\n' "$what" "${line%% *}"
done

awk -v cpus="$(nproc)" -v limit="$limit" '{
	printf "load      %s %s %s on %d CPUs\n", $1, $2, $3, cpus
	exit ($2 > limit * cpus)
}' /proc/loadavg || {
	echo "host load: over $limit per CPU" >&2
	exit 1
}
