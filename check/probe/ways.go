package probe

import (
	"context"
	"slices"
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
	offered func(offer) bool
	run     func(*login, context.Context) error
}

// ways lists the ways to log in: the mechanisms, and then the older commands.
func ways() []Way {
	var all []Way
	for _, m := range sasl.Mechanisms() {
		all = append(all, Way{m,
			func(o offer) bool { return o.capabilities.Has("SASL", m.Name) },
			func(l *login, ctx context.Context) error { return l.authenticate(ctx, m) },
		})
	}
	return append(all,
		Way{sasl.Mechanism{Name: "USER", Cleartext: true}, offer.user, (*login).userPass},
		Way{sasl.Mechanism{Name: "APOP"}, offer.apop, (*login).apop},
	)
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
	if name == AuthAuto { // as in nearly every check, which need not make the table for it
		return Way{}, false
	}
	all := ways()
	at := slices.IndexFunc(all, func(w Way) bool { return strings.EqualFold(w.Name, name) })
	if at < 0 {
		return Way{}, false
	}
	return all[at], true
}

// candidates lists the ways that the plan allows, the best first. Over TLS, ways
// that send the secret itself come first, since servers have them for every
// user; without TLS, they come last.
func (p *Plan) candidates() []Way {
	if w, named := LookupWay(p.Auth); named {
		return []Way{w}
	}
	var cleartext, hidden []Way
	for _, w := range ways() {
		switch {
		case w.Needs != p.has() || w.Bound || p.Authzid != "" && !w.Authzid:
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
	case p.Secret == nil:
		return sasl.Certificate
	}
	return sasl.Password
}
