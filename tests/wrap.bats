# hl-wrap: from scripts or a manifest to a wrapper.

load helper
setup() {
    hl_setup
    mkdir -p verbs/net verbs/k8s
    script verbs/net/check.sh "# Summary: Check the   network" "# Tier: read"
    script verbs/k8s.sh
    script verbs/k8s/logs.py '# Summary: Say "logs" \ and $(more)' "# Tier: write"
}
teardown() { hl_teardown; }

script() { # FILE [COMMENT...]
    local file=$1
    shift
    mkdir -p "$(dirname "$file")"
    { echo '#!/bin/sh'; [ $# -eq 0 ] || printf '%s\n' "$@"; echo 'echo "$0"'; } >"$file"
    chmod +x "$file"
}

verbs_of() { sed -n 's/^#: \([^ ]*\( [^ ]\{1,\}\)*\).*/\1/p' "$1"; }

@test "scripts become verbs: paths without extension, links too, nothing that can't be run" {
    for extension in sh bash py pl rb js; do script "verbs/ext/$extension.$extension"; done
    script verbs/ext/plain
    script verbs/ext/v1.2
    script elsewhere.sh
    ln -s "$PWD/elsewhere.sh" verbs/linked.sh
    echo text >verbs/README.md
    echo text >verbs/net/data.sh
    mkdir verbs/empty
    run -0 --separate-stderr hl-wrap --verbs verbs
    [ -z "$output$stderr" ]
    [ "$(verbs_of homelab)" = "$(printf '%s\n' 'ext bash' 'ext js' 'ext pl' 'ext plain' 'ext py' 'ext rb' 'ext sh' 'ext v1.2' k8s 'k8s logs' linked 'net check')" ]
    [ "$(stat -c %a homelab)" = 755 ]
}

@test "summary and tier come from the leading comments, on one line" {
    hl-wrap --verbs verbs
    [ "$(grep '^#: net' homelab)" = "#: net check  read   Check the network" ]
    [ "$(grep '^#: k8s logs' homelab)" = '#: k8s logs   write  Say "logs" \ and $(more)' ]
    [ "$(grep '^#: k8s  ' homelab)" = '#: k8s        -' ]
    script verbs/late.sh "# Summary: $(printf 'ä%.0s' $(seq 150))"
    printf '#!/bin/sh\n# Summary: a\x1b[31mb\n# Tier: read extra\n' >verbs/bad.sh
    chmod +x verbs/bad.sh
    hl-wrap --refresh homelab
    [ "$(sed -n 's/^#: bad  *read  *//p' homelab)" = "a?[31mb" ]
    [ "$(sed -n 's/^#: late  *-  *//p' homelab)" = "$(printf 'ä%.0s' $(seq 100))" ]
}

@test "names that are no words are skipped with a warning that names the file" {
    script "verbs/a b.sh"
    script verbs/.hidden.sh
    script verbs/-x
    script $'verbs/new\nline'
    script 'verbs/$(x).sh'
    script verbs/.git/hooks/pre-commit
    mkdir verbs/_dir
    script verbs/1/2/3/4/5/6/7/8/9.sh
    ln -s "$PWD/verbs/net" verbs/link
    run -0 --separate-stderr hl-wrap --verbs verbs
    [ "${#stderr_lines[@]}" -eq 8 ]
    for name in 'a b.sh' .hidden.sh -x 'new?line' '$(x).sh' _dir 9.sh link; do
        [[ $stderr == *"$name"* ]] || { echo "$name: not named"; return 1; }
    done
    [ "$(verbs_of homelab | tr '\n' ,)" = "k8s,k8s logs,net check," ]
}

@test "two files for one verb are an error that names both" {
    script verbs/net/check.py
    run -1 --separate-stderr hl-wrap --verbs verbs
    [[ $stderr == *net/check.py*net/check.sh* ]] || [[ $stderr == *net/check.sh*net/check.py* ]]
    [ ! -e homelab ]
}

@test "every misuse is one line and 2; every failure one line and 1" {
    for args in "" "--verbs" "--verbs verbs --cli git" "--check a --refresh b" "--verbs verbs --manifest x" "--verbs verbs extra" \
        "--verbs verbs --name a/b" "--verbs verbs --shell sh" "--check x -o y" "--nope" \
        "--verbs=" "--cli="; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr hl-wrap $args
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -le 2 ]
        [ "${#stderr_lines[@]}" -ge 1 ]
    done
    mkdir none
    for args in "--verbs nowhere" "--verbs none" "--cli nowhere" "--cli ./none" "--cli no-such-program" "--check nowhere" "--refresh helper" \
        "--cli /bin/true" "--cli /bin/false" "--cli /bin/true --manifest nowhere" "--verbs verbs -o none" "--verbs verbs -o none/x/y"; do
        # shellcheck disable=SC2086
        run -1 --separate-stderr hl-wrap $args
        [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] || { echo "$args: $stderr"; return 1; }
    done
    [ -z "$(ls none)" ]
}

@test "-o - prints; what is printed is what is written" {
    hl-wrap --verbs verbs -o -  >printed
    hl-wrap --verbs verbs
    cmp printed homelab
    run hl-wrap --verbs verbs -o - >/dev/full
    (hl-wrap --verbs verbs -o - >/dev/full) 2>err && return 1
    [ -s err ]
}

@test "--check says stale, --refresh mends it, both from the origin in the head" {
    hl-wrap --verbs verbs --name ops --shell /bin/dash -o tool
    [ "$(head -n1 tool)" = "#!/bin/dash" ]
    mkdir away && cd away
    run -0 hl-wrap --check ../tool
    script ../verbs/more.sh
    run -1 --separate-stderr hl-wrap --check ../tool
    [[ $stderr == *"hl-wrap --refresh ../tool"* ]]
    run -0 hl-wrap --refresh ../tool
    run -0 hl-wrap --check ../tool
    ../tool more
    rm ../verbs/more.sh
    run -1 hl-wrap --check ../tool
    echo '# edited' >>../tool
    run -1 hl-wrap --check ../tool
}

@test "a file that hl-wrap did not generate is not overwritten without --force" {
    echo mine >homelab
    run -1 --separate-stderr hl-wrap --verbs verbs
    [[ $stderr == *--force* ]]
    [ "$(cat homelab)" = mine ]
    hl-wrap --verbs verbs --force
    hl-wrap --verbs verbs
    run -1 hl-wrap --check verbs/net/check.sh
}

@test "the wrapper replaces its file by rename, and only if the shell can read it" {
    hl-wrap --verbs verbs
    before=$(stat -c %i homelab)
    cp homelab old
    script verbs/new.sh
    hl-wrap --verbs verbs
    [ "$(stat -c %i homelab)" != "$before" ]
    cp homelab new
    run -1 --separate-stderr hl-wrap --verbs verbs --shell /bin/false
    [[ $stderr == *"nothing was changed"* ]]
    cmp homelab new
        [ "$(ls -A | grep -v '^separate-stderr' | tr '\n' ' ')" = "home homelab new old verbs " ]
}

@test "paths keep their links, and hold what they like but control characters" {
    mkdir "it's \"\$HOME\" \`dir\` \\"
    mv verbs "it's \"\$HOME\" \`dir\` \\/v1"
    ln -s "it's \"\$HOME\" \`dir\` \\/v1" current
    hl-wrap --verbs ./current
    [ "$(./homelab net check)" = "$PWD/current/net/check.sh" ]
    hl-wrap --verbs "it's \"\$HOME\" \`dir\` \\/v1/" -o other
    [ "$(./other net check)" = "$PWD/it's \"\$HOME\" \`dir\` \\/v1/net/check.sh" ]
    run -0 hl-wrap --check other
    run -0 hl-wrap --refresh other
    mkdir $'a\nb'
    cp -r current/. $'a\nb'
    run -1 --separate-stderr hl-wrap --verbs $'a\nb' -o third
    [ "${#stderr_lines[@]}" -eq 1 ]
    cd current
    hl-wrap --verbs . -o ../fourth
    [ "$(../fourth net check)" = "$PWD/net/check.sh" ]
}

cli() {
    cat >cli <<'EOF'
#!/bin/sh
if [ "$1" = manifest ]; then cat manifest.$2; exit; fi
echo "cli:$*"
EOF
    chmod +x cli
}

@test "a manifest in JSON, in columns, or as a bare list gives the same verbs" {
    cli
    echo '[{"command":"net check","tier":"read","summary":"Check"},{"command":"k8s"},{"command":"k8s logs","tier":"write","summary":"Logs \u001b x"}]' >manifest.--json
    hl-wrap --cli ./cli -o a
    printf '# verbs\n\nnet check   read   Check\nk8s\nk8s logs\twrite\tLogs ? x\n' >manifest.--json
    hl-wrap --cli ./cli -o b
    cmp a b
    [ "$(./a manifest --json)" = "$(cat manifest.--json)" ]
    printf 'net check\nk8s\r\n  k8s logs  \n' >list
    hl-wrap --cli ./cli --manifest list -o c
    [ "$(verbs_of a)" = "$(verbs_of c)" ]
    hl-wrap --cli ./cli --manifest - -o d <list
    [ "$(verbs_of a)" = "$(verbs_of d)" ]
    cd / && run -0 hl-wrap --check "$OLDPWD/c"
}

@test "a manifest that is wrong is one clear line" {
    cli
    for text in '{}' '[1]' '[{"command":1}]' '[{"cmd":"a"}]' '[{"command":"a"}' '["a"]' '[{"command":"a"}] more' '[{"command":"a"},]' '' '[]'; do
        printf '%s' "$text" >m
        run -1 --separate-stderr hl-wrap --cli ./cli --manifest m
        [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == *m:* ]] || { echo "$text: $stderr"; return 1; }
    done
    printf 'good\nbad/verb\ngood\n' >m
    run -0 --separate-stderr hl-wrap --cli ./cli --manifest m
    [ "${#stderr_lines[@]}" -eq 2 ]
    printf '\0' >m
    run -1 hl-wrap --cli ./cli --manifest m
}

@test "a wrapper never wraps itself" {
    cli
    echo 'a' >m
    hl-wrap --cli ./cli --manifest m
    run -1 --separate-stderr hl-wrap --cli ./homelab --manifest m -o second
    [ "${#stderr_lines[@]}" -eq 1 ]
    run -1 hl-wrap --cli ./cli --manifest m -o ./cli --force
    ln -s cli link
    run -1 hl-wrap --cli ./link --manifest m -o ./cli --force
    hl-wrap --cli ./homelab --manifest m --name outer -o outer
    [ "$(./outer a b)" = "cli:a b" ]
    run -1 hl-wrap --verbs verbs -o verbs/homelab
    cp homelab verbs/x
    run -1 --separate-stderr hl-wrap --verbs verbs --force
    [[ $stderr == *verbs/x* ]]
}

@test "a generated wrapper is clean for shellcheck" {
    cli
    echo 'a b' >m
    hl-wrap --verbs verbs -o one
    hl-wrap --cli ./cli --manifest m -o two
    shellcheck one two
}

@test "--help and --version answer on stdout" {
    run -0 --separate-stderr hl-wrap --help
    [[ $output == usage:* ]]
    [ -z "$stderr" ]
    run -0 hl-wrap --version
    [ "$output" = "hl-wrap $HL_VERSION" ]
}

@test "a link stays a link: what it leads to is generated" {
    hl-wrap --verbs verbs -o real
    ln -s real link
    script verbs/new.sh
    hl-wrap --refresh link
    [ -L link ]
    run -0 hl-wrap --check real
    script verbs/newer.sh
    hl-wrap --verbs verbs -o link
    [ -L link ]
    run -0 hl-wrap --check real
}

@test "a group is listed by its name, not by a pattern" {
    script verbs/a.b/x.sh
    script verbs/axb/y.sh
    hl-wrap --verbs verbs
    [ "$(./homelab a.b --help)" = "a.b x      -" ]
}

@test "tables of 1,000 and 10,000 verbs: the first, the last and none" {
    cli
    for n in 1000 10000; do
        seq "$n" | awk '{ print "group" int($1 / 12), "verb" $1 }' >big
        hl-wrap --cli ./cli --manifest big -o wide
        [ "$(verbs_of wide | wc -l)" -eq "$n" ]
        [ "$(./wide group0 verb1 x)" = "cli:group0 verb1 x" ]
        [ "$(./wide "group$((n / 12))" "verb$n")" = "cli:group$((n / 12)) verb$n" ]
        [ "$(./wide group1 verb1)" = "cli:group1 verb1" ]
        [ "$(cut -d' ' -f4- "$HL_STATE/journal" | tr '\n' ,)" = "group0 verb1,group$((n / 12)) verb$n,group1 ?," ]
        rm "$HL_STATE/journal"
    done
}
