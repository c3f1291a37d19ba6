# A verb runs as it would without this wrapper. Then hl-emit is told the verb, one of the literals
# below, and its exit status; never an argument. HOMELAB_TELEMETRY=0 turns that off. See hl-wrap(1).
#
# State lives in functions and positional parameters: a variable of ours could be one of the verb's.
#
# SC2145: "directory/$@" is meant. SC2119, SC2120, SC2317: functions are redefined by traps, and on and off.
# SC3045: a shell without ulimit -c may say so, to nobody.
# shellcheck disable=SC2119,SC2120,SC2145,SC2317,SC3045
[ -z "${ZSH_VERSION-}" ] || emulate sh 2>/dev/null

verb() { # VERB COMMAND [ARGUMENT...]
    run "$@" && finish "$1" 0
    finish "$1" "$?"
}

finish() { # VERB STATUS
    trap '' HUP INT QUIT TERM
    [ "$2" -le 255 ] || set -- "$1" "$((128 + ($2 & 127)))" # some shells: 256 + signal
    { @EMIT@ "$1" "$2" </dev/null >/dev/null 2>&1; } 2>/dev/null || :
    leave "$2"
}

leave() { # STATUS
    caught "$1"
    exit "$1"
}

# A signal that comes while a verb runs is the verb's. The wrapper outlives it, to record it, and
# then dies of the same signal; of Ctrl-C and Ctrl-\ only where the verb did, too.
caught() { :; }
die() { # SIGNAL STATUS
    ulimit -c 0 2>/dev/null || :
    trap - "$1"
    # Some shells have handlers of their own for these, or ignore QUIT; a fresh sh dies.
    exec /bin/sh -c 'kill -s "$0" "$$"; exit "$1"' "$1" "$2"
}

on() {
    # zsh alone lets a trap undo that a signal was ignored from the start, as nohup does.
    [ -z "${ZSH_VERSION-}" ] || set -- "$(sed -n 's/^SigIgn://p' "/proc/$$/status")"
    case ${1-} in
    *[13579bdf]) ;;
    *)
        trap 'caught() { die HUP 129; }' HUP
        if { [ -t 0 ] || [ -t 1 ] || [ -t 2 ]; } && leader; then lead; fi
        ;;
    esac
    case ${1-} in *[2367abef]) ;; *) trap 'caught() { [ "$1" -ne 130 ] || die INT 130; }' INT ;; esac
    trap 'caught() { [ "$1" -ne 131 ] || die QUIT 131; }' QUIT
    trap 'caught() { die TERM 143; }' TERM
}

# The process that a terminal was opened for (by tmux, xterm -e, ssh -t) gets its hangup alone, and
# a shell that waits can't pass it on. By dying of it, it can: the kernel then hangs up on the rest.
leader() (
    read -r stat <"/proc/$$/stat" 2>/dev/null || exit
    # shellcheck disable=SC2086 # pid (name) state ppid pgrp session ...
    set -- ${stat##*) }
    [ "${4-}" = "$$" ]
)

lead() {
    trap - HUP
    lead() { :; } # once
    verb() {
        (
            on
            run "$@" && finish "$1" 0
            finish "$1" "$?"
        ) && leave 0
        leave "$?"
    }
}

off() {
    verb() { only "$@"; }
    finish() { exit "$2"; }
}

case ${HOMELAB_TELEMETRY:-1} in
1 | [Oo][Nn] | [Tt][Rr][Uu][Ee] | [Yy][Ee][Ss])
    case ${DO_NOT_TRACK:-0} in
    0 | [Ff][Aa][Ll][Ss][Ee]) on ;;
    *) off ;;
    esac
    ;;
*) off ;;
esac
