package dnstest

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// answer answers a query.
func (s *Server) answer(w dns.ResponseWriter, query *dns.Msg) {
	if len(query.Question) != 1 {
		return
	}
	q := query.Question[0]
	s.note(w, q)
	tcp := w.LocalAddr().Network() == "tcp"
	switch {
	case s.in("silent", q.Name), tcp && s.in("mute", q.Name), q.Qtype == dns.TypeAAAA && s.in("silent-on-ipv6", q.Name):
		s.once.Do(func() { close(s.silence) })
		return
	case tcp && s.in("hangup", q.Name):
		w.Close()
		return
	case s.in("garbage", q.Name):
		_, _ = w.Write([]byte("this is not DNS at all"))
		return
	case s.in("stray", q.Name):
		s.stray(w, query)
	}
	m := s.reply(query)
	if s.in("cut", q.Name) || !tcp && (s.in("truncated", q.Name) || s.in("hangup", q.Name) || s.in("mute", q.Name)) {
		m.Answer, m.Truncated = nil, true
	} else if !tcp {
		m.Truncate(maxUDP(query))
	}
	_ = w.WriteMsg(m)
}

// maxUDP returns the largest answer that the client accepts by UDP.
func maxUDP(query *dns.Msg) int {
	if opt := query.IsEdns0(); opt != nil {
		return int(opt.UDPSize())
	}
	return dns.MinMsgSize
}

// stray sends messages that are not the answer: with another id, for another
// name, a query, half an answer.
func (s *Server) stray(w dns.ResponseWriter, query *dns.Msg) {
	id, name, question := s.forged(query), s.forged(query), s.forged(query)
	id.Id++
	name.Question[0].Name = "other." + query.Question[0].Name
	question.Response = false
	for _, m := range []*dns.Msg{id, name, question} {
		_ = w.WriteMsg(m)
	}
	_, _ = w.Write([]byte{byte(query.Id >> 8), byte(query.Id), 0x81, 0x80, 0, 1, 0, 9})
}

// forged returns an answer with a TLSA record that is said to be signed.
func (s *Server) forged(query *dns.Msg) *dns.Msg {
	m := new(dns.Msg).SetReply(query)
	m.Question = slices.Clone(query.Question)
	m.AuthenticatedData = true
	m.Answer = []dns.RR{&dns.TLSA{
		Hdr:   dns.RR_Header{Name: query.Question[0].Name, Rrtype: dns.TypeTLSA, Class: dns.ClassINET},
		Usage: 3, Selector: 1, MatchingType: 1, Certificate: strings.Repeat("00", 32),
	}}
	return m
}

// reply returns the answer from the records.
func (s *Server) reply(query *dns.Msg) *dns.Msg {
	q := query.Question[0]
	m := new(dns.Msg).SetReply(query)
	m.RecursionAvailable = true
	if opt := query.IsEdns0(); opt != nil {
		m.SetEdns0(dns.DefaultMsgSize, opt.Do())
	}
	switch {
	case s.in("no-edns", q.Name) && query.IsEdns0() != nil:
		m.Rcode, m.Question, m.Extra = dns.RcodeFormatError, nil, nil
	case s.in("refused", q.Name):
		m.Rcode = dns.RcodeRefused
	case s.in("failing", q.Name):
		m.Rcode = dns.RcodeServerFailure
	case s.in("bogus", q.Name) && !query.CheckingDisabled:
		m.Rcode = dns.RcodeServerFailure
		if !s.in("unexplained", q.Name) {
			explain(m, dns.ExtendedErrorCodeSignatureExpired)
		}
	case s.in("referring", q.Name):
		m.RecursionAvailable = false
		m.Ns = []dns.RR{&dns.NS{Hdr: dns.RR_Header{Name: "org.", Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "a.example.net."}}
	default:
		m.Rcode, m.Answer = s.find(q, s.in("liar", q.Name))
		m.AuthenticatedData = s.secure(q, m.Answer) && wantsAD(query)
	}
	return m
}

// explain adds the reason for a failure (RFC 8914).
func explain(m *dns.Msg, code uint16) {
	if opt := m.IsEdns0(); opt != nil {
		opt.Option = append(opt.Option, &dns.EDNS0_EDE{InfoCode: code, ExtraText: "says the test"})
	}
}

// wantsAD reports whether the client understands AD (RFC 6840, section 5.7).
func wantsAD(query *dns.Msg) bool {
	opt := query.IsEdns0()
	return query.AuthenticatedData || opt != nil && opt.Do()
}

// find finds the records of a name and follows aliases. A liar returns those of
// any name.
func (s *Server) find(q dns.Question, liar bool) (code int, answer []dns.RR) {
	name, exists := dns.CanonicalName(q.Name), false
	for range 20 {
		next := ""
		exists = false
		for _, rr := range s.records {
			own := dns.CanonicalName(rr.Header().Name)
			exists = exists || dns.IsSubDomain(name, own)
			c, alias := rr.(*dns.CNAME)
			switch {
			case rr.Header().Rrtype == q.Qtype && (own == name || liar):
				answer = append(answer, rr)
			case alias && own == name:
				answer, next = append(answer, rr), dns.CanonicalName(c.Target)
			}
		}
		if next == "" {
			break
		}
		name = next
	}
	if !exists && name != "." {
		return dns.RcodeNameError, answer
	}
	return dns.RcodeSuccess, answer
}

// secure reports whether the name and all of the answer are signed by DNSSEC.
func (s *Server) secure(q dns.Question, answer []dns.RR) bool {
	names := []string{q.Name}
	for _, rr := range answer {
		names = append(names, rr.Header().Name)
		if c, ok := rr.(*dns.CNAME); ok {
			names = append(names, c.Target)
		}
	}
	return !slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(s.modes["insecure"], func(zone string) bool { return dns.IsSubDomain(zone, name) })
	})
}
