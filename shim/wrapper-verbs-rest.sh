
# No verb was found. What follows is read only now; the last line calls what the table has defined.

# Scripts that came after this wrapper was generated run too, unrecorded; the deepest one. PATH and
# the WORDs that become part of it are plain, and can stand in eval.
hl_later() { # PATH WORD...: what there is in the directory PATH, which is empty or ends in /
    case ${2-} in
    '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]* | @EXTENSION_PATTERNS@) return 0 ;;
    esac
    [ ! -d @DIR@"/$1$2" ] || hl_deeper "$@"
@EXTENSIONS@
}

hl_deeper() { eval "shift 2; hl_later '$1$2/' \"\$@\""; } # PATH WORD...

hl_try() { # EXTENSION PATH WORD...
    [ -f @DIR@"/$2$3$1" ] || return 0
    [ ! -x @DIR@"/$2$3$1" ] || eval "shift 3; hl_straight '$2$3$1' \"\$@\""
}

hl_rest() { # - - PATH WORD...
    shift 2
    hl_later "$@"
}

hl_below() { # VERB SCRIPT PATH WORD...: a verb that is a group as well, and no verb of the group
    hl_rest "$@"
    eval "shift 3; hl_verb '$1' '$2' \"\$@\""
}

hl_unknown() { # GROUP MEMBERS PATH WORD...: a group, and no verb of it
    hl_rest "$@"
    eval "shift 3; hl_miss '$1' '$2' \"\$@\""
}

hl_own() { # - - PATH WORD...: a script in the place of a word that this wrapper answers to; never recorded
    hl_rest "$@"
    hl_list "$4"
}

hl_miss() { # GROUP MEMBERS [WORD...]: what follows GROUP is no verb
    case $#:${3-} in
    2: | *:-h | *:--help | *:help)
        [ -n "$1" ] || hl_help
        hl_list "$1"
        ;;
    esac
    case ${3-} in
    '' | *[!A-Za-z0-9._-]*) printf '%s: no such verb; ' @NAME@ ;;
    *) printf '%s: no verb "%s"; ' @NAME@ "${1:+$1 }$3" ;;
    esac >&2
    case $1 in
    '') printf 'there are: %s\n' "$2" ;;
    *) printf '"%s" has: %s\n' "$1" "$2" ;;
    esac >&2
    hl_finish "${1:+$1 }?" 127
}

hl_manifest() { # [--json]
    case ${1-} in
    --json)
        sed -n 's/^#: //p' "$0" | sed 's/[\\"]/\\&/g; s/   */	/g' |
            sed 's/^\([^	]*\)	-\(	\{0,1\}.*\)/\1	\2/' |
            sed 's/^\([^	]*\)	\([^	]*\)	\{0,1\}\(.*\)/{"command":"\1","tier":"\2","summary":"\3"}/' |
            sed '1s/^/[/; 1!s/^/,/; $s/$/]/'
        ;;
    *) sed -n 's/^#: //p' "$0" ;;
    esac
    exit
}

hl_list() { # [GROUP]
    awk -v group="#: ${1:+$1 }" 'index($0, group) == 1 { print substr($0, 4) }' "$0"
    exit
}

hl_help() {
    printf 'usage: %s VERB [ARGUMENT...]\n\n' @NAME@
    sed -n 's/^#: /  /p' "$0"
    printf '\n%s GROUP --help lists one group. Also: help, version, manifest [--json], usage (hl-usage: who runs what).\n' @NAME@
    exit
}

hl_version() {
    printf '%s (wrapper of homelab-usage %s)\n' @NAME@ @VERSION@
    exit
}

hl_otherwise "$@"
