package probe

import (
	"context"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
)

// resolve looks up the addresses of the server, unless a proxy does, and of the
// proxy.
func (l *link) resolve(ctx context.Context) error {
	ctx, cancel := l.inShare(ctx)
	defer cancel()
	proxy := l.plan.Route.Proxy
	if proxy != nil && proxy.Resolves() {
		return l.resolveProxy(ctx)
	}
	all, err := resolve.Resolve(ctx, l.plan.Resolver, l.plan.Host, l.plan.Family)
	switch {
	case err != nil:
		return err
	case proxy == nil:
		l.addresses, err = l.ofSource(all, l.plan.Host)
		return err
	}
	l.addresses = all
	return l.resolveProxy(ctx)
}

// connect dials the addresses until one answers. An address that the user typed
// is no phase of its own.
func (l *link) connect(ctx context.Context) error {
	if l.plan.Route.Socket == "" && !l.plan.byName() {
		if err := l.resolve(ctx); err != nil {
			return err
		}
	}
	ctx, cancel := l.inShare(ctx)
	defer cancel()
	conn, attempts, err := l.dial(ctx)
	for _, a := range attempts {
		l.record.attempt(a)
	}
	direct := l.plan.Route.Proxy == nil
	if direct {
		l.attempts = attempts
	}
	if err != nil && l.plan.EachAddress && direct {
		return ofOneAddress(err, attempts)
	}
	if err != nil {
		return err
	}
	l.begin(conn)
	if !direct {
		return nil
	}
	l.record.report.Address = l.address(conn)
	return l.plan.Route.Announce(conn)
}

// ofOneAddress is the fault of a dial to one address without it: who reads it knows
// which it is.
func ofOneAddress(err error, attempts []transport.Attempt) error {
	f := *fault.Of(err)
	f.Who = ""
	if f.Within == 0 && len(attempts) == 1 {
		f.Text = attempts[0].Alone()
	}
	return &f
}

// otherAddresses records which other addresses of the server do not work, once the
// session is over. One that was silent is looked at a second time.
func (s *session) otherAddresses(ctx context.Context) {
	look := !s.plan.NoSecondLook && !s.link.looked
	s.record.findFirst("connect", s.plan.Route.Dead(ctx, s.link.addresses, s.link.attempts, look))
}

// resetAtOnce returns a finding of the phase behind connect if the server accepted
// the connection and reset it: whether connect itself gets to know that is chance.
func (l *link) resetAtOnce(f report.Finding) report.Finding {
	if f.Phase != "connect" || f.Fault.Problem != fault.ClosedAtOnce || len(l.addresses) != 1 {
		return f
	}
	told := *f.Fault
	if f.Phase, told.Text = "greeting", "the connection was reset before the greeting"; l.plan.tlsFirst() {
		f.Phase, told.Text = "tls", "the connection was reset at once"
	}
	return report.Finding{Phase: f.Phase, Fault: &told}
}
