package probe

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// A link is the connection to the server. The phases before login work on it.
type link struct {
	plan      *Plan
	record    *recorder
	targets   []resolve.Service   // servers that may be tried, this one first; nil without --srv
	addresses []netip.Addr        // of the server; nil if a proxy looks them up
	proxies   []netip.Addr        // of the proxy
	attempts  []transport.Attempt // those that were tried
	looked    bool                // there was a second look
	conn      *transport.Conn     // nil before connect
	pop       *pop3.Conn          // the session on conn
	facts     *trust.Facts        // of the handshake; nil without TLS
	refusal   *report.Finding     // of the first handshake, if there is a second connection
	offer     offer
	noQuit    bool // QUIT would do harm, or would not be understood: the connection is closed without it
}

// onLink makes a method of the link the work of a phase.
type onLink func(*link, context.Context) error

func (f onLink) run(s *session, ctx context.Context) error { return f(s.link, ctx) }

// An offer is what the server has said so far about itself.
type offer struct {
	capabilities pop3.Capabilities // nil: the server has no CAPA
	timestamp    string            // for APOP; "": there is none, or it is malformed
	malformed    bool              // the timestamp is
	greeting     string
}

// user reports whether the server has USER and PASS. Servers without CAPA do.
func (o offer) user() bool { return o.capabilities == nil || o.capabilities.Has("USER") }

// apop reports whether the greeting has a timestamp for APOP.
func (o offer) apop() bool { return o.timestamp != "" }

// exchange reports whether the server says that it is Microsoft Exchange, which
// takes AUTH in two steps only ("POP Protocol Exchange" in Microsoft's page
// "Authenticate an IMAP, POP or SMTP connection using OAuth").
func (o offer) exchange() bool {
	implementation, _ := o.capabilities.Get("IMPLEMENTATION")
	return slices.ContainsFunc(append(strings.Fields(o.greeting), implementation...), func(word string) bool {
		return strings.EqualFold(strings.Trim(word, ".,;:()[]"), "Exchange") // and no name of a host
	})
}

// begin begins a session on a connection. Nothing of an earlier one remains.
func (l *link) begin(conn *transport.Conn) {
	l.conn, l.pop, l.offer.capabilities = conn, pop3.New(conn, l.record.line), nil
}

// pipelines reports whether commands may be pipelined.
func (l *link) pipelines() bool { return l.offer.capabilities.Has("PIPELINING") }

// inStep reports whether the server still waits for a command after err: it
// refused the last one, or the plugin chose to send none.
func inStep(err error) bool {
	if refusal, ok := errors.AsType[*pop3.Error](err); ok {
		return !refusal.Unsolicited
	}
	if errors.Is(err, errHeld) {
		return true
	}
	switch fault.Of(err).Kind {
	case fault.Mechanism, fault.TLSRequired, fault.Cleartext, fault.Usage, fault.Token, fault.Ticket, fault.STLS:
		return true
	}
	return false
}
