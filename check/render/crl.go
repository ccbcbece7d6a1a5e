package render

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// revocations are what the issuers' lists say, a certificate each, and which lists
// those are.
func revocations(r *report.Report) (all []string) {
	for _, c := range r.CRLs {
		all = append(all, fault.Quote(c.Certificate, maxWord)+": "+revocation(c))
		if c.URL != "" {
			all = append(all, "  "+fault.Shorten(c.URL, maxText)+listed(c, r))
		}
	}
	return all
}

func revocation(c report.CRL) string {
	switch {
	case c.Status == report.NotRevoked:
		return "not revoked"
	case c.Status == report.Revoked && c.Reason != "":
		return "revoked " + moment(c.Revoked) + " (" + c.Reason + ")"
	case c.Status == report.Revoked:
		return "revoked " + moment(c.Revoked)
	}
	return "not known, " + fault.Shorten(c.Unknown, maxText)
}

// listed is how old a list is, and where it is from.
func listed(c report.CRL, r *report.Report) string {
	if c.From.IsZero() {
		return ""
	}
	s := ", issued " + moment(c.From)
	if !c.To.IsZero() {
		s += ", next " + moment(c.To)
	}
	if c.Kept {
		return s + ", kept from " + fault.Age(r.Start.Sub(c.Fetched)) + " ago"
	}
	return s + ", fetched now"
}
