# hl-push against servers and networks at fault: the rows of docs/reliability.md, "What a server's answer leads to".

load helper
setup() {
    hl_setup
    # hl-emit waits for the attempt, and hl-push for no further events.
    export HOMELAB_USAGE_WAIT_MS=800
}
teardown() {
    [ -z "${OTHER_PID:-}" ] || kill "$OTHER_PID"
    hl_teardown
}

spooled() { cat "$HL_STATE"/spool* 2>/dev/null | wc -l; }
spool_empty() { [ "$(spooled)" -eq 0 ]; }
# "REASON COUNT" of all that was dropped.
dropped() { cat "$HL_STATE/push" "$HL_STATE/dropped" 2>/dev/null | grep -E '^(refused|too-[a-z-]+|spool-full) [1-9]'; }
field() { sed -n "s/^$1 //p" "$HL_STATE/push"; }
pushes() { curl -sf "$LOKI_URL/double/requests" | jq '[.[] | select(.path == "/loki/api/v1/push")] | length'; }

push_mode() { loki_mode "$(jq -nc --arg m "$1" '{push: $m}')" >/dev/null; }

double() {
    needs_double
    loki_start "$@"
    loki_configure
}

# One event in a fresh state directory, and one attempt to deliver it.
emit() {
    rm -rf "$HL_STATE"
    "$@" hl-emit v 0
    eventually 5 test -s "$HL_STATE/push"
    eventually 5 no_pusher
}

# kept REASON: the event waits, nothing is dropped, and the reason of the back-off is that one line.
kept() {
    [ "$(spooled)" -eq 1 ] || { echo "not kept"; return 1; }
    [ -z "$(dropped)" ] || { echo "dropped: $(dropped)"; return 1; }
    [ "$(field failures)" -eq 1 ]
    [ "$(field next)" -gt "$(field failure)" ]
    reason "$1"
}

reason() {
    # shellcheck disable=SC2053 # a pattern
    [[ $(field reason) == $1 ]] || { echo "reason: $(field reason)"; return 1; }
    [[ $(field reason) != *[[:cntrl:]]* ]]
    [ "$(grep -c '^reason ' "$HL_STATE/push")" -eq 1 ]
}

# A certificate and its key, NAME.pem and NAME.key: certificate NAME DAYS SUBJECT_ALT_NAME
certificate() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=hl-test" -addext "subjectAltName=$3" -keyout "$1.key" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -signkey "$1.key" -days "$2" -copy_extensions copy -out "$1.pem"
} 2>/dev/null

needs_namespaces() { unshare -n -m true 2>/dev/null || skip "needs root to give itself a network"; }

@test "kept and backed off: every answer that isn't Loki's word on the events" {
    local mode pattern
    double
    while IFS='|' read -r mode pattern; do
        push_mode "$mode"
        curl -sf -X POST "$LOKI_URL/double/reset"
        emit
        kept "$pattern" || { echo "with $mode"; return 1; }
        [ "$(pushes)" -eq 1 ] || { echo "pushes with $mode"; return 1; }
    done <<'END'
status:200:ok|HTTP 200: ok
status:202:|HTTP 202: loki-double*
status:260:ingestion blocked|HTTP 260: ingestion blocked
status:401:no org id|HTTP 401: no org id
status:403:forbidden|HTTP 403: forbidden
status:404:404 page not found|HTTP 404: 404 page not found
status:408:slow|HTTP 408: slow
status:429:ingestion rate limit exceeded|HTTP 429: ingestion rate limit exceeded
status:500:panic|HTTP 500: panic
status:502:<html><h1>Bad Gateway</h1></html>|HTTP 502: a web page, not Loki's answer
status:503:Ingester not ready: waiting for 15s|HTTP 503: Ingester not ready: waiting for 15s
status:504:gateway timeout|HTTP 504: gateway timeout
html|HTTP 200: a web page, not Loki's answer
status:400:<html>The plain HTTP request was sent to HTTPS port</html>|HTTP 400: a web page, not Loki's answer
status:400:Client sent an HTTP request to an HTTPS server.|HTTP 400: Client sent an HTTP request to an HTTPS server.
status:400:tenant ID 'a/b' contains unsupported character '/'|HTTP 400: tenant ID 'a/b' contains*
status:422:<html>proxy</html>|HTTP 422: a web page, not Loki's answer
garbage|the answer is not HTTP
close|Empty reply from server
close-mid|HTTP 200, then: transfer closed with * bytes remaining to read
cut:503:half|HTTP 503, then: transfer closed with * bytes remaining to read
drip|Operation timed out after * milliseconds with * received
blackhole|Operation timed out after * milliseconds with 0 bytes received
big:104857600|HTTP 200, then: the answer is larger than 512 KiB
END
}

@test "dropped and counted: what Loki refused" {
    local mode pattern
    double
    while IFS='|' read -r mode pattern; do
        push_mode "$mode"
        curl -sf -X POST "$LOKI_URL/double/reset"
        emit
        eventually 5 spool_empty || { echo "with $mode"; return 1; }
        [ "$(dropped)" = "refused 1" ] || { echo "with $mode: $(dropped)"; return 1; }
        reason "$pattern" || { echo "with $mode"; return 1; }
        [ "$(field failures)" -eq 0 ] # what comes after may go
        [ "$(pushes)" -eq 1 ]
    done <<'END'
status:400:couldn't parse labels|HTTP 400: couldn't parse labels
status:422:error at least one valid stream is required|HTTP 422: error at least one valid stream is required
status:413:request too large|HTTP 413: request too large
status:413:<html>too large</html>|HTTP 413: a web page, not Loki's answer
cut:400:couldn't parse labels|HTTP 400, then: transfer closed with * bytes remaining to read
END
}

@test "204 is success, whatever comes behind it" {
    double
    push_mode with-body
    emit
    eventually 5 spool_empty
    [ -z "$(dropped)" ]
    [ -z "$(field reason)" ]
    # What a next request on the same connection takes for its answer loses nothing.
    (umask 077 && seq -f "$(date +%s)%09g 0 $HL_VERSION v" 1 2500 >"$HL_STATE/spool")
    hl-emit v 0
    eventually 5 no_pusher
    push_mode ok
    sed -i 's/^next .*/next 0/' "$HL_STATE/push"
    hl-emit v 0
    eventually 5 spool_empty
    [ -z "$(dropped)" ]
    [ "$(curl -sf "$LOKI_URL/double/entries" | jq length)" -eq 2503 ]
}

@test "a redirect to another host is not followed: that host sees nothing" {
    local mode
    double
    "$HL_TESTS/loki-double" --port-file other-port --parent "$$" >/dev/null 2>&1 3>&- &
    OTHER_PID=$!
    eventually 10 test -s other-port
    local other
    other=http://127.0.0.1:$(cat other-port)
    for mode in moved redirect; do
        push_mode "$mode:$other/loki/api/v1/push?token=s3cret"
        emit
        kept "HTTP 30[12]: a redirect, which is not followed"
    done
    [ "$(curl -sf "$other/double/requests" | jq length)" -eq 0 ]
    run -1 grep -r s3cret "$HL_STATE"
}

@test "nobody listens" {
    HOMELAB_LOKI_URL=http://127.0.0.1:1 emit
    kept "Failed to connect to 127.0.0.1 port 1: Connection refused"
}

@test "the address can't be reached" {
    needs_namespaces
    HOMELAB_LOKI_URL=http://192.0.2.1 emit unshare -n
    kept "Failed to connect to 192.0.2.1 port 80: Network is unreachable"
}

@test "the name can't be resolved" {
    needs_namespaces
    HOMELAB_LOKI_URL=http://nosuch.invalid emit unshare -n
    kept "Could not resolve host: nosuch.invalid"
}

@test "a name server that never answers prolongs neither hl-push nor the wait" {
    needs_namespaces
    echo 'nameserver 127.0.0.1' >resolv.conf
    cat >silent-dns <<'END'
# A network and a resolv.conf of its own, and a name server in it that says nothing.
import fcntl, os, socket, struct, subprocess, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS: IFF_UP
s.bind(("127.0.0.1", 53))
subprocess.run(["mount", "--bind", "resolv.conf", "/etc/resolv.conf"], check=True)
start = time.monotonic()
subprocess.run(["hl-emit", "v", "0"], check=True)
# Until hl-push has ended, which held the state's lock; the resolver alone would try for 10 s.
while subprocess.run(["pgrep", "-f", "^" + sys.argv[1]], stdout=subprocess.DEVNULL).returncode == 0:
    time.sleep(0.02)
sys.exit(0 if time.monotonic() - start < 7 else 99)
END
    HOMELAB_LOKI_URL=http://slow.example run -0 unshare -n -m python3 silent-dns "$HL_PUSH"
    kept "Resolving timed out after * milliseconds"
}

@test "TLS: unknown CA, wrong name, expired, no TLS at all; and one that is right" {
    needs_double
    certificate good 2 IP:127.0.0.1
    loki_start --tls good.pem good.key
    loki_configure
    export HOMELAB_LOKI_URL=https://127.0.0.1:$LOKI_PORT
    emit
    kept "SSL certificate problem: self*signed certificate"
    HOMELAB_LOKI_CA_FILE=$PWD/none.pem emit
    kept "error setting certificate file: $PWD/none.pem"
    HOMELAB_LOKI_CA_FILE=$PWD/good.pem HOMELAB_LOKI_RESOLVE=other:$LOKI_PORT:127.0.0.1 \
        HOMELAB_LOKI_URL=https://other:$LOKI_PORT emit
    kept "SSL: no alternative certificate subject name matches target host name 'other'"
    HOMELAB_LOKI_URL=http://127.0.0.1:$LOKI_PORT emit
    kept "Empty reply from server"
    HOMELAB_LOKI_CA_FILE=$PWD/good.pem emit
    eventually 5 spool_empty
    [ -z "$(field reason)" ]
    loki_stop
    certificate old -1 IP:127.0.0.1
    loki_start --tls old.pem old.key
    HOMELAB_LOKI_URL=https://127.0.0.1:$LOKI_PORT HOMELAB_LOKI_CA_FILE=$PWD/old.pem emit
    kept "SSL certificate problem: certificate has expired"
    loki_stop
    loki_start
    HOMELAB_LOKI_URL=https://127.0.0.1:$LOKI_PORT emit
    kept "*wrong version number*"
}

@test "the reason is one line, cleaned and bounded" {
    double
    loki_mode "$(jq -nc --arg t "$(printf 'a\tb\033[31m\302\233x\nmore%s' "$(printf 'ü%.0s' {1..4000})")" \
        '{push: "status:503", text: $t}')" >/dev/null
    emit
    kept "HTTP 503: a?b?\[31m??x"
    loki_mode "$(jq -nc --arg t "$(printf 'ü%.0s' {1..4000})" '{push: "status:503", text: $t}')" >/dev/null
    emit
    kept "HTTP 503: ü*"
    [ "$(field reason | wc -c)" -le 256 ]
    iconv -f UTF-8 -t UTF-8 "$HL_STATE/push" >/dev/null
}
