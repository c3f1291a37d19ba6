#!/bin/sh
# Summary: compare the clock with the hardware's, without any network
# Tier: read
# usage: homelab time drift [-l SECONDS]

misuse() {
	echo 'usage: homelab time drift [-l SECONDS]' >&2
	exit 2
}
fail() {
	printf 'time drift: %s\n' "$*" >&2
	exit 1
}

limit=5
while getopts :l: opt; do
	case $opt in
	l) limit=$OPTARG ;;
	*) misuse ;;
	esac
done
shift $((OPTIND - 1))
case $limit in '' | *[!0-9]* | 0?* | ???????*) misuse ;; esac
[ $# -eq 0 ] || misuse

date -u '+clock      %Y-%m-%d %H:%M:%S UTC'
rtc=
{ read -r rtc </sys/class/rtc/rtc0/since_epoch; } 2>/dev/null
now=$(date +%s)
if [ -n "$rtc" ] && ! grep -q '^LOCAL' /etc/adjtime 2>/dev/null; then
	echo "hardware   $((rtc - now)) s ahead"
	if [ $((rtc - now)) -gt "$limit" ] || [ $((now - rtc)) -gt "$limit" ]; then
		fail "more than $limit s apart"
	fi
	exit 0
fi

# Without a hardware clock in UTC only the absurd can be told: a clock that is
# behind files which this system has already written.
echo 'hardware   no clock in UTC to compare with'
newest=$(stat -c %Y /etc /var/lib/dpkg /var/log /run /tmp 2>/dev/null | sort -rn | sed 1q)
[ "$now" -ge $((${newest:-0} - limit)) ] || fail "the clock is $((newest - now)) s behind the newest directory"
echo 'files      none newer than the clock'
