# The way to Loki, for hl-push and hl-usage alike: tenant, log-in, TLS, proxy, and what must never be seen of it.

load helper
setup() {
    hl_setup
    export HOMELAB_USAGE_WAIT_MS=800
    umask 077
    echo s3cret >secret
}
teardown() {
    [ -z "${PROXY_PID:-}" ] || kill "$PROXY_PID"
    hl_teardown
}

spooled() { cat "$HL_STATE"/spool* 2>/dev/null | wc -l; }
spool_empty() { [ "$(spooled)" -eq 0 ]; }
field() { sed -n "s/^$1 //p" "$HL_STATE/push"; }

# A header of the last request that pushed, and of the last one that asked.
last_header() { # pushed|asked NAME
    local push=false
    [ "$1" = asked ] || push=true
    curl -sf "$LOKI_URL/double/requests" | jq -r --arg h "$2" --argjson push $push \
        '[.[] | select((.path == "/loki/api/v1/push") == $push)] | last | .headers[$h]'
}

# Both programs reach Loki, and both send this header.
both_send() { # NAME VALUE
    works
    [ "$(last_header pushed "$1")" = "$2" ] || { echo "pushed: $(last_header pushed "$1")"; return 1; }
    [ "$(last_header asked "$1")" = "$2" ] || { echo "asked: $(last_header asked "$1")"; return 1; }
}

works() {
    rm -rf "$HL_STATE"
    hl-emit v 0
    eventually 5 no_pusher
    spool_empty || { cat "$HL_STATE/push"; return 1; }
    run -0 --separate-stderr hl-usage top
    [ -z "$stderr" ] || { echo "$stderr"; return 1; }
}

# What the last run said on stderr is one line of this pattern, and it said nothing else.
one_line() {
    [ -z "$output" ]
    # shellcheck disable=SC2053
    [[ ${#stderr_lines[@]} -eq 1 && $stderr == $1 ]] || { echo "$stderr"; return 1; }
}

# Neither reaches it: hl-usage's line and hl-push's reason hold these patterns.
fails() { # USAGE PUSH
    rm -rf "$HL_STATE"
    hl-emit v 0
    eventually 5 no_pusher
    [ "$(spooled)" -eq 1 ]
    # shellcheck disable=SC2053 # a pattern
    [[ $(field reason) == $2 ]] || { echo "reason: $(field reason)"; return 1; }
    run -1 --separate-stderr hl-usage top
    one_line "hl-usage: $1"
}

double() {
    needs_double
    loki_start "$@"
    loki_configure
}

# NAME.pem and NAME.key: certificate NAME [SUBJECT_ALT_NAME]
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=hl-$1" ${2:+-addext subjectAltName="$2"} \
        -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

tls_double() {
    certificate server IP:127.0.0.1,DNS:loki.example
    double --tls server.pem server.key "$@"
    export HOMELAB_LOKI_URL=https://127.0.0.1:$LOKI_PORT HOMELAB_LOKI_CA_FILE=$PWD/server.pem
}

@test "tenant" {
    double
    HOMELAB_LOKI_TENANT=a-b_c both_send x-scope-orgid a-b_c
}

@test "basic authentication, the password from a file" {
    double
    HOMELAB_LOKI_USERNAME=me HOMELAB_LOKI_PASSWORD_FILE=$PWD/secret \
        both_send authorization "Basic $(printf me:s3cret | base64)"
}

@test "bearer token from a file" {
    double
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret both_send authorization "Bearer s3cret"
}

@test "a secret that others can read is refused by both" {
    double
    local name
    for mode in 604 640 660; do
        chmod $mode secret
        for name in HOMELAB_LOKI_BEARER_TOKEN_FILE HOMELAB_LOKI_PASSWORD_FILE; do
            export HOMELAB_LOKI_USERNAME=me $name="$PWD/secret"
            if [ $mode = 640 ]; then
                works
            else
                fails "$PWD/secret: others can read or change this secret*" "$PWD/secret: others can read or change*"
            fi
            unset $name
        done
    done
}

@test "CA file" {
    tls_double
    works
    HOMELAB_LOKI_CA_FILE='' fails "*: TLS: SSL certificate problem: self*signed certificate: *HOMELAB_LOKI_CA_FILE" \
        "SSL certificate problem: self*signed certificate"
    HOMELAB_LOKI_CA_FILE=$PWD/none.pem fails "*: TLS: *none.pem: check HOMELAB_LOKI_CA_FILE" "*none.pem"
}

@test "client certificate: asked for, given, and every way to get it wrong" {
    local wanted
    certificate client
    certificate other
    tls_double --client-ca client.pem
    wanted="*: TLS: *alert*: if a client certificate is wanted, HOMELAB_LOKI_CERT_FILE; *"
    fails "$wanted" "*alert certificate required*"
    export HOMELAB_LOKI_CERT_FILE=$PWD/client.pem HOMELAB_LOKI_KEY_FILE=$PWD/client.key
    works
    HOMELAB_LOKI_CERT_FILE=$PWD/other.pem HOMELAB_LOKI_KEY_FILE=$PWD/other.key fails "$wanted" "*alert*"
    HOMELAB_LOKI_KEY_FILE=$PWD/other.key \
        fails "*: TLS: *other.key*: check HOMELAB_LOKI_CERT_FILE and HOMELAB_LOKI_KEY_FILE*" "*other.key*"
    HOMELAB_LOKI_CERT_FILE=$PWD/none.pem fails "*: TLS: *none.pem*: check HOMELAB_LOKI_CERT_FILE*" "*none.pem*"
    HOMELAB_LOKI_KEY_FILE=$PWD/none.key fails "$PWD/none.key: No such file or directory" "$PWD/none.key: No such*"
    HOMELAB_LOKI_KEY_FILE='' fails "*certificate without its key*" "*certificate without its key*"
    HOMELAB_LOKI_CERT_FILE='' fails "*key without its certificate*" "*key without its certificate*"
    chmod 644 client.key
    fails "$PWD/client.key: others can read*chmod*" "$PWD/client.key: others can read*chmod*"
}

@test "a key with a passphrase is refused, and nobody is asked for it" {
    certificate client
    tls_double --client-ca client.pem
    openssl rsa -in client.key -aes128 -passout pass:s3cret -out locked.key 2>/dev/null
    export HOMELAB_LOKI_CERT_FILE=$PWD/client.pem HOMELAB_LOKI_KEY_FILE=$PWD/locked.key
    fails "*: TLS: *: check *; the key must have no passphrase" "*locked.key*"
    # Not even on a terminal.
    run -1 timeout 10 script -qec "hl-usage top" /dev/null </dev/null
    [[ $output == *"the key must have no passphrase"* ]]
    [[ $output != *"Enter PEM"* ]]
}

@test "resolve sends a name to an address, with TLS for that name" {
    tls_double
    HOMELAB_LOKI_URL=https://loki.example:$LOKI_PORT HOMELAB_LOKI_RESOLVE=loki.example:$LOKI_PORT:127.0.0.1 works
}

# A proxy that logs the heads it gets, and opens tunnels to the double, or answers CONNECT with $1.
proxy() {
    cat >proxy.py <<'END'
import os, socket, sys, threading
answer, to = sys.argv[1], int(sys.argv[2])
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def serve(c):
    head = b""
    while b"\r\n\r\n" not in head:
        data = c.recv(65536)
        if not data:
            return
        head += data
    with open("heads", "ab") as f:
        f.write(head)
    if answer != "200" or not head.startswith(b"CONNECT"):
        c.sendall(f"HTTP/1.1 {answer} no\r\nContent-Length: 0\r\n\r\n".encode())
        c.close()
        return
    s = socket.create_connection(("127.0.0.1", to))
    c.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=pump, args=(s, c), daemon=True).start()
    pump(c, s)
l = socket.create_server(("127.0.0.1", 0))
with open("proxy-port.new", "w") as f:
    f.write(str(l.getsockname()[1]))
os.rename("proxy-port.new", "proxy-port")
while True:
    threading.Thread(target=serve, args=(l.accept()[0],), daemon=True).start()
END
    rm -f proxy-port heads
    [ -z "${PROXY_PID:-}" ] || kill "$PROXY_PID"
    python3 proxy.py "$1" "$LOKI_PORT" >/dev/null 2>&1 3>&- &
    PROXY_PID=$!
    eventually 10 test -s proxy-port
    PROXY=127.0.0.1:$(cat proxy-port)
}

@test "proxy for http, and no_proxy" {
    double
    # The double is its own proxy: it answers by path.
    export http_proxy=http://127.0.0.1:$LOKI_PORT HOMELAB_LOKI_URL=http://loki.invalid
    no_proxy=127.0.0.1 both_send host loki.invalid
    export HOMELAB_LOKI_URL=http://127.0.0.1:$LOKI_PORT no_proxy=127.0.0.1 http_proxy=http://127.0.0.1:1
    works
    no_proxy='' fails "*: can't connect: Connection refused*" "Failed to connect to 127.0.0.1 port 1: Connection refused"
}

@test "a proxy's tunnel for https: the proxy sees its own log-in and not Loki's" {
    tls_double
    proxy 200
    export https_proxy=http://alice:pr0xy@$PROXY
    export HOMELAB_LOKI_URL=https://loki.example HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret
    works
    [ "$(grep -c '^CONNECT loki.example:443 ' heads)" -ge 2 ]
    grep -q "^Proxy-Authorization: Basic $(printf alice:pr0xy | base64)" heads
    run -1 grep -i -e '^authorization' -e s3cret -e x-scope heads
}

@test "what a proxy says to a tunnel is no answer of Loki: nothing is dropped" {
    tls_double
    export HOMELAB_LOKI_URL=https://loki.example
    local status
    for status in 400 407 413 422; do
        proxy $status
        https_proxy=http://u:s3cret@$PROXY fails "*: *CONNECT*$status: check http_proxy*" "*CONNECT*$status"
        [ ! -e "$HL_STATE/dropped" ]
    done
}

@test "a proxy variable that is no URL is not quoted: it may hold a password" {
    export HOMELAB_LOKI_URL=http://loki.invalid
    local value
    for value in ftp://u:s3cret@proxy "http://u:s3cret@pro xy" u:s3cret@proxy:notaport; do
        http_proxy=$value fails "http://loki.invalid: what http_proxy, *says is not the URL of a proxy" \
            "what http_proxy, *says is not the URL of a proxy"
        [[ $stderr != *s3cret* ]]
        run -1 grep -r s3cret "$HL_STATE"
    done
}

@test "logcli's variables are read by hl-usage, each" {
    double
    unset HOMELAB_LOKI_URL HOMELAB_LOKI_TENANT
    export LOKI_ADDR=$LOKI_URL LOKI_ORG_ID=$LOKI_TENANT
    run -0 hl-usage top
    [ "$(last_header asked x-scope-orgid)" = "$LOKI_TENANT" ]
    LOKI_USERNAME=me LOKI_PASSWORD=s3cret run -0 hl-usage top
    [ "$(last_header asked authorization)" = "Basic $(printf me:s3cret | base64)" ]
    LOKI_BEARER_TOKEN=s3cret run -0 hl-usage top
    [ "$(last_header asked authorization)" = "Bearer s3cret" ]
    LOKI_BEARER_TOKEN_FILE=secret run -0 hl-usage top
    [ "$(last_header asked authorization)" = "Bearer s3cret" ]
    # Ours go first.
    HOMELAB_LOKI_TENANT=ours LOKI_BEARER_TOKEN=other HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret run -0 hl-usage top
    [ "$(last_header asked x-scope-orgid) $(last_header asked authorization)" = "ours Bearer s3cret" ]
    # Those for another server stay away from this one.
    LOKI_ADDR=https://loki.example LOKI_BEARER_TOKEN=other run -1 hl-usage top --loki "$LOKI_URL"
    [ "$(last_header asked x-scope-orgid) $(last_header asked authorization)" = "null null" ]
}

@test "logcli's variables for TLS: CA, client certificate, no verification" {
    certificate client
    tls_double --client-ca client.pem
    unset HOMELAB_LOKI_URL HOMELAB_LOKI_CA_FILE
    export LOKI_ADDR=https://127.0.0.1:$LOKI_PORT
    export LOKI_CLIENT_CERT_PATH=client.pem LOKI_CLIENT_KEY_PATH=client.key
    LOKI_CA_CERT_PATH=server.pem run -0 hl-usage top
    LOKI_TLS_SKIP_VERIFY=true run -0 hl-usage top
    LOKI_TLS_SKIP_VERIFY=false run -1 hl-usage top
    LOKI_CA_CERT_PATH=server.pem LOKI_CLIENT_KEY_PATH='' run -1 --separate-stderr hl-usage top
    [[ $stderr == *"certificate without its key"* ]]
    chmod 604 client.key
    LOKI_CA_CERT_PATH=server.pem run -1 --separate-stderr hl-usage top
    [[ $stderr == "hl-usage: client.key: others can read"* ]]
}

@test "hl-push never reads logcli's variables" {
    double
    unset HOMELAB_LOKI_URL HOMELAB_LOKI_TENANT
    export LOKI_ADDR=$LOKI_URL LOKI_ORG_ID=$LOKI_TENANT LOKI_USERNAME=me LOKI_PASSWORD=s3cret
    hl-emit v 0
    no_pusher
    [ "$(wc -l <"$HL_STATE/journal")" -eq 1 ]
    HOMELAB_LOKI_URL=$LOKI_URL HOMELAB_LOKI_TENANT=ours hl-emit v 0
    [ "$(last_header pushed x-scope-orgid) $(last_header pushed authorization)" = "ours null" ]
    curl -sf "$LOKI_URL/double/requests" | jq -e 'length == 1'
}

@test "secrets are in no argument list, and hl-push's environment has none of logcli's" {
    double
    export LOKI_PASSWORD=s3cret LOKI_BEARER_TOKEN=s3cret LOKI_USERNAME=me
    export ASAN_OPTIONS=detect_leaks=0 # which strace is in the way of
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret strace -f -v -s 4096 -e trace=execve -o trace hl-emit v 0
    eventually 5 no_pusher
    # The first line is of the caller's own environment.
    sed 1d trace >started
    grep -q "$HL_PUSH" started
    run -1 grep s3cret started
    HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret strace -f -s 4096 -e trace=execve -o trace hl-usage top
    run -1 grep s3cret trace
}

@test "a secret is in no message, even if the server says it" {
    double
    local mode names
    for mode in "status:403:token 's3cret' of me:s3cret is unknown" "status:400:s3cret" "cut:500:s3cret" \
        redirect:/login "redirect:http://u:s3cret@127.0.0.1/" "redirect:/login?token=s3cret"; do
        loki_mode "$(jq -nc --arg m "$mode" '{push: $m, query: $m}')" >/dev/null
        rm -rf "$HL_STATE"
        for names in "HOMELAB_LOKI_USERNAME=me HOMELAB_LOKI_PASSWORD_FILE=$PWD/secret" \
            "HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret"; do
            # shellcheck disable=SC2086
            export $names
            run -1 --separate-stderr hl-usage top
            [ "${#stderr_lines[@]}" -eq 1 ]
            [[ $stderr != *s3cret* ]] || { echo "$mode: $stderr"; return 1; }
            hl-emit v 0
            eventually 5 no_pusher
            [ -n "$(field reason)" ]
            run -1 grep -r s3cret "$HL_STATE"
            run hl-emit --dry-run v 0
            [[ $output != *s3cret* ]]
            unset HOMELAB_LOKI_USERNAME HOMELAB_LOKI_PASSWORD_FILE HOMELAB_LOKI_BEARER_TOKEN_FILE
        done
    done
    # A long one is not cut in its middle, either.
    printf '%0300d' 7 >secret
    loki_mode '{"query": "redirect:/login"}' >/dev/null
    HOMELAB_LOKI_USERNAME=me HOMELAB_LOKI_PASSWORD_FILE=$PWD/secret run -1 --separate-stderr hl-usage top
    [[ $stderr == *"redirected to $LOKI_URL/login (302)"* ]]
    [[ $stderr != *0000* ]]
}

@test "a password or token over http to another machine is warned of, once" {
    double
    export HOMELAB_LOKI_URL=http://loki.example:$LOKI_PORT HOMELAB_LOKI_RESOLVE=loki.example:$LOKI_PORT:127.0.0.1
    run -0 --separate-stderr hl-usage top
    [ -z "$stderr" ]
    export HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret
    local warning="the bearer token goes unencrypted over http: use https"
    run -0 --separate-stderr hl-usage top
    [ "$stderr" = "hl-usage: $HOMELAB_LOKI_URL: $warning" ]
    run -0 hl-emit --dry-run v 0
    [[ $output == *$'\n'"warning: $warning"$'\n'* ]]
    unset HOMELAB_LOKI_BEARER_TOKEN_FILE
    export HOMELAB_LOKI_USERNAME=me HOMELAB_LOKI_PASSWORD_FILE=$PWD/secret
    warning="the password goes unencrypted over http: use https"
    run -0 --separate-stderr hl-usage top --json
    [ "$stderr" = "hl-usage: $HOMELAB_LOKI_URL: $warning" ]
    run -0 hl-emit --dry-run v 0
    [[ $output == *$'\n'"warning: $warning"$'\n'* ]]
    # When the answer is a failure, too: it has gone out.
    loki_mode '{"query": "status:401"}' >/dev/null
    run -1 --separate-stderr hl-usage top
    [ "${stderr_lines[0]}" = "hl-usage: $HOMELAB_LOKI_URL: $warning" ]
    [ "${#stderr_lines[@]}" -eq 2 ]
    # The token and password of logcli count as well.
    unset HOMELAB_LOKI_USERNAME HOMELAB_LOKI_PASSWORD_FILE HOMELAB_LOKI_URL
    LOKI_ADDR=http://loki.example:$LOKI_PORT LOKI_BEARER_TOKEN=s3cret run -1 --separate-stderr hl-usage top
    [[ ${stderr_lines[0]} == *"the bearer token goes unencrypted over http: use https" ]]
}

@test "no warning for this machine, nor for https" {
    export HOMELAB_LOKI_BEARER_TOKEN_FILE=$PWD/secret
    local url
    for url in http://localhost http://LOCALHOST:3100/x http://loki.localhost http://127.0.0.1 http://127.1.2.3:3100 \
        'http://[::1]:3100' http://0x7f000001 https://loki.example HTTPS://loki.example; do
        HOMELAB_LOKI_URL=$url run -0 hl-emit --dry-run v 0
        [[ $output != *warning* ]] || { echo "$url"; return 1; }
    done
    for url in http://loki.example HTTP://loki.example http://localhost.example http://127.0.0.1.example \
        http://notlocalhost http://128.0.0.1 'http://[::2]' http://10.0.0.1; do
        HOMELAB_LOKI_URL=$url run -0 hl-emit --dry-run v 0
        [[ $output == *warning* ]] || { echo "$url"; return 1; }
    done
}

@test "connections are reused, and answers may come compressed" {
    double
    run -0 hl-usage top --since 730d
    curl -sf "$LOKI_URL/double/requests" | jq -c '[.[] | select(.path == "/loki/api/v1/query_range")]' >requests
    jq -e 'length > ([.[].connection] | unique | length)' requests
    jq -e '([.[].connection] | unique | length) <= 8' requests
    jq -e 'all(.headers["accept-encoding"] | contains("gzip"))' requests
}

@test "hl-usage: an address that can't be reached, and a name that can't be resolved, in one line each" {
    unshare -n true 2>/dev/null || skip "needs root to give itself a network"
    HOMELAB_LOKI_URL=http://192.0.2.1 run -1 --separate-stderr unshare -n hl-usage top
    one_line "hl-usage: http://192.0.2.1: can't connect: Network is unreachable: *"
    HOMELAB_LOKI_URL=http://nosuch.invalid run -1 --separate-stderr unshare -n hl-usage top
    one_line "hl-usage: http://nosuch.invalid: Could not resolve host: nosuch.invalid: *DNS*"
    export http_proxy=http://nosuch.invalid
    HOMELAB_LOKI_URL=http://loki.invalid run -1 --separate-stderr unshare -n hl-usage top
    one_line "*Could not resolve proxy: nosuch.invalid: check http_proxy*"
}

@test "hl-usage: TLS with an expired certificate and with a wrong name, in one line each" {
    openssl req -newkey rsa:2048 -nodes -subj /CN=old -addext subjectAltName=IP:127.0.0.1 \
        -keyout old.key -out old.csr 2>/dev/null
    openssl x509 -req -in old.csr -signkey old.key -days -1 -copy_extensions copy -out old.pem 2>/dev/null
    double --tls old.pem old.key
    export HOMELAB_LOKI_CA_FILE=$PWD/old.pem HOMELAB_LOKI_URL=https://127.0.0.1:$LOKI_PORT
    run -1 --separate-stderr hl-usage top
    one_line "*: TLS: SSL certificate problem: certificate has expired: the certificate must be valid*"
    loki_stop
    certificate server IP:127.0.0.1
    double --tls server.pem server.key
    export HOMELAB_LOKI_CA_FILE=$PWD/server.pem HOMELAB_LOKI_RESOLVE=other:$LOKI_PORT:127.0.0.1
    HOMELAB_LOKI_URL=https://other:$LOKI_PORT run -1 --separate-stderr hl-usage top
    one_line "*: TLS: *target host name 'other': the certificate must be valid, for this name*"
}

@test "hl-usage: a server that wants https, or can't read the tenant, is not a question of --since" {
    double
    local text
    for text in "Client sent an HTTP request to an HTTPS server." \
        "<html>The plain HTTP request was sent to HTTPS port</html>" \
        "tenant ID 'a/b' contains unsupported character '/'"; do
        loki_mode "$(jq -nc --arg t "$text" '{query: "status:400", text: $t}')" >/dev/null
        run -1 --separate-stderr hl-usage top
        one_line "*check HOMELAB_LOKI_URL, http or https, and HOMELAB_LOKI_TENANT"
    done
}
