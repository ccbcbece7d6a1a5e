package probe

import (
	"context"
	"crypto/tls"

	"check_pop3x/check/fault"
	"check_pop3x/check/trust"
)

// handshake does TLS. What was said in clear before does not count any more.
func (l *link) handshake(ctx context.Context) error {
	facts, err := l.conn.StartTLS(ctx, l.plan.TLS)
	if facts != nil {
		l.facts = facts
		l.record.tls(l.plan.TLS, facts)
	}
	if err != nil {
		return err
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
		l.record.find(phase, fault.New(fault.TLSVersion, "the server speaks no more than %s, %s is wished for",
			tls.VersionName(f.State.Version), tls.VersionName(l.plan.WarnBelow)))
	}
	if f.Staple != nil && f.Staple.Wrong != "" && !l.plan.TLS.Insecure && !f.TrustedByKey() {
		l.record.find(phase, fault.New(fault.OCSP, "%s", f.Staple.Wrong))
	}
}
