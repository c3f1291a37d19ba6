#!/bin/sh
# Summary: show what this machine is: system, kernel, processor, memory
# Tier: read
# usage: homelab host facts

if [ $# -gt 0 ]; then
	echo 'usage: homelab host facts' >&2
	exit 2
fi

fact() { # fact NAME VALUE: what cannot be told is left out
	[ -z "$2" ] || printf '%-10s %s\n' "$1" "$2"
}

fact name "$(uname -n)"
fact system "$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /etc/os-release 2>/dev/null)"
fact kernel "$(uname -sr)"
fact machine "$(uname -m)"
fact cpus "$(nproc)"
fact processor "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sed 1q)"
fact memory "$(awk '/^MemTotal:/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)"
fact swap "$(awk '/^SwapTotal:/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)"
fact links "$(cd /sys/class/net 2>/dev/null && echo *)"
fact board "$(cat /sys/class/dmi/id/product_name 2>/dev/null)"

init=
{ read -r init </proc/1/comm; } 2>/dev/null
fact init "$init"
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
	fact container yes
fi
exit 0
