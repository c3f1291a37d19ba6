
# Asked twice: where a function of the name "[" comes with bash's environment, the verb runs all the same.
# "directory/$@" is the first argument with the directory before it, then the others as they are.
hl_run() { # VERB SCRIPT [ARGUMENT...]
    [ -e @DIR@"/$2" ] || { [ ! -e @DIR@"/$2" ] && hl_gone "$@"; } || :
    shift
    @DIR@"/$@"
}

hl_only() { # VERB SCRIPT [ARGUMENT...]: nothing is recorded, and no shell stays in between
    [ -e @DIR@"/$2" ] || { [ ! -e @DIR@"/$2" ] && hl_gone "$@"; } || :
    shift
    hl_straight "$@"
}

hl_straight() { # SCRIPT [ARGUMENT...]
    hl_allexport
    exec @DIR@"/$@"
}

hl_gone() { # VERB SCRIPT [ARGUMENT...]
    printf '%s: the script of "%s" is gone: %s; mend it, or run: hl-wrap --refresh %s\n' \
        @NAME@ "$1" @DIR@"/$2" "$0" >&2
    exit 127
}
