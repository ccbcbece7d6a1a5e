package check_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"check_pop3x/check/testkit/dnstest"
)

// A badName is one that is not resolved. dns.md has the line for it.
type badName struct {
	dns  string // as in the document
	zone string // "": nobody answers at all
	args []string
}

// badNames are in the order of dns.md.
var badNames = []badName{
	{dns: "the name does not exist", zone: "www.example.org. A 192.0.2.1"},
	{dns: "it is an alias of one that does not exist", zone: "mail.example.org. CNAME mx.example.net."},
	{dns: "it has no address", zone: "mail.example.org. MX 10 mx.example.net."},
	{dns: "it has none of that family, `-6`", zone: "mail.example.org. A 192.0.2.1", args: []string{"-6"}},
	{dns: "it has none of that family, `-4`", zone: "mail.example.org. AAAA 2001:db8::1", args: []string{"-4"}},
	{dns: "the domain's name servers are down", zone: "failing mail.example.org"},
	{dns: "its signatures are not good", zone: "bogus mail.example.org"},
	{dns: "the DNS server refuses", zone: "refused mail.example.org"},
	{dns: "it is no resolver", zone: "referring mail.example.org"},
	{dns: "it does not answer, `-t 500ms`", zone: "silent mail.example.org", args: []string{"-t", "500ms"}},
	{dns: "it waits for name servers that are down, `-t 3s`", zone: "silent mail.example.org", args: []string{"-t", "3s"}},
	{dns: "it does not answer about IPv6, `-t 500ms`", zone: "silent-on-ipv6 mail.example.org\nmail.example.org. A 192.0.2.1", args: []string{"-t", "500ms"}},
	{dns: "it is not there"},
}

// leftOf matches what a busy machine adds to the end of a budget.
var leftOf = regexp.MustCompile(`the \d+ ms that were left of `)

func TestBadNames(t *testing.T) {
	page, err := os.ReadFile("../packaging/doc/dns.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range badNames {
		t.Run(n.dns, func(t *testing.T) {
			t.Parallel()
			row := "| " + n.dns + " | `" + leftOf.ReplaceAllString(n.line(t), "") + "` |"
			if !bytes.Contains(withoutChanging(page), withoutChanging([]byte(row))) {
				t.Errorf("dns.md does not have\n%s", row)
			}
		})
	}
}

// tableRow matches the line in a table up to its kind: what reaches a phone.
var tableRow = regexp.MustCompile("(?m)^\\|.*`(POP3 .*) \\[(?:certificate|dns|timeout)\\]` \\|$")

// What to do about a name or a certificate is within the first 160 characters of
// the line, also with a host name of 25.
func TestRemediesFitAPhone(t *testing.T) {
	usual := strings.NewReplacer(testHost, strings.Repeat("m", 25), "127.0.0.1:53", "192.0.2.53")
	for _, name := range []string{"dns.md", "tls.md"} {
		page, err := os.ReadFile("../packaging/doc/" + name)
		if err != nil {
			t.Fatal(err)
		}
		rows := tableRow.FindAllStringSubmatch(string(page), -1)
		if len(rows) < len(badNames) {
			t.Errorf("%s has only %d rows", name, len(rows))
		}
		for _, row := range rows {
			if line := usual.Replace(row[1]); utf8.RuneCountInString(line) > 160 {
				t.Errorf("%s: %d characters: %s", name, utf8.RuneCountInString(line), line)
			}
		}
	}
}

// line returns the status line without perfdata.
func (n badName) line(t *testing.T) string {
	t.Helper()
	at := "127.0.0.1:1"
	if n.zone != "" {
		server, err := dnstest.Start(n.zone)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		at = server.Addr()
	}
	o := run{args: append([]string{"-H", testHost, "--resolver", at}, n.args...)}.play(t.TempDir())
	if err := checkLine(o.stdout, o.code); err != nil {
		t.Error(err)
	}
	said, _, _ := strings.Cut(o.stdout, " | ")
	return said
}
