
# No verb was found. What follows is read only now; the last line calls what the table has set.

# Scripts that came after this wrapper was generated run too, unrecorded. Prints the command that
# does it, made of plain words; runs in a subshell, so that its variables are its own.
later() ( # - - DEPTH WORD...: only what is deeper than DEPTH words, which are known
    depth=$3 at='' count=0 command=''
    shift 3
    for word; do
        case $word in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]* | @EXTENSION_PATTERNS@) break ;;
        esac
        count=$((count + 1))
        for extension in '' @EXTENSIONS@; do
            if [ "$count" -gt "$depth" ] && [ -f @DIR@"/$at$word$extension" ] && [ -x @DIR@"/$at$word$extension" ]; then
                command="shift $((3 + count)); straight $at$word$extension \"\$@\""
                break
            fi
        done
        at=$at$word/
        [ -d @DIR@"/$at" ] || break
    done
    printf '%s' "$command"
)

below() { # VERB SCRIPT DEPTH WORD...: a verb that is a group as well, and no verb of the group
    eval "$(later "$@")"
    eval "shift $((3 + $3)); verb '$1' '$2' \"\$@\""
}

unknown() { # GROUP MEMBERS DEPTH WORD...: a group, and no verb of it
    eval "$(later "$@")"
    eval "shift $((3 + $3)); miss '$1' '$2' \"\$@\""
}

own() { # - - DEPTH WORD...: a script in the place of a word that this wrapper answers to; never recorded
    eval "$(later "$@")"
    list "$4"
}

miss() { # GROUP MEMBERS [WORD...]: what follows GROUP is no verb
    case $#:${3-} in
    2: | *:-h | *:--help | *:help)
        [ -n "$1" ] || help
        list "$1"
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
    finish "${1:+$1 }?" 127
}

manifest() { # [--json]
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

list() { # [GROUP]
    awk -v group="#: ${1:+$1 }" 'index($0, group) == 1 { print substr($0, 4) }' "$0"
    exit
}

help() {
    printf 'usage: %s VERB [ARGUMENT...]\n\n' @NAME@
    sed -n 's/^#: /  /p' "$0"
    printf '\n%s GROUP --help lists one group. Also: help, version, manifest [--json], usage (hl-usage: who runs what).\n' @NAME@
    exit
}

version() {
    printf '%s (wrapper of homelab-usage %s)\n' @NAME@ @VERSION@
    exit
}

"$@"
