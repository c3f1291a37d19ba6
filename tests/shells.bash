# The shells that can run a wrapper, and how.

HL_SHELLS=(dash bash "bash --posix" "busybox sh" mksh "zsh --emulate sh" zsh)

# in_each_shell FUNCTION: calls it with each shell's command line.
in_each_shell() {
    local shell
    for shell in "${HL_SHELLS[@]}"; do
        command -v "${shell%% *}" >/dev/null || { echo "$shell: not installed"; return 1; }
        echo "# in $shell"
        "$1" "$shell"
    done
}
