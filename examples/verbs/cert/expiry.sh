#!/bin/sh
# Summary: show when a certificate ends, fail when that is within DAYS (30)
# Tier: read
# usage: homelab cert expiry [-d DAYS] FILE|HOST:PORT

misuse() {
	echo 'usage: homelab cert expiry [-d DAYS] FILE|HOST:PORT' >&2
	exit 2
}
fail() {
	printf 'cert expiry: %s\n' "$*" >&2
	exit 1
}

days=30
while getopts :d: opt; do
	case $opt in
	d) days=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $days in '' | *[!0-9]* | 0?* | ?????*) misuse ;; esac
[ $# -eq 1 ] || misuse
command -v openssl >/dev/null || fail 'openssl is not installed'

if [ -f "$1" ]; then
	[ -r "$1" ] || fail "cannot read $1"
	pem=$(openssl x509 <"$1" 2>/dev/null) || fail "no PEM certificate in $1"
else
	case ${1%:*}/${1##*:} in
	"$1/$1" | /* | */ | */*[!0-9]*) fail "no such file, and not HOST:PORT: $1" ;;
	esac
	pem=$(timeout 3 openssl s_client -connect "$1" </dev/null 2>/dev/null |
		openssl x509 2>/dev/null) || fail "no certificate from $1"
fi

printf '%s\n' "$pem" | openssl x509 -noout -subject -enddate
printf '%s\n' "$pem" | openssl x509 -noout -checkend $((days * 86400)) >/dev/null ||
	fail "ends within $days days"
