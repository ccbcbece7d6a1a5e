package probe

import (
	"context"

	"check_pop3x/check/resolve"
)

// A DANE says whose TLSA records the server's certificate has to match.
type DANE struct {
	Host   string // whose, unless that is an alias
	Ask    bool   // the name that the alias leads to may be sent as SNI
	Verify bool   // and the certificate may be for it
}

// tlsa looks up the records. If there are none that count, the handshake fails:
// until then there is more to learn.
func (l *link) tlsa(ctx context.Context) error {
	set, err := resolve.LookupTLSA(ctx, l.plan.Resolver, l.plan.DANE.Host, l.plan.Port)
	if err != nil {
		return err
	}
	l.plan.TLS.TLSA = set
	if l.plan.DANE.Ask { // RFC 7671, section 7
		l.plan.TLS.ServerName = set.Base
	}
	if l.plan.DANE.Verify {
		l.plan.TLS.OrName = set.Base
	}
	l.record.dane(set, nil)
	return nil
}
