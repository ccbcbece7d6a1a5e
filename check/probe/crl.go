package probe

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"check_pop3x/check/crl"
	"check_pop3x/check/fault"
	"check_pop3x/check/resolve"
	"check_pop3x/check/trust"
)

// maxAsked limits how many certificates are asked about.
const maxAsked = 8

// A revocation is the phase that asks whether the certificates of the server were
// revoked.
type revocation struct {
	plan   *Plan
	record *recorder
	leaf   *x509.Certificate
	asked  []asked
}

// An asked certificate is one whose issuer's list was looked for.
type asked struct {
	cert   *x509.Certificate
	answer crl.Answer
}

// crl asks about the certificates of the verified chain, except for its root: the
// trust store's own are not revoked by anybody. It may take half of the time that
// is left; the mail server needs the rest.
func (l *link) crl(ctx context.Context) error {
	half := time.Until(l.plan.Started.Add(l.plan.Budget)) / 2
	ctx, cancel := context.WithTimeoutCause(ctx, half, &fault.Error{Kind: fault.Timeout, Within: half})
	defer cancel()
	if l.plan.CRL.Dial == nil {
		l.plan.CRL.Dial = l.plan.dial
	}
	r := &revocation{plan: l.plan, record: l.record, leaf: l.facts.State.PeerCertificates[0]}
	return r.judge(ctx, l.facts)
}

// judge returns a refusal if each verified chain has a certificate that was
// revoked. What is not known of the chain that counts is found.
func (r *revocation) judge(ctx context.Context, f *trust.Facts) (refusal error) {
	if f.TrustedByKey() {
		r.record.noCRL(r.leaf, "the TLSA record vouches for its key, whoever issued it")
		return nil
	}
	for _, chain := range f.Chains {
		if len(chain) == 1 {
			r.record.noCRL(r.leaf, "it is one of the trusted roots")
			return nil
		}
		unknown, err := r.askAll(ctx, chain)
		switch {
		case err == nil:
			r.find(unknown)
			return nil
		case fault.Of(err).Kind != fault.Certificate:
			return err
		case refusal == nil:
			refusal = err
		}
	}
	return refusal
}

// askAll asks about the certificates of a chain, from the leaf up. It returns what
// is not known, or the refusal of one that was revoked.
func (r *revocation) askAll(ctx context.Context, chain []*x509.Certificate) (unknown []error, err error) {
	for i, cert := range chain[:len(chain)-1] {
		a := r.ask(ctx, cert, chain[i+1], len(chain)-1-i)
		switch {
		case a.Revocation != nil:
			return nil, a.Revocation.Refusal(cert, r.leaf)
		case a.Err != nil && fault.Of(a.Err).Kind != fault.CRL:
			return nil, fault.Of(a.Err)
		case a.Err != nil:
			unknown = append(unknown, a.Err)
		}
	}
	return unknown, nil
}

// ask asks about one of several certificates, once.
func (r *revocation) ask(ctx context.Context, cert, issuer *x509.Certificate, several int) crl.Answer {
	known := slices.IndexFunc(r.asked, func(one asked) bool { return one.cert.Equal(cert) })
	if known >= 0 {
		return r.asked[known].answer
	}
	if len(r.asked) == maxAsked {
		return crl.Answer{Err: fault.New(fault.CRL, "the chain has more certificates than are asked about (%d)", maxAsked).Because(fault.OtherProblem)}
	}
	ctx, cancel := crl.Share(ctx, several)
	defer cancel()
	a := r.plan.CRL.Ask(ctx, cert, issuer)
	r.asked = append(r.asked, asked{cert, a})
	r.record.crl(cert, a)
	return a
}

// find records what is not known, and that nothing is kept for the next run.
func (r *revocation) find(unknown []error) {
	for _, err := range unknown {
		r.record.find("crl", err)
	}
	r.record.find("crl", r.plan.CRL.Unkept())
}

// dial connects to a server of lists, from the address of --source. Which family of
// addresses the mail server is to be asked by does not matter to it.
func (p *Plan) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, err
	}
	var all []netip.Addr
	if all, err = resolve.Resolve(ctx, p.Resolver, host, resolve.Any); err != nil {
		return nil, err
	}
	same, _ := p.Route.OfSource(all)
	if len(same) == 0 {
		return nil, otherFamily(host, all)
	}
	return p.Route.DialNet(ctx, same, uint16(port))
}
