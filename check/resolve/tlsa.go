package resolve

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"check_pop3x/check/fault"
	"check_pop3x/check/trust"
)

// TLSAName is the name that has the TLSA records of a port (RFC 6698, section 3),
// without a dot at its end. The error says why host cannot have any.
func TLSAName(host string, port uint16) (string, error) {
	if IsAddress(host) {
		return "", fmt.Errorf("%s is an address, and only a name has TLSA records", host)
	}
	name := fmt.Sprintf("_%d._tcp.%s", port, strings.TrimSuffix(host, "."))
	if _, ok := dns.IsDomainName(name); !ok || strings.TrimSuffix(host, ".") == "" || strings.ContainsFunc(host, isForeign) {
		return "", fmt.Errorf("%q is not a name in DNS: it has letters, digits, hyphens and dots; others are written as xn--…", host)
	}
	return name, nil
}

// isForeign reports whether a character does not belong in a host name.
func isForeign(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.')
}

// LookupTLSA asks for the TLSA records of host's port. It returns when ctx ends,
// with the cause of that; any other error is a *fault.Error of kind DNS if the
// question could not be answered, or Usage if there is no server to ask. That no
// record can be used is not an error: the set says so.
func LookupTLSA(ctx context.Context, r Resolver, host string, port uint16) (*trust.TLSASet, error) {
	return fault.Await(ctx, func() (*trust.TLSASet, error) {
		s, err := r.trusted()
		if err != nil {
			return nil, err
		}
		return s.lookupTLSA(ctx, host, port)
	})
}

// lookupTLSA looks at the end of a secure chain of aliases first, and then at the
// name itself (RFC 7671, section 7).
func (s servers) lookupTLSA(ctx context.Context, host string, port uint16) (set *trust.TLSASet, err error) {
	bases, set, err := s.baseDomains(ctx, host, port)
	if set != nil || err != nil {
		return set, err
	}
	for _, base := range bases {
		set, err = s.lookupBase(ctx, base, port)
		if err != nil || len(set.Records) > 0 && set.Secure || isBogus(set.Err) {
			break
		}
	}
	return set, err
}

// baseDomains are the names of the host that may have records. If the names
// themselves are forged, the set says so.
func (s servers) baseDomains(ctx context.Context, host string, port uint16) ([]string, *trust.TLSASet, error) {
	name := dns.Fqdn(host)
	r, err := s.ask(ctx, name, dns.TypeA)
	if err != nil {
		return nil, nil, err
	}
	if !r.isConclusive() {
		set, err := s.retryUnvalidated(ctx, r, dns.TypeA)
		if set != nil {
			set.Base = withoutDot(name)
			set.Name, _ = TLSAName(host, port)
		}
		return nil, set, err
	}
	if end := r.finalName(); r.AuthenticatedData && !strings.EqualFold(end, name) {
		return []string{withoutDot(end), withoutDot(name)}, nil, nil
	}
	return []string{withoutDot(name)}, nil, nil
}

// lookupBase asks for the records of one base domain. They may be elsewhere by an
// alias of their own.
func (s servers) lookupBase(ctx context.Context, base string, port uint16) (*trust.TLSASet, error) {
	name, err := TLSAName(base, port)
	if err != nil {
		return nil, fault.New(fault.DNS, "%v", err)
	}
	r, err := s.ask(ctx, dns.Fqdn(name), dns.TypeTLSA)
	if err != nil {
		return nil, err
	}
	var set *trust.TLSASet
	if !r.isConclusive() {
		if set, err = s.retryUnvalidated(ctx, r, dns.TypeTLSA); err != nil {
			return nil, err
		}
	} else {
		set = &trust.TLSASet{From: r.from, Secure: r.AuthenticatedData, Records: r.tlsaRecords()}
	}
	set.Name, set.Base = name, base
	if set.Err == nil {
		set.Err = s.checkSet(ctx, r, set)
	}
	return set, nil
}

// checkSet returns why a set cannot be used, or nil.
func (s servers) checkSet(ctx context.Context, r *reply, set *trust.TLSASet) error {
	f := &fault.Error{Kind: fault.Certificate}
	switch {
	case !set.Secure && !s.validates(ctx, r):
		f.Problem = fault.NotValidating
		f.Text = "DNS server " + r.from.String() + " does not validate: it vouches for no answer by the AD bit, not even for the root's"
	case !set.Secure && len(set.Records) > 0:
		f.Problem = fault.NotSigned
		f.Text = "the TLSA records of " + set.Name + " are not secured by DNSSEC: the zone is not signed, or its parent does not say so"
	case !set.Secure:
		f.Problem = fault.NotSigned
		f.Text = set.Name + " has no TLSA record, nor is there DNSSEC to prove it"
	case r.Rcode == dns.RcodeNameError:
		f.Problem = fault.NoTLSA
		f.Text = set.Name + " does not exist (NXDOMAIN), as DNSSEC proves"
	case len(set.Records) == 0:
		f.Problem = fault.NoTLSA
		f.Text = set.Name + " exists, but has no TLSA record, as DNSSEC proves"
	case len(set.Usable()) == 0:
		f.Problem = fault.NoTLSA
		f.Text = fmt.Sprintf("of %s of %s none can be used (-v says why)", fault.Count(len(set.Records), "TLSA record"), set.Name)
	default:
		return nil
	}
	return f
}

// validates reports whether the server sets AD in an answer about the root, which
// is signed. A server that does not answer is not blamed.
func (s servers) validates(ctx context.Context, r *reply) bool {
	s.addrs, s.attempts = []netip.AddrPort{r.from}, 1
	root, err := s.ask(ctx, ".", dns.TypeNS)
	return err != nil || !root.isConclusive() || root.AuthenticatedData
}

// retryUnvalidated asks a server that could not answer again, with CD set. If
// that answers, the zone's signatures are bad, and the set says so.
func (s servers) retryUnvalidated(ctx context.Context, r *reply, kind uint16) (*trust.TLSASet, error) {
	at := "DNS server " + r.from.String()
	if r.Rcode != dns.RcodeServerFailure {
		return nil, &fault.Error{Kind: fault.DNS, Problem: fault.NoResolver, Text: at + " does not answer for " + withoutDot(r.name) + ", but says " + rcodeName(r.Msg)}
	}
	query := new(dns.Msg).SetQuestion(r.name, kind).SetEdns0(maxUDP, true)
	query.CheckingDisabled = true // RFC 4035, section 3.2.2
	raw, err := s.exchange(ctx, r.from, query)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil || !(&reply{Msg: raw}).isConclusive() {
		return nil, fault.New(fault.DNS, "%s failed to look up %s%s", at, withoutDot(r.name), extendedError(r.Msg))
	}
	return &trust.TLSASet{From: r.from, Err: &fault.Error{Kind: fault.Certificate, Problem: fault.Bogus,
		Text: "the DNSSEC signatures of " + withoutDot(r.name) + " are not good, says " + at + extendedError(r.Msg)}}, nil
}

func isBogus(err error) bool { return err != nil && fault.Of(err).Problem == fault.Bogus }

// rcodeName is the name of a message's response code.
func rcodeName(m *dns.Msg) string {
	if name, ok := dns.RcodeToString[m.Rcode]; ok {
		return name
	}
	return fmt.Sprintf("code %d", m.Rcode)
}

// extendedError is what the server says about its failure (RFC 8914), in
// parentheses; "" if it says nothing.
func extendedError(m *dns.Msg) string {
	opt := m.IsEdns0()
	if opt == nil {
		return ""
	}
	var words []string
	for _, option := range opt.Option {
		if e, ok := option.(*dns.EDNS0_EDE); ok && dns.ExtendedErrorCodeToString[e.InfoCode] != "" {
			words = append(words, dns.ExtendedErrorCodeToString[e.InfoCode])
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + fault.JoinFirst(words) + ")"
}

// maxAliases limits a chain of aliases.
const maxAliases = 16

// finalName is the name at the end of all aliases.
func (r *reply) finalName() string {
	name := r.name
	for range maxAliases {
		next := r.alias(name)
		if next == "" {
			break
		}
		name = next
	}
	return name
}

func (r *reply) alias(name string) string {
	for _, rr := range r.Answer {
		if c, ok := rr.(*dns.CNAME); ok && strings.EqualFold(c.Hdr.Name, name) {
			return c.Target
		}
	}
	return ""
}

// tlsaRecords are the records of the name that was asked for, and of no other.
func (r *reply) tlsaRecords() (records []trust.TLSARecord) {
	end := r.finalName()
	for _, rr := range r.Answer {
		if t, ok := rr.(*dns.TLSA); ok && strings.EqualFold(t.Hdr.Name, end) && t.Hdr.Class == dns.ClassINET {
			data, _ := hex.DecodeString(t.Certificate) // it was written by the library
			records = append(records, trust.TLSARecord{Usage: t.Usage, Selector: t.Selector, Matching: t.MatchingType, Data: data})
		}
	}
	return records
}
