#!/bin/sh
# Summary: show file systems and how full they are, fail when one is over a limit
# Tier: read
# usage: homelab disk usage [-l PERCENT] [PATH...]

misuse() {
	echo 'usage: homelab disk usage [-l PERCENT] [PATH...]' >&2
	exit 2
}

limit=90
while getopts :l: opt; do
	case $opt in
	l) limit=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $limit in '' | *[!0-9]* | ????*) misuse ;; esac

failed=0
table=$(df -P -k -- "$@") || failed=1

# Without a PATH the pseudo file systems are left out; bind mounts of one
# device have the same three numbers and are shown once.
printf '%s\n' "$table" | awk -v limit="$limit" -v all=$# '
	NR == 1 { printf "%9s %9s %5s  %s\n", "SIZE GiB", "FREE GiB", "USED", "MOUNTED ON"; next }
	$2 !~ /^[1-9]/ { next }
	!all && $1 !~ /\/|:|^overlay$/ && $6 != "/" { next }
	seen[$1, $2, $3]++ { next }
	{
		used = $5 + 0
		mount = $6
		for (i = 7; i <= NF; i++) mount = mount " " $i
		note = ""
		if (used > limit) {
			note = "  OVER " limit "%"
			over = 1
		}
		printf "%9.1f %9.1f %4d%%  %s%s\n", $2 / 1048576, $4 / 1048576, used, mount, note
	}
	END { exit over }
' || failed=1
exit $failed
