#!/bin/sh
# Summary: list your old files in the temporary directory, remove them with --yes
# Tier: write
# usage: homelab cleanup tmp [--days DAYS] [--yes]

misuse() {
	echo 'usage: homelab cleanup tmp [--days DAYS] [--yes]' >&2
	exit 2
}

days=7
yes=
while [ $# -gt 0 ]; do
	case $1 in
	--yes) yes=1 ;;
	--days) [ $# -gt 1 ] || misuse; days=$2; shift ;;
	*) misuse ;;
	esac
	shift
done
case $days in '' | *[!0-9]* | 0* | ?????*) misuse ;; esac

# Only a directory made for this: a shared one with the sticky bit, as /tmp.
dir=${TMPDIR:-/tmp}
case $dir in /*) ;; *) dir= ;; esac
if [ ! -d "$dir" ] || [ -z "$(find "$dir/" -maxdepth 0 -perm -1000)" ]; then
	echo 'cleanup tmp: TMPDIR is no absolute directory with the sticky bit' >&2
	exit 1
fi

# Nothing below the first level, where another user could swap a directory for
# a link meanwhile; nobody else's; nothing hidden; no sockets, pipes, links.
old() {
	find "$dir/" -maxdepth 1 -type f -user "$(id -u)" ! -name '.*' \
		-mtime "+$days" -atime "+$days" "$@"
}
if [ -z "$yes" ]; then
	list=$(old -print) || exit 1
	[ -z "$list" ] || list="$list
(not removed: that takes --yes)"
	printf '%s\n' "${list:-nothing older than $days days in $dir}"
	exit 0
fi
old -exec rm -f -- {} \; -print || exit 1
[ -z "$(old -print)" ] || { echo 'cleanup tmp: some could not be removed' >&2; exit 1; }
