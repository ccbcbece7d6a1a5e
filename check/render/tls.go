package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// tls is what was agreed on, what was shown, and what is only advice.
func tls(t *report.TLS) []string {
	if t == nil {
		return nil
	}
	all := []string{agreed(t)}
	for i, c := range t.Certificates {
		line := fmt.Sprintf("certificate %d: %s", i, certificate(c))
		if c.Extra {
			line += ", sent as well"
		}
		all = append(all, line)
	}
	if len(t.Certificates) > 0 && t.Certificates[0].Pin != "" {
		all = append(all, "pin: "+t.Certificates[0].Pin)
	}
	if t.OutOfOrder {
		all = append(all, "the certificates are sent in the wrong order, which clients put up with")
	}
	if t.Staple != nil {
		all = append(all, "OCSP: "+staple(t.Staple))
	}
	if t.Client != nil {
		all = append(all, "client certificate: "+client(t.Client))
	}
	return all
}

// agreed is what the handshake came to, and what is believed.
func agreed(t *report.TLS) string {
	parts := []string{t.Version, t.Cipher}
	if t.Curve != "" {
		parts = append(parts, t.Curve)
	}
	switch {
	case t.Insecure:
		parts = append(parts, "not verified (--insecure)")
	case t.Verified:
		parts = append(parts, verified(t))
	default:
		parts = append(parts, "not trusted")
	}
	if t.Pinned {
		parts = append(parts, "pinned")
	}
	if t.SNI != "" && t.ServerName != "" && !strings.EqualFold(t.SNI, t.ServerName) {
		parts = append(parts, "asked for "+fault.Shorten(t.SNI, maxWord))
	}
	return strings.Join(parts, ", ")
}

func verified(t *report.TLS) string {
	s := "verified"
	if t.ServerName != "" {
		s += " for " + fault.Shorten(t.ServerName, maxWord)
	}
	if t.ByTLSA != "" {
		s += " by TLSA " + t.ByTLSA
	}
	return s
}

// certificate is what people ask of one: whose, for which names, from whom,
// from when to when.
func certificate(c report.Certificate) string {
	names, key := "", ""
	if len(c.Names) > 0 {
		names = " for " + fault.Shorten(strings.Join(c.Names, ", "), maxText)
	}
	if c.Key != "" {
		key = ", " + c.Key
	}
	return fmt.Sprintf("%s%s, issued by %s, valid %s to %s (%d days left)%s",
		fault.Quote(c.Subject, fault.Whole), names, fault.Quote(c.Issuer, fault.Whole), moment(c.NotBefore), moment(c.NotAfter), c.Days, key)
}

func moment(t time.Time) string { return t.UTC().Format(time.DateTime) }

// staple is what the OCSP answer says that came along.
func staple(s *report.Staple) string {
	switch {
	case s.Status == "":
		return fault.Shorten(s.Wrong, maxText)
	case s.Wrong != "":
		return s.Status + ", but " + fault.Shorten(s.Wrong, maxText)
	case s.To.IsZero():
		return s.Status + ", of " + moment(s.From)
	}
	return s.Status + ", from " + moment(s.From) + " to " + moment(s.To)
}

func client(c *report.Client) string {
	if c.Shown == nil {
		return "asked for, none was given"
	}
	return "asked for, shown was " + certificate(*c.Shown)
}

// dane is what the TLSA records come to, one each.
func dane(d *report.DANE, compared bool) []string {
	if d == nil {
		return nil
	}
	secured := ", secured by DNSSEC"
	if !d.Secure {
		secured = ", not secured by DNSSEC"
	}
	all := []string{fault.Shorten(d.Name, maxText) + ", says " + d.Server + secured}
	for _, r := range d.Records {
		all = append(all, fault.Shorten(r.Record, maxText)+" "+tlsa(r, compared))
	}
	return all
}

func tlsa(r report.TLSA, compared bool) string {
	switch {
	case r.Unused != "":
		return "is not used: " + fault.Shorten(r.Unused, maxText)
	case r.Matches:
		return "matches"
	case !compared:
		return "was not compared"
	}
	return "does not match"
}

// stls is how the capabilities under TLS differ from those before. STLS has to
// go (RFC 2595, section 4).
func stls(r *report.Report) []string {
	if r.BeforeTLS == nil || r.UnderTLS == nil {
		return nil
	}
	var all []string
	if came := without(r.UnderTLS, r.BeforeTLS); len(came) > 0 {
		all = append(all, "came with TLS: "+fault.Shorten(strings.Join(came, ", "), maxText))
	}
	if went := without(without(r.BeforeTLS, r.UnderTLS), []string{"STLS"}); len(went) > 0 {
		all = append(all, "went with TLS: "+fault.Shorten(strings.Join(went, ", "), maxText))
	}
	if len(without([]string{"STLS"}, r.UnderTLS)) == 0 {
		all = append(all, "STLS is still offered under TLS, where it is not permitted")
	}
	return all
}

// without are the capabilities that others does not have.
func without(all, others []string) (rest []string) {
	for _, c := range all {
		if !slices.ContainsFunc(others, func(o string) bool { return strings.EqualFold(c, o) }) {
			rest = append(rest, c)
		}
	}
	return rest
}
