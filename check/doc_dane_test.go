package check_test

import (
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/testkit/dnstest"
	"check_pop3x/check/testkit/pop3test"
)

// noDigest is the data of a record that matches no certificate.
var noDigest = strings.Repeat("00", 32)

// daneFailures are in the order of dane.md.
var daneFailures = []badServer{
	{server: "no record", shows: good, zone: "mail.example.org. A 127.0.0.1"},
	{server: "none of that type", shows: good, zone: "_PORT._tcp.mail.example.org. TXT none"},
	{server: "a record of another certificate", shows: good, zone: "_PORT._tcp.mail.example.org. TLSA 3 1 1 " + noDigest},
	{server: "an anchor that did not issue it", shows: good, zone: "_PORT._tcp.mail.example.org. TLSA 2 0 0 " + hex.EncodeToString(pop3test.NewAuthority("x").Certificate().Raw)},
	{server: "records of usage 0 and 1 only", shows: good, zone: "_PORT._tcp.mail.example.org. TLSA 0 0 1 " + noDigest + "\n_PORT._tcp.mail.example.org. TLSA 1 1 1 " + noDigest},
	{server: "a zone that is not signed", shows: good, zone: "insecure example.org\n_PORT._tcp.mail.example.org. TLSA 3 1 1 " + noDigest},
	{server: "that, and no record", shows: good, zone: "insecure example.org"},
	{server: "signatures that are not good", shows: good, zone: "bogus _PORT._tcp.mail.example.org"},
	{server: "a resolver that does not validate", shows: good, zone: "insecure ."},
	{server: "a resolver that fails", shows: good, zone: "failing _PORT._tcp.mail.example.org"},
	{server: "a resolver that refuses", shows: good, zone: "refused mail.example.org"},
	{server: "no resolver there", shows: good, zone: "none"},
}

// resolver starts the DNS server and returns its address.
func (f badServer) resolver(t *testing.T, port int) string {
	t.Helper()
	if f.zone == "none" {
		return "127.0.0.1:1"
	}
	server, err := dnstest.Start(strings.ReplaceAll(f.zone, "PORT", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server.Addr()
}
