package probe

import (
	"context"
	"crypto/tls"
	"net/netip"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// handshake does TLS. What was said before it does not count any more.
func (l *link) handshake(ctx context.Context) error {
	facts, err := l.conn.StartTLS(ctx, l.plan.TLS)
	if facts != nil {
		l.facts = facts
		l.record.tls(l.plan.TLS, facts)
	}
	if err != nil {
		return err
	}
	if l.refusal != nil && !transport.IsLegacy(facts.State.CipherSuite) {
		return l.refusal.Fault // it was not for lack of a cipher suite
	}
	l.advise(facts)
	l.begin(l.conn)
	return nil
}

// advise finds what does not end the session.
func (l *link) advise(f *trust.Facts) {
	phase := "tls"
	if l.plan.usesSTLS() {
		phase = "stls"
	}
	if f.State.Version < l.plan.WarnBelow {
		l.record.find(phase, fault.New(fault.TLSVersion, "the server speaks nothing newer than %s, and %s is wanted",
			tls.VersionName(f.State.Version), tls.VersionName(l.plan.WarnBelow)))
	}
	lacking := transport.Lacking(f.State, l.plan.WarnWithout)
	l.record.find(phase, lacking)
	if suite := f.State.CipherSuite; lacking == nil && transport.IsLegacy(suite) {
		l.record.find(phase, fault.New(fault.TLSLegacy, "the server's best cipher suite is %s, which clients are giving up", tls.CipherSuiteName(suite)))
	}
	if f.Staple != nil && f.Staple.Wrong != "" && !l.plan.TLS.Insecure && !f.TrustedByKey() {
		l.record.find(phase, fault.New(fault.OCSP, "%s", f.Staple.Wrong))
	}
}

// wantsLegacy reports whether a handshake may have failed for lack of a cipher
// suite, so that more of them are to be offered: the server says so, or it hangs
// up, as Dovecot 2.3 loses its alert. TLS 1.3 has no more of them. There is never a
// third connection.
func (l *link) wantsLegacy(f *fault.Error) bool {
	switch f.Problem {
	case fault.NoSuite, fault.Unanswered, fault.UnansweredAll, fault.ResetAtOffer, fault.ResetAtAnyOffer:
		return l.refusal == nil && !l.looked && l.plan.TLS.MinVersion <= tls.VersionTLS12
	}
	return false
}

// reason returns what is to be said of a phase that failed. That is the refusal on
// the first connection, if the server did not let it come to a handshake on the
// second.
func (l *link) reason(f report.Finding) report.Finding {
	if l.refusal == nil || l.facts != nil || f.Phase == l.refusal.Phase {
		return f
	}
	switch f.Fault.Kind {
	case fault.Refused, fault.Unreachable, fault.Closed, fault.Greeting:
		return *l.refusal
	}
	return f
}

// offerLegacy prepares for a second connection, to the address that refused.
func (l *link) offerLegacy(refusal report.Finding) {
	if l.plan.Route.Proxy != nil {
		l.proxyAgain(l.conn)
	} else {
		l.addresses = []netip.Addr{l.conn.Remote().Addr()}
	}
	l.conn.Close()
	l.conn, l.refusal, l.plan.TLS.Legacy = nil, &refusal, true
}
