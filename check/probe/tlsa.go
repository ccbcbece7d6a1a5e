package probe

import (
	"context"
	"slices"

	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/trust"
)

// A DANE says whose TLSA records are believed in the place of the roots.
type DANE struct {
	Host   string // whose, but for aliases
	Ask    bool   // the name behind the aliases may be asked for (SNI)
	Verify bool   // and verified
}

func (s *session) wantsTLSA() bool { return s.plan.DANE != nil }

// tlsa looks up by what the server is to be believed. That there is nothing to
// be believed shows in the handshake: until then there is more to learn.
func (s *session) tlsa(ctx context.Context) error {
	set, err := resolve.LookupTLSA(ctx, s.plan.Resolver, s.plan.DANE.Host, s.plan.Port)
	if err != nil {
		return err
	}
	s.plan.TLS.TLSA = set
	if s.plan.DANE.Ask { // RFC 7671, section 7
		s.plan.TLS.ServerName = set.Base
	}
	if s.plan.DANE.Verify {
		s.plan.TLS.OrName = set.Base
	}
	s.report.DANE = s.daneFacts(set, nil)
	return nil
}

// daneFacts is what was found, and which of it matches.
func (s *session) daneFacts(set *trust.TLSASet, matched []trust.TLSARecord) *report.DANE {
	d := &report.DANE{Name: s.hide.Keep(set.Name), Server: set.From.String(), Secure: set.Secure}
	for _, r := range set.Records {
		matches := slices.ContainsFunc(matched, func(m trust.TLSARecord) bool { return m.String() == r.String() })
		d.Records = append(d.Records, report.TLSA{Record: s.hide.Keep(r.String()), Matches: matches, Unused: set.Unused(r)})
	}
	return d
}
