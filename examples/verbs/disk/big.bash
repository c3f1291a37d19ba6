#!/bin/bash
# Summary: list the largest files below a directory, on its file system only
# Tier: read
# usage: homelab disk big [-n COUNT] [DIR]
# bash for pipefail: a directory that find could not read makes this exit 1.

set -o pipefail

misuse() {
	echo 'usage: homelab disk big [-n COUNT] [DIR]' >&2
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
[[ $# -le 1 && $count =~ ^[1-9][0-9]{0,4}$ ]] || misuse

dir=${1-.}
if [[ ! -d $dir ]]; then
	printf 'disk big: %q is not a directory\n' "$dir" >&2
	exit 1
fi
[[ $dir == /* ]] || dir=./$dir

# awk reads to the end, where head would kill sort and fail the pipe.
find "$dir" -xdev -type f -exec stat -c '%s %n' {} + |
	sort -rn |
	LC_ALL=C awk -v count="$count" 'NR <= count {
		size = $1
		sub(/^[0-9]+ /, "")
		gsub(/[\001-\037\177]/, "?")
		printf "%10.1f MiB  %s\n", size / 1048576, $0
	}' || exit 1
