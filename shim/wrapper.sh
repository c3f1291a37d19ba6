# A verb runs as it would without this wrapper. Then hl-emit is told the verb, one of the literals
# below, and its exit status; never an argument. HOMELAB_TELEMETRY=0 turns that off. See hl-wrap(1).
#
# State lives in functions and positional parameters: a variable of ours could be one of the verb's.
# Functions are called hl_..., as bash hands functions on to other scripts, and expands aliases.
#
# SC2145: "directory/$@" is meant. SC2119, SC2120, SC2317: functions are redefined by traps, and by off.
# SC1083, SC2194, SC3034: "$+NAME" and "$(<FILE)" are for zsh. SC2064: expanded now. SC3045: a shell
# without ulimit -c may say so, to nobody.
# shellcheck disable=SC1083,SC2064,SC2194,SC2119,SC2120,SC2145,SC2317,SC3034,SC3045
case $+ZSH_VERSION in 1) emulate sh ;; esac # "$+NAME" is an expansion in zsh alone, whatever the environment
# With allexport bash would export the functions, too; it is back where a verb starts.
case $- in *a*) set +a; hl_allexport() { set -a; } ;; *) hl_allexport() { :; } ;; esac

hl_verb() { # VERB COMMAND [ARGUMENT...]
    hl_on
    if { [ -t 0 ] || [ -t 1 ] || [ -t 2 ]; } && hl_leader; then hl_lead "$@"; fi
    hl_run "$@" && hl_finish "$1" 0
    hl_finish "$1" "$?"
}

hl_finish() { # VERB STATUS
    trap '' HUP INT QUIT TERM
    case $2 in ????* | [3-9]?? | 2[6-9]? | 25[6-9]) set -- "$1" "$((128 + ($2 & 127)))" ;; esac # some shells: 256 + signal
    trap "exit $2" EXIT # a shell without a free descriptor gives up at the next line
    { @EMIT@ "$1" "$2" </dev/null >/dev/null 2>&1; } 2>/dev/null || :
    hl_leave "$2"
}

hl_leave() { # STATUS
    hl_caught "$1"
    exit "$1"
}

# A signal that comes while a verb runs is the verb's. The wrapper outlives it, to record it, and
# then dies of the same signal; of Ctrl-C and Ctrl-\ only where the verb did, too.
hl_caught() { :; }
hl_die() { # SIGNAL STATUS
    ulimit -c 0 2>/dev/null || :
    trap - "$1"
    # Some shells have handlers of their own for these, or ignore QUIT; a fresh sh dies.
    exec /bin/sh -c 'kill -s "$0" "$$"; exit "$1"' "$1" "$2"
}

# Only where a verb is waited for.
hl_on() {
    hl_allexport
    # zsh alone lets a trap undo that a signal was ignored from the start, as nohup does.
    set -- 0
    case $+ZSH_VERSION in
    1)
        [ ! -r "/proc/$$/status" ] || set -- "$(<"/proc/$$/status")"
        set -- "${1#*SigIgn:	}"
        set -- "${1%%[!0-9a-f]*}" "$(trap)" # itself it ignores QUIT always
        ;;
    esac
    case $1 in *[13579bdf]) hl_leader() { return 1; } ;; *) trap 'hl_caught() { hl_die HUP 129; }' HUP ;; esac
    case $1 in *[2367abef]) ;; *) trap 'hl_caught() { [ "$1" -ne 130 ] || hl_die INT 130; }' INT ;; esac
    case ${2-} in *QUIT*) ;; *) trap 'hl_caught() { [ "$1" -ne 131 ] || hl_die QUIT 131; }' QUIT ;; esac
    case $1 in *[4567cdef]???) ;; *) trap 'hl_caught() { hl_die TERM 143; }' TERM ;; esac
}

# The process that a terminal was opened for (by tmux, xterm -e, ssh -t) gets its hangup alone, and
# a shell that waits can't pass it on. By dying of it, it can: the kernel then hangs up on the rest.
hl_leader() (
    IFS=' '
    read -r stat <"/proc/$$/stat" 2>/dev/null || exit
    # shellcheck disable=SC2086 # pid (name) state ppid pgrp session ...
    set -- ${stat##*) }
    [ "${4-}" = "$$" ]
)

hl_lead() { # VERB COMMAND [ARGUMENT...]
    trap - HUP
    (
        hl_on
        hl_run "$@" && hl_finish "$1" 0
        hl_finish "$1" "$?"
    ) && hl_leave 0
    hl_leave "$?"
}

# What happens where the table finds no verb; it redefines this.
hl_otherwise() { exit; }

hl_off() {
    hl_verb() { hl_only "$@"; }
    hl_finish() { exit "$2"; }
}

case ${HOMELAB_TELEMETRY:-1} in
1 | [Oo][Nn] | [Tt][Rr][Uu][Ee] | [Yy][Ee][Ss])
    case ${DO_NOT_TRACK:-0} in
    0 | [Ff][Aa][Ll][Ss][Ee]) ;;
    *) hl_off ;;
    esac
    ;;
*) hl_off ;;
esac
