package probe

import (
	"context"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

// stls switches to TLS and asks for the capabilities again: those from before do
// not count any more (RFC 2595, section 4).
func (l *link) stls(ctx context.Context) error {
	switch {
	case l.plan.NoCAPA || l.offer.capabilities.Has("STLS"):
	case l.offer.capabilities == nil:
		return fault.New(fault.STLS, "the server has no CAPA, so it cannot tell if it has STLS")
	default:
		return fault.New(fault.STLS, "the server does not offer STLS")
	}
	if offered := cleartextLogins(l.offer.capabilities); offered != "" {
		l.record.find("capa", fault.New(fault.CleartextOffered, "the server offers logins without TLS (%s)", offered))
	}
	if err := l.pop.STLS(); err != nil {
		l.noQuit = fault.Of(err).Kind == fault.STLS // text was injected: TLS comes next
		return err
	}
	l.record.forgetCapabilities()
	if err := l.handshake(ctx); err != nil || l.plan.NoCAPA {
		return err
	}
	refusal, err := l.askCapa()
	if refusal != nil {
		err = l.lastWord(ctx, refusal)
	}
	l.record.capabilitiesUnderTLS()
	return err
}

// cleartextLogins lists the logins that the server would accept without TLS; ""
// is none.
func cleartextLogins(c pop3.Capabilities) string {
	var offered []string
	if c.Has("USER") {
		offered = append(offered, "USER")
	}
	for _, mechanism := range []string{"PLAIN", "LOGIN"} {
		if c.Has("SASL", mechanism) {
			offered = append(offered, mechanism)
		}
	}
	return strings.Join(offered, ", ")
}
