package probe

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
)

// An SRV says that the servers are those that a domain names by SRV records (RFC
// 6186). POP3 with TLS is asked for first (RFC 8314, section 5.1).
type SRV struct {
	Domain  string
	TLSOnly bool            // a server without TLS is not wanted
	Plain   report.Security // of a server that is not for TLS from the first byte

	Ask    bool // the name of a server may be sent as SNI
	TLSA   bool // the TLSA records are those of that name
	Verify bool // and the certificate may be for it, as for the domain (RFC 6186, section 6)
}

// services are the names of POP3 in SRV records, the better one first.
var services = [...]string{"pop3s", "pop3"}

// srv finds the servers of a domain.
func (l *link) srv(ctx context.Context) error {
	wanted := services[:]
	if l.plan.SRV.TLSOnly {
		wanted = wanted[:1]
	}
	var asked []*resolve.Services
	for _, service := range wanted {
		all, err := resolve.LookupServices(ctx, l.plan.Resolver, service, l.plan.SRV.Domain)
		if err != nil {
			return err
		}
		if asked = append(asked, all); len(all.Records) == 0 || all.Refuses() {
			continue
		}
		l.record.srv(l.plan.SRV.Domain, asked)
		if l.plan.DANE != nil && !all.Secure { // RFC 7673, section 3.1
			return fault.New(fault.Certificate, "the SRV records of %s are not secured by DNSSEC", all.Name).Because(fault.NotSigned)
		}
		if service == "pop3" {
			l.plan.Security = l.plan.SRV.Plain
		}
		l.targets = all.InOrder(rand.IntN)
		l.use(l.targets[0])
		return nil
	}
	l.record.srv(l.plan.SRV.Domain, asked)
	return l.plan.SRV.notFound(asked)
}

// notFound is the fault of a domain without a server.
func (s *SRV) notFound(asked []*resolve.Services) error {
	says := ", says DNS server " + asked[0].From.String()
	for _, one := range asked {
		if one.Refuses() { // RFC 2782, "Target"
			return fault.New(fault.DNS, "%s offers no such service (its target is .)%s", one.Name, says).Because(fault.ServiceRefused)
		}
	}
	if s.TLSOnly {
		return fault.New(fault.DNS, "%s has no _pop3s._tcp SRV record%s", s.Domain, says).Because(fault.NoService)
	}
	return fault.New(fault.DNS, "%s has no _pop3s._tcp or _pop3._tcp SRV record%s", s.Domain, says).Because(fault.NoService)
}

// use goes on with one of the servers.
func (l *link) use(one resolve.Service) {
	p := l.plan
	p.Host, p.Port = one.Target, one.Port
	l.record.target(one, p.Security)
	if p.SRV.Ask {
		p.TLS.ServerName = one.Target
	}
	if p.SRV.Verify {
		p.TLS.VerifyName, p.TLS.OrName = one.Target, p.SRV.Domain
	}
	if p.DANE != nil && p.SRV.TLSA {
		p.DANE = &DANE{Host: one.Target, Ask: p.DANE.Ask}
	}
}

// hasNext reports whether another server is to be tried after a phase has failed:
// there is one, and this one could not be reached (RFC 2782, "Usage rules"), which
// a proxy says if it is asked to.
func (s *session) hasNext(ctx context.Context, phase string) bool {
	last := phase == "connect"
	if s.plan.usesProxy() {
		last = phase == "proxy"
	}
	return len(s.link.targets) > 1 && !s.plan.EachAddress && ctx.Err() == nil && (phase == "resolve" || last)
}

// next goes on with the next server.
func (s *session) next(ctx context.Context, failed report.Finding) error {
	l := s.link
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
	l.targets = l.targets[1:]
	why := unreached(failed.Fault)
	if !strings.HasPrefix(why, l.plan.Host+" ") {
		why = l.plan.Host + " fails (" + why + ")"
	}
	s.record.find(failed.Phase, fault.New(fault.Address, "%s, %s is next", why, l.targets[0].Target).Because(fault.ServiceFails))
	s.record.fromResolve()
	l.attempts, l.addresses = nil, nil
	l.use(l.targets[0])
	return s.run(ctx, phases[atResolve():])
}

// unreached says why a server could not be reached.
func unreached(f *fault.Error) string {
	if f.Within > 0 {
		return "no answer within " + fault.Duration(f.Within)
	}
	return f.Text
}

// inShare returns ctx with an end that leaves as much time for each of the servers
// that may still have to be tried.
func (l *link) inShare(ctx context.Context) (context.Context, context.CancelFunc) {
	end, ends := ctx.Deadline()
	if !ends || len(l.targets) < 2 || l.plan.EachAddress {
		return ctx, func() {}
	}
	share := max((time.Until(end) / time.Duration(len(l.targets))).Round(10*time.Millisecond), time.Millisecond)
	return context.WithTimeoutCause(ctx, share, &fault.Error{Kind: fault.Timeout, Within: share})
}
