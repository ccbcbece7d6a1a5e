package probe

import (
	"context"
	"slices"
	"strings"

	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
)

// The names that --auth takes besides those of package sasl, and one of those.
const (
	AuthAuto     = "auto"
	AuthUser     = "user" // USER and PASS, RFC 1939, section 7
	AuthAPOP     = "apop" // RFC 1939, section 7
	AuthExternal = "external"
)

// A Way is one way to log in: a mechanism, or a command of POP3's own that is
// described as one.
type Way struct {
	sasl.Mechanism
	offered func(*session) bool
	run     func(*session, context.Context) error
}

// Ways are those that --auth knows: the mechanisms of AUTH, in their order, and
// then the older commands.
var Ways = append(mechanisms(),
	Way{sasl.Mechanism{Name: "USER", Cleartext: true}, (*session).offersUser, (*session).userPass},
	Way{sasl.Mechanism{Name: "APOP"}, (*session).offersAPOP, (*session).apop},
)

func mechanisms() []Way {
	var all []Way
	for _, m := range sasl.Mechanisms() {
		all = append(all, Way{m,
			func(s *session) bool { return s.offersMechanism(m.Name) },
			func(s *session, ctx context.Context) error { return s.authenticate(ctx, m) },
		})
	}
	return all
}

// Logins lists what --auth takes.
func Logins() []string {
	names := []string{AuthAuto, AuthUser, AuthAPOP}
	for _, m := range sasl.Mechanisms() {
		names = append(names, strings.ToLower(m.Name))
	}
	return names
}

// LookupWay finds a way by what --auth takes, but for auto.
func LookupWay(name string) (Way, bool) {
	at := slices.IndexFunc(Ways, func(w Way) bool { return strings.EqualFold(w.Name, name) })
	if at < 0 {
		return Way{}, false
	}
	return Ways[at], true
}

// candidates are the ways that may be chosen, the best first. Over TLS those are
// preferred that show the secret, since servers have them for each user; in
// clear those that do not.
func (s *session) candidates() []Way {
	if w, named := LookupWay(s.plan.Auth); named {
		return []Way{w}
	}
	var shown, hidden []Way
	for _, w := range Ways {
		switch {
		case w.Needs != s.has() || w.Bound || s.plan.Authzid != "" && !w.Authzid:
		case w.Cleartext:
			shown = append(shown, w)
		default:
			hidden = append(hidden, w)
		}
	}
	if s.plan.Security == report.Clear {
		return append(hidden, shown...)
	}
	return append(shown, hidden...)
}

// has is what there is to log in with.
func (s *session) has() sasl.Need {
	switch {
	case s.plan.Token != nil:
		return sasl.Token
	case s.plan.Secret == nil:
		return sasl.Certificate
	}
	return sasl.Password
}

// offersUser says whether the server has USER and PASS, as one without CAPA does.
func (s *session) offersUser() bool { return s.capas == nil || s.capas.Has("USER") }

// offersAPOP says whether the greeting has what APOP needs.
func (s *session) offersAPOP() bool { return s.stamp != "" }

// offersMechanism says whether the server lists the mechanism. One that was
// named is tried on a server without CAPA, too.
func (s *session) offersMechanism(name string) bool {
	return s.capas.Has("SASL", name) || s.capas == nil && s.plan.Auth != AuthAuto
}
