package probe

import (
	"context"
	"strings"

	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
)

// Names that --auth takes: three of its own, and one of those of package sasl.
const (
	AuthAuto     = "auto"
	AuthUser     = "user" // USER and PASS, RFC 1939, section 7
	AuthAPOP     = "apop" // RFC 1939, section 7
	AuthExternal = "external"
)

// A Way is one way to log in: a SASL mechanism, or a command of POP3 that is
// described like one.
type Way struct {
	sasl.Mechanism
	command *command // nil for a mechanism
}

// A command is how the older logins differ from AUTH.
type command struct {
	offered func(offer) bool
	run     func(*login, context.Context) error
}

// needsTLS reports whether somebody on the way could make use of a login without
// TLS at once. From a digest he has to guess the password first.
func (w Way) needsTLS() bool { return w.Cleartext || w.Relayable }

// ways yields the ways to log in: the mechanisms, and then the older commands.
func ways(yield func(Way) bool) {
	for _, m := range sasl.Mechanisms() {
		if !yield(Way{Mechanism: m}) {
			return
		}
	}
	if yield(Way{sasl.Mechanism{Name: "USER", Cleartext: true}, &command{offer.user, (*login).userPass}}) {
		yield(Way{sasl.Mechanism{Name: "APOP"}, &command{offer.apop, (*login).apop}})
	}
}

// offered reports whether a server offers the way.
func (w Way) offered(o offer) bool {
	if w.command != nil {
		return w.command.offered(o)
	}
	return o.capabilities.Has("SASL", w.Name)
}

func (w Way) run(ctx context.Context, l *login) error {
	if w.command != nil {
		return w.command.run(l, ctx)
	}
	return l.authenticate(ctx, w.Mechanism)
}

// Logins lists what --auth takes.
func Logins() []string {
	names := []string{AuthAuto, AuthUser, AuthAPOP}
	for _, m := range sasl.Mechanisms() {
		names = append(names, strings.ToLower(m.Name))
	}
	return names
}

// LookupWay returns the way that --auth calls by that name. It reports false for
// auto and for names that --auth does not take.
func LookupWay(name string) (Way, bool) {
	for w := range ways {
		if strings.EqualFold(w.Name, name) {
			return w, true
		}
	}
	return Way{}, false
}

// candidates lists the ways that the plan allows, the best first. Over TLS, ways
// that send the secret itself come first, since servers have them for every
// user; without TLS, they come last.
func (p *Plan) candidates() []Way {
	if w, named := LookupWay(p.Auth); named {
		return []Way{w}
	}
	var cleartext, hidden []Way
	for w := range ways {
		switch {
		case w.Needs != p.has() || w.Bound || w.ByName || p.Authzid != "" && !w.Authzid:
		case w.Cleartext:
			cleartext = append(cleartext, w)
		default:
			hidden = append(hidden, w)
		}
	}
	if p.Security == report.Clear {
		return append(hidden, cleartext...)
	}
	return append(cleartext, hidden...)
}

// has returns what the plan has to log in with.
func (p *Plan) has() sasl.Need {
	switch {
	case p.Token != nil:
		return sasl.Token
	case p.Ticket != nil:
		return sasl.Ticket
	case p.Secret == nil:
		return sasl.Certificate
	}
	return sasl.Password
}
