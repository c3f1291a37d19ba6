# The Loki double answers as a real Loki was recorded to.

load helper
setup() { hl_setup; }
teardown() { hl_teardown; }

@test "every recorded exchange is the double's" {
    needs_double
    loki_start
    run -0 "$HL_TESTS/loki-records/replay" "$LOKI_URL"
    [ "${lines[-1]}" = "110 exchanges, 0 differ" ]
}

@test "it ends with its parent, and holds nothing" {
    needs_double
    bash -c '"$1/loki-double" --port-file port --parent $$ & echo $! >pid; until [ -s port ]; do :; done' - "$HL_TESTS" 3>&-
    gone() { ! kill -0 "$(cat pid)" 2>/dev/null; }
    eventually 5 gone
}
