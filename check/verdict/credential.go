package verdict

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// judgeCredentials judges what we log in with by the warning for certificates: it
// is ours to renew, so that one state is enough.
func (l Limits) judgeCredentials(r *report.Report) (all []Finding) {
	if l.Certificate == nil {
		return nil
	}
	for _, c := range r.Credentials {
		if f := l.judgeCredential(c, r); f != nil {
			all = append(all, Finding{Status: l.state(f.Kind), Fault: f, Options: []string{"--" + certificateDays.Warning}})
		}
	}
	return all
}

func (l Limits) judgeCredential(c report.Credential, r *report.Report) *fault.Error {
	if c.To.IsZero() {
		return fault.New(fault.Unjudged, "%s has no date behind \"# expires\", so its end is unknown", c.Name).Because(fault.NoDate)
	}
	left := c.To.Sub(r.Start)
	limit, days := l.Certificate.Warning.limit(c.From, c.To), Real(inDays(left))
	if !limit.Alerts(days) {
		return nil
	}
	return fault.New(fault.CredentialExpiry, "%s %s (warning %s)", c.Name, fault.Expires(left), limit.Exceeded(days))
}
