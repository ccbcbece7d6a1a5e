package resolve

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

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
	if !isDomainName(name) || strings.ContainsFunc(host, isForeign) {
		return "", fmt.Errorf("%q is not a name in DNS: it has letters, digits, hyphens and dots; others are written as xn--…", host)
	}
	return name, nil
}

// isDomainName reports whether a name has the form and the length of one (RFC
// 1035, section 2.3.4).
func isDomainName(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return len(name) <= 253
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
	s, err := fault.Await(ctx, r.trusted)
	if err != nil {
		return nil, err
	}
	set, err := fault.Await(ctx, func() (*trust.TLSASet, error) { return s.lookupTLSA(ctx, host, port) })
	return set, lateFrom(err, serverNames(s.addrs)+" about "+host, fault.NoResolver, "")
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
	name := withDot(host)
	r, err := s.ask(ctx, name, dnsmessage.TypeA)
	if err != nil {
		return nil, nil, err
	}
	if !r.isConclusive() {
		set, err := s.failed(ctx, r, dnsmessage.TypeA)
		if set != nil {
			set.Base = withoutDot(name)
			set.Name, _ = TLSAName(host, port)
		}
		return nil, set, err
	}
	if end := r.finalName(); r.AuthenticData && !strings.EqualFold(end, name) {
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
	r, err := s.ask(ctx, withDot(name), typeTLSA)
	if err != nil {
		return nil, err
	}
	var set *trust.TLSASet
	if !r.isConclusive() {
		if set, err = s.failed(ctx, r, typeTLSA); err != nil {
			return nil, err
		}
	} else {
		set = &trust.TLSASet{From: r.from, Secure: r.AuthenticData, Records: r.tlsaRecords()}
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
		f.Text = serverNames([]netip.AddrPort{r.from}) + " does not validate DNSSEC: it sets AD for no answer, not even the root's"
	case !set.Secure && len(set.Records) > 0:
		f.Problem = fault.NotSigned
		f.Text = "the TLSA records of " + set.Name + " are not secured by DNSSEC"
	case !set.Secure:
		f.Problem = fault.NotSigned
		f.Text = set.Name + " has no TLSA record, nor is there DNSSEC to prove it"
	case r.RCode == dnsmessage.RCodeNameError:
		f.Problem = fault.NoTLSA
		f.Text = set.Name + " does not exist (NXDOMAIN), as DNSSEC proves"
	case len(set.Records) == 0:
		f.Problem = fault.NoTLSA
		f.Text = set.Name + " has no TLSA record, as DNSSEC proves"
	case len(set.Usable()) == 0:
		f.Problem = fault.NoTLSA
		f.Text = fmt.Sprintf("of %s of %s none can be used (see -v)", fault.Count(len(set.Records), "TLSA record"), set.Name)
	default:
		return nil
	}
	return f
}

// validates reports whether the server sets AD in an answer about the root, which
// is signed. A server that does not answer is not blamed.
func (s servers) validates(ctx context.Context, r *reply) bool {
	s.addrs, s.attempts = []netip.AddrPort{r.from}, 1
	root, err := s.ask(ctx, ".", dnsmessage.TypeNS)
	return err != nil || !root.isConclusive() || root.AuthenticData
}

// failed is the fault of a server that has no answer, or a set that says so if it
// is the zone's signatures that are bad.
func (s servers) failed(ctx context.Context, r *reply, kind dnsmessage.Type) (*trust.TLSASet, error) {
	f := s.refusal(ctx, r, kind)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case f.Problem != fault.Bogus:
		return nil, f
	}
	f.Kind = fault.Certificate
	return &trust.TLSASet{From: r.from, Err: f}, nil
}

func isBogus(err error) bool { return err != nil && fault.Of(err).Problem == fault.Bogus }

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
	for _, a := range r.aliases {
		if strings.EqualFold(a.from, name) {
			return a.to
		}
	}
	return ""
}

// tlsaRecords are the records of the name that was asked for, and of no other.
func (r *reply) tlsaRecords() (records []trust.TLSARecord) {
	end := r.finalName()
	for _, one := range r.records {
		if strings.EqualFold(one.owner, end) {
			records = append(records, one.TLSARecord)
		}
	}
	return records
}
