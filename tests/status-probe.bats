# hl-usage status --probe: asks that Loki, and pushes nothing.

load helper
load status
setup() { hl_setup; }
teardown() { hl_teardown; }

query_mode() { loki_mode "$(jq -nc --arg m "$1" '{query: $m}')" >/dev/null; }

@test "--probe: what works, with times, and nothing is pushed" {
    needs_double
    loki_start
    loki_configure
    loki_push "$(id -un)" v "$(ago 60)"
    loki_push "$(id -un)" w "$(ago 50)"
    loki_push somebody w "$(ago 50)"
    curl -sf "$LOKI_URL/double/requests" | jq length >before
    run -0 hl-usage status --probe
    [[ $(says /ready) =~ ^"works, "[0-9]+" ms" ]]
    [[ $(says query) =~ ^"works, "[0-9]+" ms: 2 events of $(id -un) in the last 24 h" ]]
    curl -sf "$LOKI_URL/double/requests" | jq -e --argjson n "$(cat before)" \
        '.[$n:] | length == 2 and all(.method == "GET") and ([.[].path] | sort) == ["/loki/api/v1/query_range", "/ready"]'
    run -0 hl-usage status --probe --json
    [ "$(member '.probe | [.ready.outcome, .query.outcome, .query.events] | join(" ")')" = "works works 2" ]
    [ "$(member '.probe | (.ready.ms | type) + (.query.ms | type)')" = numbernumber ]
    [ ! -e "$HL_STATE" ]
    # a wrong tenant: Loki can't know
    HOMELAB_LOKI_TENANT=hl-test-nobody run -0 hl-usage status --probe
    [[ $(says query) == *": 0 events of "* ]]
}

@test "--probe: a query with the configured credentials" {
    needs_double
    loki_start
    loki_configure
    (umask 077 && echo s3cret >token)
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token run -0 hl-usage status --probe
    [ "$(curl -sf "$LOKI_URL/double/requests" | jq -r '.[] | select(.path | endswith("query_range")).headers.authorization')" = "Bearer s3cret" ]
}

@test "--probe: refused" {
    HOMELAB_LOKI_URL=http://127.0.0.1:1 run -1 hl-usage status --probe
    [[ ${lines[0]} == "Events are not getting out: http://127.0.0.1:1: can't connect: Connection refused: "* ]]
    [[ $(says /ready) =~ ^"failed, after "[0-9]+" ms: can't connect" ]]
    HOMELAB_LOKI_URL=http://127.0.0.1:1 run -1 hl-usage status --probe --json
    [ "$(member '[.healthy, .probe.ready.outcome, .probe.query.outcome] | join(" ")')" = "false failed failed" ]
}

@test "--probe: no tenant" {
    loki_start
    export HOMELAB_LOKI_URL=$LOKI_URL
    run -1 hl-usage status --probe
    [[ $(says /ready) == "works, "* ]]
    [[ $(says query) == "failed, "*"401: no org id"*HOMELAB_LOKI_TENANT* ]]
    [[ ${lines[0]} == "Events are not getting out: $LOKI_URL: Loki wants to know who asks"* ]]
}

@test "--probe: what a query may meet" {
    local mode text
    needs_double
    loki_start
    loki_configure
    while IFS='|' read -r mode text; do
        query_mode "$mode"
        run -1 hl-usage status --probe --timeout 1
        [[ $(says query) == "failed, "*"$text"* ]] || { echo "$mode: $output"; return 1; }
        [[ ${lines[0]} == "Events are not getting out: $LOKI_URL: "*"$text"* ]]
        [[ $(says /ready) == "works, "* ]]
    done <<'END'
blackhole|no answer within 1 s
drip|no answer within 1 s
html|a web page, not JSON
not-json|not JSON
other-shape|not what Loki says
garbage|not HTTP
close|closed
status:404|no Loki there (404
status:500|Loki failed (500
redirect:http://127.0.0.1:1/login?token=s3cret|redirected to http://127.0.0.1:1/login (302)
END
    [[ $output != *s3cret* ]]
}

@test "--probe: a log-in that may not read may be right for pushing; a proxy need not offer /ready" {
    needs_double
    loki_start
    loki_configure
    query_mode status:403:no
    run -0 hl-usage status --probe
    [[ $(says query) == "unclear, "*"not allowed (403)"* ]]
    HOMELAB_LOKI_URL=$LOKI_URL/nowhere run -1 hl-usage status --probe
    [[ $(says /ready) == "unclear, "*"not offered here (404)" ]]
    [[ $(says query) == "failed, "*404* ]]
}

@test "--probe: a Loki that nobody answers for" {
    # accepts, and never says a word
    python3 - "$PWD/port" 3>&- <<'END' &
import os, socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(8)
open(sys.argv[1] + ".new", "w").write(str(s.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
kept = []
while True:
    kept.append(s.accept())
END
    pid=$!
    eventually 10 test -s port
    HOMELAB_LOKI_URL=http://127.0.0.1:$(cat port) run -1 timeout 10 hl-usage status --probe --timeout 1s
    kill "$pid"
    [[ $(says /ready) == "failed, "*"no answer within 1 s"* ]]
    [[ $(says query) == "failed, "*"no answer within 1 s"* ]]
}

@test "--probe with a backlog: Loki answers now" {
    needs_double
    loki_start --mode push=status:503
    loki_configure
    failed_once
    spool_add spool.1 w "$(ago 400)"
    run -1 hl-usage status --probe
    [[ ${lines[0]} == "Events are not getting out: HTTP 503"*"; the Loki answers now: hl-push --now delivers them" ]]
}
