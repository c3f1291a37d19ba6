
run() { # VERB [ARGUMENT...]
    shift
    @PROGRAM@ "$@"
}

only() { # VERB [ARGUMENT...]: nothing is recorded, and no shell stays in between
    shift
    exec @PROGRAM@ "$@"
}

plain() { exec @PROGRAM@ "$@"; }
