package resolve

import (
	"testing"

	"github.com/miekg/dns"
)

// A library has the same names for the codes of IANA's lists.
func TestCodes(t *testing.T) {
	for code, name := range dns.ExtendedErrorCodeToString {
		m := new(dns.Msg).SetEdns0(maxUDP, false)
		m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: code, ExtraText: "x"})
		wire, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := parse(wire); err != nil || got.reason() != " ("+name+")" {
			t.Errorf("%d: %s, %v, want %s", code, got.reason(), err, name)
		}
	}
	for code, want := range map[int]string{
		dns.RcodeSuccess: "NOERROR", dns.RcodeServerFailure: "SERVFAIL", dns.RcodeNameError: "NXDOMAIN", dns.RcodeRefused: "REFUSED",
		dns.RcodeNotAuth: "code 9", dns.RcodeBadVers: "code 16", // which has only four of its bits in the header
	} {
		m := new(dns.Msg).SetEdns0(maxUDP, false)
		m.Rcode = code
		wire, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse(wire)
		if err != nil || got.rcodeName() != want || (&reply{message: got}).isConclusive() != (code == dns.RcodeSuccess || code == dns.RcodeNameError) {
			t.Errorf("%d: %s, %v, want %s", code, got.rcodeName(), err, want)
		}
	}
}

// A record that is cut short is none.
func TestShortRecord(t *testing.T) {
	m := new(dns.Msg)
	for _, data := range []string{"", "0301", "030101", "03010100"} {
		m.Answer = append(m.Answer, &dns.RFC3597{Hdr: dns.RR_Header{Name: dns.Fqdn(owner), Rrtype: dns.TypeTLSA, Class: dns.ClassINET}, Rdata: data})
	}
	wire, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse(wire)
	if err != nil {
		t.Fatal(err)
	}
	if records := (&reply{message: got, name: dns.Fqdn(owner)}).tlsaRecords(); len(records) != 2 || len(records[0].Data) != 0 || len(records[1].Data) != 1 {
		t.Errorf("%+v", records)
	}
}
