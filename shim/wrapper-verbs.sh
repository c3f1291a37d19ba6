
# "directory/$@" is the first argument with the directory before it, then the others as they are.
run() { # VERB SCRIPT [ARGUMENT...]
    [ -e @DIR@"/$2" ] || gone "$@"
    shift
    @DIR@"/$@"
}

only() { # VERB SCRIPT [ARGUMENT...]: nothing is recorded, and no shell stays in between
    [ -e @DIR@"/$2" ] || gone "$@"
    shift
    straight "$@"
}

straight() { exec @DIR@"/$@"; } # SCRIPT [ARGUMENT...]

gone() { # VERB SCRIPT [ARGUMENT...]
    printf '%s: the script of "%s" is gone: %s; mend it, or run: hl-wrap --refresh %s\n' \
        @NAME@ "$1" @DIR@"/$2" "$0" >&2
    exit 127
}
