package probe

import (
	"context"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// secretName is what there is to log in with.
func (p Plan) secretName() string {
	if p.Token != nil {
		return "token"
	}
	return "password"
}

func (s *session) wantsToken() bool { return s.hasUser() && s.plan.Token != nil }

// prepareToken reads the files that the token is made of, or the token itself,
// before anything is sent.
func (s *session) prepareToken(ctx context.Context) error {
	ctx, cancel := s.wholeBudget(ctx)
	defer cancel()
	err := s.plan.Token.Token.Prepare(ctx)
	s.conceal(s.plan.Token.Token.Hidden()...)
	return err
}

// fetchToken has the access token fetched, from where it is kept or from the
// token server. It is not part of the whole time: the server of the mail has no
// part in it.
func (s *session) fetchToken(ctx context.Context) (err error) {
	s.token, err = s.plan.Token.Read(ctx)
	s.conceal(s.plan.Token.Token.Hidden()...)
	if origin := s.plan.Token.Token.Origin(); origin.Place != "" {
		s.report.Token = new(report.Token(origin))
	}
	return err
}

// refused tells where the token came from that it was not taken.
func (s *session) refused(phase string, err error) {
	if phase == "login" && s.plan.Token != nil && fault.Of(err).Kind == fault.Auth {
		s.plan.Token.Token.Refused(s.ctx)
	}
}

// spent is how long a phase took; 0 where it did not run.
func (s *session) spent(phase string) (sum time.Duration) {
	for _, p := range s.report.Phases {
		if p.Name == phase {
			sum += p.Time
		}
	}
	return sum
}
