package resolve

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
	"golang.org/x/net/dns/dnsmessage"
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
	query, err := newQuery(dns.Fqdn(owner), typeTLSA)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		m, err := parse(wire)
		query.ID = m.ID
		if isAnswer(m, query) && len(m.Questions) == 1 && !sameName(m.Questions[0].Name, dns.Fqdn(owner)) {
			t.Fatalf("taken for an answer:\n%#v", m)
		}
		r := &reply{Message: m, name: dns.Fqdn(owner)}
		extendedError(m)
		records, end := r.tlsaRecords(), r.finalName()
		other := new(dns.Msg)
		if err != nil || other.Unpack(wire) != nil {
			return
		}
		there := 0
		for i, rr := range other.Answer {
			x, ok := rr.(*dns.TLSA)
			if !ok || !sameName(m.Answers[i].Header.Name, end) || x.Hdr.Class != dns.ClassINET || len(m.Answers[i].Body.(*dnsmessage.UnknownResource).Data) < 3 {
				continue
			}
			if there++; there > len(records) || records[there-1].Usage != x.Usage || records[there-1].Selector != x.Selector || records[there-1].Matching != x.MatchingType {
				t.Fatalf("%v, the other reads\n%s", records, other)
			}
		}
		if len(records) != there {
			t.Fatalf("%d records, not %d:\n%s", len(records), there, other)
		}
	})
}
