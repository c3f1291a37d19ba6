# Completions: what they offer, that they run nothing, record nothing and print nothing.

load helper
setup() {
    hl_setup
    COMPDIR=$HL_PREFIX/share/bash-completion/completions
    mkdir -p verbs/k8s verbs/net/dns bin
    for verb in k8s.sh k8s/logs.sh k8s/get.sh net/check net/dns/lookup; do
        printf '#!/bin/sh\n# Summary: The %s\n# Tier: read\ntouch %s/ran\n' "$verb" "$PWD" >"verbs/$verb"
        chmod +x "verbs/$verb"
    done
    hl-wrap --verbs verbs -o bin/homelab
    PATH=$PWD/bin:$PATH
}
teardown() {
    [ ! -e ran ]
    [ ! -e "$HL_STATE" ]
    hl_teardown
}

# offers COMMAND WORD...: what bash offers for the last word, in one line.
offers() {
    bash -c '
        source "$1/${2##*/}" || exit
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        function=$(complete -p -- "${1##*/}" | sed "s/.*-F \([^ ]*\).*/\1/")
        "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        echo "${COMPREPLY[*]}"' - "$COMPDIR" "$@" 2>&1
}

@test "bash: a wrapper's verbs, word by word" {
    [ "$(offers homelab '')" = "help k8s net usage version" ]
    [ "$(offers homelab k)" = "k8s" ]
    [ "$(offers homelab k8s '')" = "get logs" ]
    [ "$(offers homelab k8s l)" = "logs" ]
    [ "$(offers homelab net '')" = "check dns" ]
    [ "$(offers homelab net dns '')" = "lookup" ]
}

@test "bash: behind a verb, and where nothing matches, it leaves the word to files" {
    [ "$(offers homelab k8s logs '')" = "" ]
    [ "$(offers homelab nope x)" = "" ]
    [ "$(offers homelab 'k8s logs' '')" = "" ]
    [ "$(offers homelab '*' '')" = "" ]
}

@test "bash: usage is hl-usage's" {
    [ "$(offers homelab usage '')" = "$(offers hl-usage '')" ]
    [ "$(offers homelab usage top --si)" = "--since" ]
}

@test "bash: a wrapper of another name by a link" {
    mkdir comp
    cp "$COMPDIR/homelab" comp/homelab
    ln -s homelab comp/ops
    cp bin/homelab bin/ops
    COMPDIR=$PWD/comp
    [ "$(offers ops k8s '')" = "get logs" ]
}

@test "bash: no wrapper, a file that is none, one that can't be read: silence" {
    rm bin/homelab
    [ "$(offers homelab '')" = "" ]
    printf '#!/bin/sh\n' >bin/homelab
    chmod +x bin/homelab
    [ "$(offers homelab '')" = "" ]
}

# options COMMAND...: those that its help describes.
options() { "$@" | grep -oE -e '^ +(-h, |-o, )?(--[a-z-]+(, --version)?|-o)' | tr -d ',' | tr ' ' '\n' | grep -v -e '^-h$' -e '^$' | sort -u | tr '\n' ' '; }

@test "bash: every option that --help names is offered, and no other" {
    wanted=$(options hl-wrap --help)
    [ "$(offers hl-wrap '' | tr ' ' '\n' | sort -u | tr '\n' ' ')" = "$wanted" ]
    for command in $(usage_commands); do
        wanted=$(options hl-usage "$command" --help)
        [ "$(offers hl-usage "$command" '' | tr ' ' '\n' | grep '^-' | sort -u | tr '\n' ' ')" = "$wanted" ] || { echo "$command"; return 1; }
    done
    [ "$(offers hl-usage top --since '')" = "24h 7d 2w 30d 90d today yesterday" ]
    [ "$(offers hl-usage top --since =)" = "24h 7d 2w 30d 90d today yesterday" ]
    [ "$(offers hl-usage top --since = 3)" = "30d" ]
    [ "$(offers hl-wrap --verbs verb)" = "verbs" ]
    # A trend is asked for by verbs, too; a file is left to the shell.
    [ "$(offers hl-usage trend k)" = "k8s" ]
    [ "$(offers hl-usage trend --by '')" = "all verb user" ]
    [ "$(offers hl-usage unused --wrapper '')" = "" ]
    [ "$(offers hl-usage report -o '')" = "" ]
}

# Every command that the help names.
usage_commands() { hl-usage --help | awk '/^  [a-z]/ && !/hl-usage/ { print $1 }'; }

@test "bash: every command that --help names is offered, and every column to sort by" {
    local command columns
    [ "$(offers hl-usage '' | tr ' ' '\n' | grep -v -e help -e '^--' | sort)" = "$(usage_commands | sort)" ]
    for command in $(usage_commands); do
        hl-usage "$command" --help | grep -q -e --sort || continue
        columns=$(offers hl-usage "$command" --sort '')
        run -2 hl-usage "$command" --sort nonsense
        [[ $output == *"one of "* ]] || continue # it has nothing to sort
        for column in $(sed 's/.*one of //; s/,//g' <<<"$output"); do
            [[ " $columns " == *" $column "* ]] || { echo "$command: $column"; return 1; }
            grep -q -w -e "$column" "$HL_PREFIX/share/zsh/site-functions/_hl-usage"
        done
    done
}

# in_zsh TYPED...: what an interactive zsh shows when TYPED and a tab are typed.
in_zsh() {
    cat >.zshrc <<EOF
fpath=($HL_PREFIX/share/zsh/site-functions \$fpath)
autoload -Uz compinit && compinit -D -u
zstyle ':completion:*' list-prompt ''
LISTMAX=1000
PS1='prompt> '
EOF
    TERM=xterm ZDOTDIR=$PWD "$HL_TESTS/terminal" --size 50x150 --when 'prompt> ' "$1\t" --hangup-when "$2" zsh -i
}

@test "zsh: a wrapper's verbs with their summaries, and hl-usage behind usage" {
    run -0 in_zsh 'homelab k8s ' 'The k8s/logs.sh'
    [[ $output == *get*"The k8s/logs.sh"* ]]
    run -0 in_zsh 'homelab net d' 'net dns'
    run -0 in_zsh 'homelab k8s logs ve' 'logs verbs'
    run -0 in_zsh 'homelab usage top --sin' '--since'
    run -0 in_zsh 'homelab ' 'rank the verbs'
    [[ $output == *k8s*net* ]]
}

@test "zsh: hl-usage and hl-wrap" {
    run -0 in_zsh 'hl-usage us' 'ers'
    run -0 in_zsh 'hl-usage top --since=' '30d'
    run -0 in_zsh 'hl-usage status --' 'ask Loki whether'
    run -0 in_zsh 'hl-usage top --' 'local journal'
    run -0 in_zsh 'hl-usage trend n' 'trend net'
    run -0 in_zsh 'hl-usage unused --wrapper=ver' '--wrapper=verbs'
    run -0 in_zsh 'hl-wrap --' 'generate this wrapper again'
    run -0 in_zsh 'hl-wrap --verbs ve' '--verbs verbs'
}

@test "zsh: every option that --help names is there" {
    for pair in "hl-wrap:hl-wrap --help" "hl-usage:hl-usage top --help" "hl-usage:hl-usage users --help" "hl-usage:hl-usage me --help" \
        "hl-usage:hl-usage failures --help" "hl-usage:hl-usage trend --help" "hl-usage:hl-usage misses --help" \
        "hl-usage:hl-usage unused --help" "hl-usage:hl-usage report --help" "hl-usage:hl-usage status --help" "hl-usage:hl-usage archive --help" "hl-usage:hl-usage --help"; do
        # shellcheck disable=SC2086
        for option in $(options ${pair#*:}); do
            grep -q -e "$option" "$HL_PREFIX/share/zsh/site-functions/_${pair%%:*}" || { echo "$option"; return 1; }
        done
    done
}

@test "bash: on a terminal, a tab completes" {
    printf 'source %s/homelab\nPS1="prompt> "\n' "$COMPDIR" >rc
    run -0 "$HL_TESTS/terminal" --when 'prompt> ' 'homelab k8s lo\t' --hangup-when 'logs ' bash --noprofile --rcfile rc -i
}
