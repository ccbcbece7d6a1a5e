package resolve

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// FuzzTLSAAnswer: whatever a DNS server sends, an answer is about the question,
// and the records are those of the name at the end of the aliases.
func FuzzTLSAAnswer(f *testing.F) {
	query := new(dns.Msg).SetQuestion(dns.Fqdn(owner), dns.TypeTLSA)
	for _, text := range []string{owner + ". TLSA 3 1 1 " + zeros, owner + ". CNAME x.example.org.\nx.example.org. TLSA 3 1 1 00", "other. TLSA 3 1 1 " + zeros} {
		m := new(dns.Msg).SetReply(query)
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
	f.Fuzz(func(t *testing.T, wire []byte) {
		m := new(dns.Msg)
		if m.Unpack(wire) != nil {
			return
		}
		query.Id = m.Id
		if isAnswer(m, query) && len(m.Question) == 1 && !strings.EqualFold(m.Question[0].Name, dns.Fqdn(owner)) {
			t.Fatalf("taken for an answer:\n%s", m)
		}
		r := &reply{Msg: m, name: dns.Fqdn(owner)}
		end, there := r.finalName(), 0
		for _, rr := range m.Answer {
			if x, ok := rr.(*dns.TLSA); ok && strings.EqualFold(x.Hdr.Name, end) && x.Hdr.Class == dns.ClassINET {
				there++
			}
		}
		if records := r.tlsaRecords(); len(records) != there {
			t.Fatalf("%d records, not %d:\n%s", len(records), there, m)
		}
	})
}
