package resolve

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/trust"
)

// FuzzTLSAAnswer: whatever a DNS server sends, an answer is about the question,
// and the records are those of the name at the end of the aliases. A library that
// knows all types of records reads the same in it.
func FuzzTLSAAnswer(f *testing.F) {
	asked := new(dns.Msg).SetQuestion(dns.Fqdn(owner), dns.TypeTLSA)
	for _, text := range []string{owner + ". TLSA 3 1 1 " + zeros, owner + ". CNAME x.example.org.\nx.example.org. TLSA 3 1 1 00", "other. TLSA 3 1 1 " + zeros} {
		m := new(dns.Msg).SetReply(asked)
		for line := range strings.Lines(text) {
			rr, err := dns.NewRR(line)
			if err != nil {
				f.Fatal(err)
			}
			m.Answer = append(m.Answer, rr)
		}
		wire, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire)
	}
	q, err := newQuery(dnsmessage.Header{}, dns.Fqdn(owner), typeTLSA)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		m, err := parse(wire)
		q.id = m.ID
		if m.answers(q) && len(m.questions) == 1 && !strings.EqualFold(m.questions[0].Name.String(), dns.Fqdn(owner)) {
			t.Fatalf("taken for an answer:\n%+v", m)
		}
		r := &reply{message: m, name: dns.Fqdn(owner)}
		records, end := r.tlsaRecords(), r.finalName()
		if len(records) > len(m.records) || end == "" {
			t.Fatalf("%v at %q:\n%+v", records, end, m)
		}
		other := new(dns.Msg)
		if err != nil || other.Unpack(wire) != nil {
			return
		}
		var there []trust.TLSARecord
		for _, rr := range other.Answer {
			if x, ok := rr.(*dns.TLSA); ok && x.Hdr.Class == dns.ClassINET && x.Hdr.Rdlength >= 3 {
				data, _ := hex.DecodeString(x.Certificate)
				there = append(there, trust.TLSARecord{Usage: x.Usage, Selector: x.Selector, Matching: x.MatchingType, Data: data})
			}
		}
		same := func(a ownedRecord, b trust.TLSARecord) bool {
			return a.Usage == b.Usage && a.Selector == b.Selector && a.Matching == b.Matching && bytes.Equal(a.Data, b.Data)
		}
		if !slices.EqualFunc(m.records, there, same) {
			t.Fatalf("%+v, the other reads\n%s", m.records, other)
		}
	})
}
