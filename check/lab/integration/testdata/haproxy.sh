#!/bin/sh
# Makes the OCSP answers that "answers" lists, as a responder of the authority's would, and starts two haproxies: they
# load an answer when it is good at their time, so that the one with the stale ones lives ten days ago.
set -eu

past() {
    (
        export LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME=-10d
        "$@"
    )
}

# answer BASE SIGNER: for seven days from now, from what the index says
answer() {
    openssl ocsp -index "$1.index" -CA issuer.pem -rsigner "$2.pem" -rkey "$2.key" -issuer issuer.pem -cert "$1.pem" \
        -no_nonce -noverify -ndays 7 -respout "$1.both.ocsp"
}

# show BASE ADDRESS: an answer that haproxy does not take
show() {
    tail -f /dev/null | openssl s_server -accept "$2" -cert "$1.pem" -cert_chain "$1.pem" -key "$1.key" -status_file "$1.both.ocsp" -quiet &
}

while read -r base serial address kind; do
    case $kind in
    unknown) ;;
    revoked) printf 'R\t491231235959Z\t260102030405Z,keyCompromise\t%s\tunknown\t/CN=pop3.test\n' "$serial" ;;
    *) printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=pop3.test\n' "$serial" ;;
    esac >"$base.index"
    case $kind in
    good | revoked) answer "$base" issuer ;;
    forged) answer "$base" stranger ;;
    stale) past answer "$base" issuer ;;
    unknown) answer "$base" issuer && show "$base" "$address" ;;
    esac
done <answers

past haproxy -D -f past.cfg
exec haproxy -db -f now.cfg
