# hl-usage top when Loki can't be asked: one line on stderr that names the URL and says what to do, and exit 1.

load helper

setup() { hl_setup; }

teardown() { hl_teardown; }

# fails_with TEXT... [-- ARGUMENT...]: top fails with one line that holds every TEXT.
fails_with() {
    local text texts=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    run -1 --separate-stderr hl-usage top "${@:2}"
    [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] || { echo "lines: $stderr"; return 1; }
    [[ $stderr == "hl-usage: ${HOMELAB_LOKI_URL%/}: "* ]] || { echo "no URL: $stderr"; return 1; }
    [[ $stderr != *[[:cntrl:]]* ]] || { echo "control characters: $stderr"; return 1; }
    for text in "${texts[@]}"; do
        [[ $stderr == *"$text"* ]] || { echo "no '$text': $stderr"; return 1; }
    done
}

query_mode() { loki_mode "$(jq -nc --arg m "$1" '{query: $m}')" >/dev/null; }

loki_double() {
    needs_double
    loki_start "$@"
    loki_configure
}

# A certificate for 127.0.0.1 and its own CA, as ca.pem.
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=hl-test" -addext "subjectAltName=$1" \
        -keyout key.pem -out ca.pem 2>/dev/null
}

@test "nobody listens" {
    loki_double
    loki_stop || :
    fails_with "Connection refused" "HOMELAB_LOKI_URL"
}

@test "no such host" {
    # A label that is too long for DNS: no name server is asked.
    HOMELAB_LOKI_URL=http://$(printf 'a%.0s' {1..70}).invalid fails_with "resolve" "DNS"
}

@test "no answer in time" {
    local mode started
    loki_double
    for mode in blackhole drip delay:5000; do
        query_mode $mode
        started=$(date +%s%N)
        fails_with "no answer within 1 s" "--timeout" -- --timeout 1
        [ $(($(date +%s%N) - started)) -lt 3000000000 ]
    done
    query_mode blackhole
    fails_with "no answer within 1 s" -- --timeout 1s
}

@test "the time-out is for all of a question's requests" {
    local started
    loki_double
    query_mode delay:500
    started=$(date +%s%N)
    # 25 pieces, 8 at once, are four rounds of 0.5 s.
    fails_with "no answer within 1 s" -- --timeout 1 --since 730d
    [ $(($(date +%s%N) - started)) -lt 1800000000 ]
    run -0 hl-usage top --timeout 20 --since 730d
}

@test "TLS: an unknown CA, a wrong name, and no TLS at all" {
    certificate IP:127.0.0.1
    loki_double --tls ca.pem key.pem
    local https=https://127.0.0.1:$LOKI_PORT
    HOMELAB_LOKI_URL=$https fails_with "TLS" "HOMELAB_LOKI_CA_FILE"
    HOMELAB_LOKI_URL=$https HOMELAB_LOKI_CA_FILE=$PWD/none.pem fails_with "TLS"
    HOMELAB_LOKI_URL=$https HOMELAB_LOKI_CA_FILE=$PWD/ca.pem run -0 --separate-stderr hl-usage top
    [[ $output == "no usage recorded"* ]]
    HOMELAB_LOKI_URL=$https HOMELAB_LOKI_CA_FILE=$PWD/ca.pem HOMELAB_LOKI_RESOLVE=other:$LOKI_PORT:127.0.0.1 \
        run -1 --separate-stderr hl-usage top --loki "https://other:$LOKI_PORT"
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: https://other:$LOKI_PORT: TLS: "* ]]
    HOMELAB_LOKI_URL=http://127.0.0.1:$LOKI_PORT run -1 --separate-stderr hl-usage top
    [[ ${#stderr_lines[@]} -eq 1 && -z $output ]]
    LOKI_ADDR=$https HOMELAB_LOKI_URL='' LOKI_CA_CERT_PATH=ca.pem run -0 hl-usage top
    LOKI_ADDR=$https HOMELAB_LOKI_URL='' LOKI_TLS_SKIP_VERIFY=true run -0 hl-usage top
    LOKI_ADDR=$https HOMELAB_LOKI_URL='' LOKI_TLS_SKIP_VERIFY=false run -1 hl-usage top
}

@test "TLS asked for where there is none" {
    loki_double
    HOMELAB_LOKI_URL=https://127.0.0.1:$LOKI_PORT fails_with "TLS"
}

@test "401 without a tenant" {
    loki_start
    export HOMELAB_LOKI_URL=$LOKI_URL
    fails_with 401 "no org id" HOMELAB_LOKI_TENANT
}

@test "Loki's refusals, with its text and what to do" {
    local status text advice
    loki_double
    while IFS='|' read -r status text advice; do
        query_mode "status:$status:$text"
        fails_with "$status" "$text" "$advice"
    done <<'END'
400|parse error at line 0, col 52: syntax error|--since
401|who are you|HOMELAB_LOKI_TENANT
403|tenant is blocked|ask who runs
404|404 page not found|HOMELAB_LOKI_URL
413|Request Entity Too Large|fewer of --user
414|URI Too Long|fewer of --user
431|headers too large|fewer of --user
418|teapot|is this Loki's URL
204||is this Loki's URL
429|too many outstanding requests|try again
500|panic|try again
502|bad gateway|try again
503|Ingester not ready|try again
504|request timed out, decrease the duration|--since
END
}

@test "what a real Loki refuses" {
    loki_start
    loki_configure
    HOMELAB_LOKI_URL=$LOKI_URL/nope fails_with 404 "HOMELAB_LOKI_URL"
}

@test "a text from Loki is cleaned and bounded" {
    loki_double
    query_mode "status:400:$(printf 'a\tb\nc\033[31m\302\233x\r%s' "$(printf 'ü%.0s' {1..4000})")"
    fails_with "(400: a b c?[31m??x ü" "üü): a shorter --since"
    [ "${#stderr}" -lt 600 ]
}

@test "a web page for a refusal is not quoted" {
    loki_double
    query_mode "status:502:<html><h1>Bad Gateway</h1></html>"
    fails_with "Loki failed (502): try again"
}

@test "redirects are not followed, and said without their parameters" {
    loki_double
    query_mode "redirect:$LOKI_URL/login?token=s3cret#s3cret"
    fails_with "redirected to $LOKI_URL/login (302)" HOMELAB_LOKI_URL
    [[ $stderr != *s3cret* ]]
    curl -sf "$LOKI_URL/double/requests" | jq -e 'all(.path != "/login")'
}

@test "the connection is closed" {
    loki_double
    query_mode close
    fails_with "closed before the answer was complete" "--since"
    query_mode close-mid
    fails_with "closed before the answer was complete" "--since"
}

@test "what is not HTTP, not JSON, or not Loki's" {
    loki_double
    query_mode garbage
    fails_with "is this Loki's"
    query_mode html
    fails_with "a web page, not JSON"
    query_mode not-json
    fails_with "not JSON"
    query_mode other-shape
    fails_with "not what Loki says"
}

MATRIX='{"status":"success","data":{"resultType":"matrix","result":'

@test "JSON of another shape" {
    local answer
    loki_double
    while read -r answer; do
        query_mode "status:200:$answer"
        fails_with "JSON, but not what Loki says" || { echo "with $answer"; return 1; }
    done <<END
null
1
"success"
[]
{}
{"status":"success"}
{"status":"error","data":{"resultType":"matrix","result":[]}}
{"status":1,"data":{"resultType":"matrix","result":[]}}
{"status":"success","data":[]}
{"status":"success","data":{"resultType":"vector","result":[]}}
{"status":"success","data":{"resultType":"matrix"}}
{"status":"success","data":{"resultType":"matrix","result":{}}}
$MATRIX[1]}}
$MATRIX[{}]}}
$MATRIX[{"metric":[],"values":[[1,"1"]]}]}}
$MATRIX[{"metric":{"verb":1},"values":[[1,"1"]]}]}}
$MATRIX[{"metric":{"verb":null},"values":[[1,"1"]]}]}}
$MATRIX[{"metric":{}}]}}
$MATRIX[{"metric":{},"values":{}}]}}
$MATRIX[{"metric":{},"values":[1]}]}}
$MATRIX[{"metric":{},"values":[[1]]}]}}
$MATRIX[{"metric":{},"values":[[1,1]]}]}}
$MATRIX[{"metric":{},"values":[[1,""]]}]}}
$MATRIX[{"metric":{},"values":[[1,"1.5"]]}]}}
$MATRIX[{"metric":{},"values":[[1,"-1"]]}]}}
$MATRIX[{"metric":{},"values":[[1,"NaN"]]}]}}
$MATRIX[{"metric":{},"values":[[1,"9223372036854775808"]]}]}}
$MATRIX[{"metric":{},"values":[[1,"1"],[2,"1"]]}]}}
$MATRIX[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}}
END
}

@test "JSON that isn't" {
    local answer
    loki_double
    while read -r answer; do
        query_mode "status:200:$answer"
        fails_with "not JSON" || { echo "with $answer"; return 1; }
    done <<END
{
$MATRIX[]}
$MATRIX[]}} x
$MATRIX[]}}}
{'status':'success'}
$MATRIX[{"metric":{"verb":"a},"values":[[1,"1"]]}]}}
END
}

@test "counts that can't be added up" {
    loki_double
    query_mode "status:200:$MATRIX[{\"metric\":{\"verb\":\"a\"},\"values\":[[1,\"9223372036854775807\"]]}]}}"
    fails_with "too large to be true"
    run -0 hl-usage top --since 1h --json
    [[ $output == *'"total": 9223372036854775807,'* && $output == *'"count": 9223372036854775807,'* ]]
}

@test "what Loki warns of is said in one line, and the answer stands" {
    loki_double
    query_mode "status:200:{\"status\":\"success\",\"warnings\":[\"partial\\nresult\",\"slow\",\"slow\"],\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"verb\":\"a\",\"user\":\"u\"},\"values\":[[1,\"2\"]]}]}}"
    run -0 --separate-stderr hl-usage top --json
    [ "$(jq -c '[.users, .total]' <<<"$output")" = '[["u"],8]' ]
    [ "$stderr" = "hl-usage: $LOKI_URL: Loki warns: partial?result; slow" ]
}

@test "an answer over 64 MiB" {
    loki_double
    query_mode big:$((65 * 1024 * 1024))
    fails_with "larger than 64 MiB" "--since" -- --since 1h
    query_mode big:$((40 * 1024 * 1024))
    fails_with "too much memory" "--since" -- --since 1h
}

@test "no secret is ever printed" {
    loki_double
    local status
    (umask 077 && echo s3cret >token)
    for status in 400 401 403 500; do
        query_mode status:$status
        HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token fails_with $status
        [[ $stderr != *s3cret* ]]
        HOMELAB_LOKI_USERNAME=u HOMELAB_LOKI_PASSWORD_FILE=$PWD/token fails_with $status
        [[ $stderr != *s3cret* ]]
    done
    HOMELAB_LOKI_URL='' LOKI_ADDR="http://u:s3cret@127.0.0.1:$LOKI_PORT" run -1 --separate-stderr hl-usage top
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: LOKI_ADDR: "* && $stderr != *s3cret* ]]
    run -2 --separate-stderr hl-usage top --loki "http://u:s3cret@127.0.0.1:$LOKI_PORT"
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: top: --loki: "* && $stderr != *s3cret* ]]
}

@test "a secret that others can read is refused" {
    loki_double
    echo s3cret >token
    chmod 644 token
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/token run -1 --separate-stderr hl-usage top
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: $PWD/token: "*chmod* && $stderr != *s3cret* ]]
    curl -sf "$LOKI_URL/double/requests" | jq -e 'all(.path | startswith("/double"))'
}

@test "a variable of logcli can't add a header" {
    loki_double
    HOMELAB_LOKI_TENANT='' LOKI_ORG_ID=$'t\r\nX-Evil: 1' run -1 --separate-stderr hl-usage top
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == "hl-usage: LOKI_ORG_ID: "* ]]
}

@test "a HOMELAB_LOKI_URL that is no URL does not become an answer from the journal" {
    HOMELAB_LOKI_URL=ftp://x run -1 --separate-stderr hl-usage top
    [ -z "$output" ]
    [[ ${stderr_lines[-1]} == *"HOMELAB_LOKI_URL is not a URL"* ]]
    HOMELAB_LOKI_URL=ftp://x run -0 hl-usage top --local
}

@test "a name server that never answers does not prolong the time-out" {
    unshare -n -m true 2>/dev/null || skip "needs root to give itself a name server"
    echo 'nameserver 127.0.0.1' >resolv.conf
    cat >silent-dns <<'EOF'
# A network and a resolv.conf of its own, and a name server in it that says nothing.
import fcntl, socket, struct, subprocess, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS: IFF_UP
s.bind(("127.0.0.1", 53))
subprocess.run(["mount", "--bind", "resolv.conf", "/etc/resolv.conf"], check=True)
start = time.monotonic()
status = subprocess.run(["hl-usage", "top", "--loki", "http://slow.example", "--timeout", "1"]).returncode
# The resolver alone would try for 10 s.
sys.exit(status if time.monotonic() - start < 7 else 99)
EOF
    run -1 unshare -n -m python3 silent-dns
    [[ $output == *"no answer within 1 s"* ]]
}
