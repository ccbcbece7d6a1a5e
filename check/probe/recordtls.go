package probe

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"

	"check_pop3x/check/crl"
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// tls records what a handshake showed.
func (r *recorder) tls(asked transport.TLS, f *trust.Facts) {
	t := &report.TLS{
		Version:    tls.VersionName(f.State.Version),
		Cipher:     tls.CipherSuiteName(f.State.CipherSuite),
		Curve:      transport.KeyExchange(f.State.CurveID),
		ServerName: fault.Clean(asked.VerifyName),
		Verified:   f.Err == nil && !asked.Insecure,
		Insecure:   asked.Insecure,
		Pinned:     f.Err == nil && len(asked.Pins) > 0,
		OutOfOrder: f.OutOfOrder(),
	}
	if f.Err == nil && f.ByTLSA != nil {
		t.ByTLSA = f.ByTLSA.Kind()
	}
	if f.TrustedByKey() {
		t.ServerName = ""
	}
	if !resolve.IsAddress(asked.ServerName) {
		t.SNI = fault.Clean(asked.ServerName)
	}
	for _, c := range f.State.PeerCertificates {
		t.Certificates = append(t.Certificates, r.certificate(c, f))
	}
	if c := f.Expiry(); c != nil {
		t.Expiry = new(r.certificate(c, f))
	}
	if a := f.Staple; a != nil {
		t.Staple = &report.Staple{Status: a.Status, From: a.ThisUpdate, To: a.NextUpdate, Wrong: r.said(a.Wrong)}
	}
	if f.ClientAsked {
		t.Client = r.client(asked.Client)
	}
	r.report.TLS = t
	if asked.TLSA != nil {
		r.dane(asked.TLSA, f.Matched)
	}
}

// client returns what a server got that asked for a certificate.
func (r *recorder) client(shown *tls.Certificate) *report.Client {
	if shown == nil || shown.Leaf == nil {
		return &report.Client{}
	}
	return &report.Client{Shown: new(r.certificate(shown.Leaf, &trust.Facts{}))}
}

// certificate returns what a certificate says.
func (r *recorder) certificate(c *x509.Certificate, f *trust.Facts) report.Certificate {
	names := r.saidAll(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return report.Certificate{
		Subject:   r.said(nameOf(c.Subject, c.DNSNames...)),
		Issuer:    r.said(nameOf(c.Issuer)),
		Names:     names,
		NotBefore: c.NotBefore,
		NotAfter:  c.NotAfter,
		Days:      report.DaysLeft(c.NotAfter, r.report.Start),
		Key:       trust.Key(c),
		Pin:       trust.PinOf(c).String(),
		Extra:     f.IsExtra(c),
	}
}

// nameOf returns how people call a certificate: by its common name, or else by
// the first of its other names, or else by its whole name.
func nameOf(name pkix.Name, others ...string) string {
	switch {
	case name.CommonName != "":
		return name.CommonName
	case len(others) > 0:
		return others[0]
	}
	return name.String()
}

// dane records the TLSA records of the server, and which of them match.
func (r *recorder) dane(set *trust.TLSASet, matched []trust.TLSARecord) {
	d := &report.DANE{Name: r.said(set.Name), Server: set.From.String(), Secure: set.Secure}
	for i, record := range set.Records {
		matches := slices.ContainsFunc(matched, func(m trust.TLSARecord) bool { return m.String() == record.String() })
		d.Records = append(d.Records, report.TLSA{Record: r.said(record.String()), Matches: matches, Unused: set.Unused(i)})
	}
	r.report.DANE = d
}

// crl records what is known of a certificate by its issuer's list.
func (r *recorder) crl(c *x509.Certificate, a crl.Answer) {
	known := report.CRL{Certificate: r.said(nameOf(c.Subject, c.DNSNames...)), URL: r.said(a.URL), From: a.From, To: a.To}
	if !a.From.IsZero() {
		known.Kept, known.Fetched = a.Kept, a.Fetched
	}
	switch {
	case a.Err != nil:
		known.Unknown = r.said(fault.Of(a.Err).Text)
	case a.URL == "":
		known.Unknown = "it names no CRL and needs none"
	case a.Revocation != nil:
		known.Status, known.Revoked, known.Reason = report.Revoked, a.Revocation.At, a.Revocation.Reason
	default:
		known.Status = report.NotRevoked
	}
	r.report.CRLs = append(r.report.CRLs, known)
}

// noCRL records why no list is looked for.
func (r *recorder) noCRL(c *x509.Certificate, why string) {
	r.report.CRLs = []report.CRL{{Certificate: r.said(nameOf(c.Subject, c.DNSNames...)), Unknown: why}}
}
