# make install and uninstall, under DESTDIR.

load helper
setup() {
    hl_setup
    top=$(cd "$HL_TESTS/.." && pwd)
}
teardown() { hl_teardown; }

in_tree() { make -s -C "$top" B="$BATS_FILE_TMPDIR/obj" DESTDIR="$PWD/stage" PREFIX=/opt/hl SYSCONFDIR=/opt/hl/etc "$@"; }

@test "install puts everything below DESTDIR, uninstall takes all of it away" {
    mkdir -p stage/opt/hl/bin
    echo other >stage/opt/hl/bin/other
    in_tree install
    run find stage -type f -printf '%m %P\n'
    wanted="644 opt/hl/bin/other
644 opt/hl/share/bash-completion/completions/hl-usage
644 opt/hl/share/bash-completion/completions/hl-wrap
644 opt/hl/share/bash-completion/completions/homelab
644 opt/hl/share/doc/homelab-usage/CHANGELOG.md
644 opt/hl/share/doc/homelab-usage/LICENSE
644 opt/hl/share/doc/homelab-usage/README.md
644 opt/hl/share/doc/homelab-usage/archive.md
644 opt/hl/share/doc/homelab-usage/loki.md
644 opt/hl/share/doc/homelab-usage/privacy.md
644 opt/hl/share/doc/homelab-usage/reliability.md
644 opt/hl/share/man/man1/hl-emit.1
644 opt/hl/share/man/man1/hl-push.1
644 opt/hl/share/man/man1/hl-usage.1
644 opt/hl/share/man/man1/hl-wrap.1
644 opt/hl/share/zsh/site-functions/_hl-usage
644 opt/hl/share/zsh/site-functions/_hl-wrap
644 opt/hl/share/zsh/site-functions/_homelab
755 opt/hl/bin/hl-emit
755 opt/hl/bin/hl-push
755 opt/hl/bin/hl-usage
755 opt/hl/bin/hl-wrap"
    [ "$(sort <<<"$output")" = "$wanted" ]
    run -1 grep -l '@VERSION@' stage/opt/hl/share/man/man1/*
    in_tree uninstall
    [ "$(find stage -type f -printf '%P\n')" = "opt/hl/bin/other" ]
}

@test "what is compiled in is PREFIX, and another PREFIX builds anew" {
    in_tree install
    mkdir verbs
    printf '#!/bin/sh\n' >verbs/x
    chmod +x verbs/x
    stage/opt/hl/bin/hl-wrap --verbs verbs -o - | grep -q "'/opt/hl/bin/hl-emit'"
    make -s -C "$top" B="$BATS_FILE_TMPDIR/obj" PREFIX=/elsewhere
    "$BATS_FILE_TMPDIR/obj/hl-wrap" --verbs verbs -o - | grep -q "'/elsewhere/bin/hl-emit'"
}
