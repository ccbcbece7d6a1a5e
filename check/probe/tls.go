package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/trust"
)

func (s *session) implicitTLS() bool { return s.plan.Security == report.TLSFirst }

// handshake does TLS and then forgets all that was said in clear.
func (s *session) handshake(ctx context.Context) error {
	facts, err := s.conn.StartTLS(ctx, s.plan.TLS)
	if facts != nil {
		s.facts, s.report.TLS = facts, s.tlsFacts(facts)
		if set := s.plan.TLS.TLSA; set != nil {
			s.report.DANE = s.daneFacts(set, facts.Matched)
		}
	}
	if err != nil {
		return err
	}
	s.advise(facts)
	s.use(s.conn)
	return nil
}

// advise finds what is no reason to end the session.
func (s *session) advise(f *trust.Facts) {
	phase := "tls"
	if s.wantsSTLS() {
		phase = "stls"
	}
	if f.State.Version < s.plan.WarnBelow {
		s.find(phase, fault.New(fault.TLSVersion, "the server speaks no more than %s, %s is wished for",
			tls.VersionName(f.State.Version), tls.VersionName(s.plan.WarnBelow)))
	}
	if f.Staple != nil && f.Staple.Wrong != "" && !s.plan.TLS.Insecure && !f.TrustedByKey() {
		s.find(phase, fault.New(fault.OCSP, "%s", f.Staple.Wrong))
	}
}

// tlsFacts is what people ask of a handshake.
func (s *session) tlsFacts(f *trust.Facts) *report.TLS {
	o := s.plan.TLS
	t := &report.TLS{
		Version:    tls.VersionName(f.State.Version),
		Cipher:     tls.CipherSuiteName(f.State.CipherSuite),
		Curve:      curve(f.State.CurveID),
		ServerName: o.VerifyName,
		Verified:   f.Err == nil && !o.Insecure,
		Insecure:   o.Insecure,
		Pinned:     f.Err == nil && len(o.Pins) > 0,
		OutOfOrder: f.OutOfOrder(),
		Client:     s.clientFacts(f),
	}
	if f.Err == nil && f.ByTLSA != nil {
		t.ByTLSA = f.ByTLSA.Kind()
	}
	if f.TrustedByKey() {
		t.ServerName = ""
	}
	if !resolve.IsAddress(o.ServerName) {
		t.SNI = o.ServerName
	}
	for _, c := range f.State.PeerCertificates {
		t.Certificates = append(t.Certificates, s.certificate(c, f))
	}
	if c := f.Expiry(); c != nil {
		t.Expiry = new(s.certificate(c, f))
	}
	if a := f.Staple; a != nil {
		t.Staple = &report.Staple{Status: a.Status, From: a.ThisUpdate, To: a.NextUpdate, Wrong: s.hide.Keep(a.Wrong)}
	}
	return t
}

// clientFacts is what became of a server's wish for a certificate.
func (s *session) clientFacts(f *trust.Facts) *report.Client {
	if !f.ClientAsked {
		return nil
	}
	client := &report.Client{}
	if shown := s.plan.TLS.Client; shown != nil && shown.Leaf != nil {
		client.Shown = new(s.certificate(shown.Leaf, &trust.Facts{}))
	}
	return client
}

// curve is the key exchange as RFC 8422 and RFC 8446 call it; "" where it is
// none by name.
func curve(id tls.CurveID) string {
	if id == 0 {
		return ""
	}
	return strings.Replace(id.String(), "CurveP", "P-", 1)
}

// certificate copies what a certificate says, without secrets: its names are
// the server's words, too.
func (s *session) certificate(c *x509.Certificate, f *trust.Facts) report.Certificate {
	var names []string
	for _, name := range c.DNSNames {
		names = append(names, s.hide.Keep(name))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return report.Certificate{
		Subject:   s.hide.Keep(called(c.Subject, c.DNSNames...)),
		Issuer:    s.hide.Keep(called(c.Issuer)),
		Names:     names,
		NotBefore: c.NotBefore,
		NotAfter:  c.NotAfter,
		Days:      report.DaysLeft(c.NotAfter, s.report.Start),
		Key:       trust.Key(c),
		Pin:       trust.PinOf(c).String(),
		Extra:     f.IsExtra(c),
	}
}

// called is what people call a certificate by: its common name, else the first
// of its other names, else all that its name says.
func called(name pkix.Name, others ...string) string {
	switch {
	case name.CommonName != "":
		return name.CommonName
	case len(others) > 0:
		return others[0]
	}
	return name.String()
}
