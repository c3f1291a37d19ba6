#!/bin/sh
# Summary: list the processes that hold the most memory
# Tier: read
# usage: homelab proc top [-n COUNT]

misuse() {
	echo 'usage: homelab proc top [-n COUNT]' >&2
	exit 2
}

count=10
while getopts :n: opt; do
	case $opt in
	n) count=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $count in '' | *[!0-9]* | 0* | ?????*) misuse ;; esac
[ $# -eq 0 ] || misuse

# Processes come and go meanwhile: cat passes over those that are gone, where
# awk would stop. Kernel threads have no VmRSS and so no line.
list=$(cat /proc/[0-9]*/status 2>/dev/null | awk '
	/^Name:/ { name = substr($0, 7) }
	/^Pid:/ { pid = $2 }
	/^Uid:/ { uid = $2 }
	/^VmRSS:/ { printf "%9.1f %8d %8d  %s\n", $2 / 1024, pid, uid, name }
' | sort -rn | sed "${count}q")
if [ -z "$list" ]; then
	echo 'proc top: no process could be read' >&2
	exit 1
fi
printf '%9s %8s %8s  %s\n%s\n' MiB PID UID NAME "$list"
