#!/bin/sh
# Summary: show the end of a log, with -f follow it until Ctrl-C
# Tier: read
# usage: homelab logs tail [-f] [-n LINES] FILE|NAME
# NAME is looked up as NAME, NAME.log and NAME/NAME.log in /var/log.

misuse() {
	echo 'usage: homelab logs tail [-f] [-n LINES] FILE|NAME' >&2
	exit 2
}

follow=
lines=10
while getopts :fn: opt; do
	case $opt in
	f) follow=1 ;;
	n) lines=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $lines in '' | *[!0-9]* | ???????*) misuse ;; esac
[ $# -eq 1 ] || misuse

for log in "$1" "/var/log/$1" "/var/log/$1.log" "/var/log/$1/$1.log"; do
	[ ! -f "$log" ] || break
done
if [ ! -f "$log" ] || [ ! -r "$log" ]; then
	printf 'logs tail: no log that this user can read: %s\n' "$1" >&2
	exit 1
fi

# exec: Ctrl-C and the exit status are tail's own. -F outlives log rotation.
exec tail ${follow:+-F} -n "$lines" -- "$log"
