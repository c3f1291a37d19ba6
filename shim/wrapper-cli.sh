
hl_run() { # VERB [ARGUMENT...]
    shift
    @PROGRAM@ "$@"
}

hl_only() { # VERB [ARGUMENT...]: nothing is recorded, and no shell stays in between
    shift
    hl_plain "$@"
}

hl_plain() {
    hl_allexport
    exec @PROGRAM@ "$@"
}
