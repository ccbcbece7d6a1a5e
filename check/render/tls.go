package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// tls is what was agreed on, what was shown, and what is only to be advised.
func (p page) tls() []string {
	t := p.v.Report.TLS
	if t == nil {
		return nil
	}
	lines := []string{p.agreed(t)}
	for i, c := range t.Certificates {
		line := fmt.Sprintf("certificate %d: %s", i, p.certificate(c))
		if c.Extra {
			line += ", sent besides"
		}
		lines = append(lines, line)
	}
	if len(t.Certificates) > 0 && t.Certificates[0].Pin != "" {
		lines = append(lines, "pin: "+t.Certificates[0].Pin)
	}
	if t.OutOfOrder {
		lines = append(lines, "the certificates are sent in the wrong order, which clients put up with")
	}
	if t.Staple != nil {
		lines = append(lines, "OCSP: "+stapled(t.Staple))
	}
	if t.Client != nil {
		lines = append(lines, "client certificate: "+p.client(t.Client))
	}
	return lines
}

// agreed is what the handshake came to, and what is believed.
func (p page) agreed(t *report.TLS) string {
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
		parts = append(parts, "asked for "+clean(t.SNI, maxSaid))
	}
	return strings.Join(parts, ", ")
}

func verified(t *report.TLS) string {
	s := "verified"
	if t.ServerName != "" {
		s += " for " + clean(t.ServerName, maxSaid)
	}
	if t.ByTLSA != "" {
		s += " by TLSA " + t.ByTLSA
	}
	return s
}

// certificate is what people ask of one: whose, for which names, from whom,
// from when to when.
func (p page) certificate(c report.Certificate) string {
	names, key := "", ""
	if len(c.Names) > 0 {
		names = " for " + clean(strings.Join(c.Names, ", "), maxText)
	}
	if c.Key != "" {
		key = ", " + c.Key
	}
	return fmt.Sprintf("%s%s, issued by %s, valid %s to %s (%d days left)%s", fault.Quote(c.Subject), names, fault.Quote(c.Issuer),
		c.NotBefore.UTC().Format(time.DateTime), c.NotAfter.UTC().Format(time.DateTime), c.Days, key)
}

// stapled is what the OCSP answer says that came along.
func stapled(s *report.Staple) string {
	switch {
	case s.Status == "":
		return clean(s.Wrong, maxText)
	case s.Wrong != "":
		return s.Status + ", but " + clean(s.Wrong, maxText)
	case s.To.IsZero():
		return s.Status + ", of " + s.From.UTC().Format(time.DateTime)
	}
	return s.Status + ", from " + s.From.UTC().Format(time.DateTime) + " to " + s.To.UTC().Format(time.DateTime)
}

func (p page) client(c *report.Client) string {
	if c.Shown == nil {
		return "asked for, none was given"
	}
	return "asked for, shown was " + p.certificate(*c.Shown)
}

// stls is how the capabilities under TLS differ from those in clear. That STLS
// goes is as it should be (RFC 2595, section 4).
func (p page) stls() []string {
	r := p.v.Report
	if r.BeforeTLS == nil || r.UnderTLS == nil || p.o.Jail {
		return nil
	}
	came, went := without(r.UnderTLS, r.BeforeTLS), without(r.BeforeTLS, append(slices.Clone(r.UnderTLS), "STLS"))
	var lines []string
	if len(came) > 0 {
		lines = append(lines, "came with TLS: "+clean(strings.Join(came, ", "), maxText))
	}
	if len(went) > 0 {
		lines = append(lines, "went with TLS: "+clean(strings.Join(went, ", "), maxText))
	}
	if slices.ContainsFunc(r.UnderTLS, func(c string) bool { return strings.EqualFold(c, "STLS") }) {
		lines = append(lines, "STLS is still offered under TLS, where it is not permitted")
	}
	return lines
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
