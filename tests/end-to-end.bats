# The main job: wrap, run, rank; on the journal and through Loki.

load helper
load shells
setup() {
    hl_setup
    mkdir -p verbs/k8s verbs/net verbs/tf
    for verb in k8s/logs net/check tf/plan dns; do
        printf '#!/bin/sh\nexit "${1:-0}"\n' >"verbs/$verb"
        chmod +x "verbs/$verb"
    done
    hl-wrap --verbs verbs
}
teardown() { hl_teardown; }

use() { # SHELL: four verbs, 5, 3, 2 and 1 times, and what must not count
    for n in 0 1 2 126 255; do $1 ./homelab net check "$n" "secret $n" || true; done
    for n in 0 127 130; do $1 ./homelab k8s logs "$n" -f 'we b' || true; done
    for n in 0 0; do $1 ./homelab tf plan; done
    $1 ./homelab dns
    $1 ./homelab nope 2>/dev/null || true
    $1 ./homelab help >/dev/null
    $1 ./homelab version >/dev/null
    $1 ./homelab manifest >/dev/null
    $1 ./homelab usage --version >/dev/null
    $1 ./homelab net >/dev/null
    HOMELAB_TELEMETRY=off $1 ./homelab dns
}

ranking() { jq -c '[.verbs[] | [.verb, .count]]'; }
wanted='[["net check",5],["k8s logs",3],["tf plan",2],["dns",1]]'

on_the_journal() {
    use "$1"
    [ "$(hl-usage top --since 1h --json | ranking)" = "$wanted" ]
    run -0 hl-usage top --since 1h
    [[ ${lines[0]} == *"11 runs"* ]]
    [[ $output == *"net check"*"k8s logs"*"tf plan"*"dns"* ]]
    [ "$(cut -d' ' -f2 "$HL_STATE/journal" | tr '\n' ' ')" = "0 1 2 126 255 0 127 130 0 0 0 127 " ]
    run -1 grep -r -e secret -e 'we b' -e nope "$HOME"
    rm -r "$HL_STATE"
}
@test "four verbs are ranked right on the journal, in each shell" { in_each_shell on_the_journal; }

@test "four verbs are ranked right through Loki" {
    loki_start
    loki_configure
    use dash
    arrived() { [ "$(hl-usage top --since 1h --json | ranking)" = "$wanted" ]; }
    eventually 5 arrived
    [ "$(hl-usage top --since 1h --json | jq -r .source)" = "$LOKI_URL" ]
    [ "$(loki_entries | wc -l)" -eq 12 ]
    loki_entries >entries
    run -1 grep -e secret -e 'we b' -e nope entries
    [ ! -e "$HL_STATE/journal" ]
}

@test "a real CLI: git, by a hand-made manifest of its verbs, in each shell" {
    printf '%s\n' clone commit log push remote 'remote add' init status >manifest
    hl-wrap --cli git --manifest manifest --name git -o wrapped-git
    git config --global user.email you@example.com
    git config --global user.name You
    git config --global init.defaultBranch main
    with_git() {
        rm -rf one two bare.git "$HL_STATE"
        $1 ./wrapped-git init -q one
        $1 ./wrapped-git init -q --bare bare.git
        (cd one
            message=$'a "quoted" line\n\n* and  another: \'$HOME\''
            $1 ../wrapped-git commit -q --allow-empty -m "$message"
            [ "$($1 ../wrapped-git log --format=%B | head -n3)" = "$message" ]
            $1 ../wrapped-git remote add origin ../bare.git
            [ "$($1 ../wrapped-git remote)" = origin ]
            $1 ../wrapped-git push -q origin main 2>/dev/null
            run -128 $1 ../wrapped-git push -q nowhere main
            run -1 $1 ../wrapped-git no-such-verb)
        $1 ./wrapped-git clone -q bare.git two
        [ "$($1 ./wrapped-git version)" = "$(git version)" ]
        [ "$(cut -d' ' -f2,4- "$HL_STATE/journal" | tr '\n' ,)" = \
            "0 init,0 init,0 commit,0 log,0 remote add,0 remote,0 push,128 push,1 ?,0 clone," ]
    }
    in_each_shell with_git
}
