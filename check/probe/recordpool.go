package probe

import (
	"cmp"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// leftOut records addresses that are not connected to.
func (r *recorder) leftOut(all []transport.LeftOut) {
	for _, one := range all {
		r.report.LeftOut = append(r.report.LeftOut, report.LeftOut(one))
	}
}

// leftOutOf records addresses that one of several servers has and that are not
// visited.
func (r *recorder) leftOutOf(one *recorder) {
	r.report.LeftOut = append(r.report.LeftOut, one.report.LeftOut...)
}

// goOn begins with what was learned once for all addresses. It returns how long that
// took.
func (r *recorder) goOn(front *recorder, address string) (took time.Duration) {
	r.report.Address = address
	r.report.Start, r.report.DANE, r.report.SRV = front.report.Start, front.report.DANE, front.report.SRV
	r.report.Phases = slices.Clone(front.report.Phases)
	for _, p := range front.report.Phases {
		took += p.Time
	}
	return took
}

// report returns what was learned: in its parts all about each address, and as a
// whole the times of the slowest, the mailbox, and the certificate that ends first.
func (p *pool) report() *report.Report {
	front := p.front.record.report
	for _, err := range p.otherCertificates() {
		p.front.record.findFirst(p.tlsPhase(), err)
	}
	parts := make([]*report.Report, len(p.visits))
	for i, v := range p.visits {
		parts[i] = v.record.report
	}
	whole := *slices.MaxFunc(parts, func(a, b *report.Report) int { return cmp.Compare(taken(a), taken(b)) })
	whole.Target, whole.Findings, whole.Addresses, whole.LeftOut = front.Target, front.Findings, parts, front.LeftOut
	whole.Complete = !slices.ContainsFunc(parts, func(r *report.Report) bool { return !r.Complete })
	if at := slices.IndexFunc(parts, func(r *report.Report) bool { return r.Login != nil }); at >= 0 {
		in := parts[at]
		whole.Login, whole.Token, whole.Ticket, whole.Mailbox, whole.Refusals = in.Login, in.Token, in.Ticket, in.Mailbox, in.Refusals
	} else if p.plan.LogsIn() {
		whole.Complete = false
	}
	whole.Helper, whole.Credentials = front.Helper, front.Credentials
	first := slices.MinFunc(parts, func(a, b *report.Report) int { return certificateEnd(a).Compare(certificateEnd(b)) })
	whole.TLS, whole.DANE, whole.CRLs = first.TLS, first.DANE, first.CRLs
	return &whole
}

func taken(r *report.Report) time.Duration {
	if r.Time == nil {
		return 0
	}
	return *r.Time
}

// certificateEnd is when the certificate ends; without one it never does.
func certificateEnd(r *report.Report) time.Time {
	if r.TLS == nil || r.TLS.Expiry == nil {
		return time.Unix(1<<40, 0)
	}
	return r.TLS.Expiry.NotAfter
}

// tlsPhase is the phase in which certificates are seen.
func (p *pool) tlsPhase() string {
	if p.plan.usesSTLS() {
		return "stls"
	}
	return "tls"
}

// otherCertificates returns a fault for each server of which addresses show other
// certificates than the first that shows one. Servers with names of their own may
// have certificates of their own.
func (p *pool) otherCertificates() (all []error) {
	var seen []*session
	for _, v := range p.visits {
		if !slices.Contains(seen, v.front) {
			seen = append(seen, v.front)
			if err := p.otherCertificate(v.front); err != nil {
				all = append(all, err)
			}
		}
	}
	return all
}

func (p *pool) otherCertificate(front *session) error {
	var shown []string
	var first *report.Certificate
	for _, v := range p.visits {
		leaf := v.leaf()
		if v.front != front || leaf == nil || first != nil && isSame(leaf, first) {
			continue
		}
		if first == nil {
			first = leaf
		}
		shown = append(shown, v.address.Addr().String()+" (until "+leaf.NotAfter.UTC().Format(time.DateOnly)+")")
	}
	if len(shown) < 2 {
		return nil
	}
	return fault.New(fault.Address, "%s show different certificates", fault.JoinAnd(shown[:min(len(shown), maxShown)])).Because(fault.OtherCertificate)
}

// maxShown is how many certificates are told of.
const maxShown = 5

// isSame reports whether two certificates are one, as far as the report knows them.
func isSame(a, b *report.Certificate) bool {
	return a.Pin == b.Pin && a.Issuer == b.Issuer && a.NotBefore.Equal(b.NotBefore) && a.NotAfter.Equal(b.NotAfter) && slices.Equal(a.Names, b.Names)
}

// leaf is the certificate of the server; nil if none was seen.
func (v *visit) leaf() *report.Certificate {
	t := v.record.report.TLS
	if t == nil || len(t.Certificates) == 0 {
		return nil
	}
	return &t.Certificates[0]
}
