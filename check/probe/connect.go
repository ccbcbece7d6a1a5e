package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"

	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// maxTranscript bounds the lines of the dialogue that are kept, and maxKept the
// octets of each: memory does not grow with what the server sends.
const (
	maxTranscript = 1000
	maxKept       = 1024
)

func (s *session) byName() bool { return !transport.IsLiteral(s.plan.Host) }

func (s *session) resolve(ctx context.Context) (err error) {
	s.addrs, err = transport.Resolve(ctx, s.plan.Host, s.plan.Family)
	return err
}

func (s *session) connect(ctx context.Context) error {
	if !s.byName() {
		if err := s.resolve(ctx); err != nil {
			return err
		}
	}
	conn, attempts, err := transport.Dial(ctx, s.addrs, s.plan.Port)
	for _, a := range attempts {
		s.report.Attempts = append(s.report.Attempts, report.Attempt{Address: a.Address.String(), Time: a.Time, Err: a.Err})
	}
	if err != nil {
		return err
	}
	s.report.Address = conn.Remote().String()
	s.use(conn)
	return nil
}

// use begins a session on the connection; nothing of an earlier one remains.
func (s *session) use(conn *transport.Conn) {
	s.conn, s.pop, s.capas = conn, pop3.New(conn, s.record), nil
}

// record keeps a line of the dialogue, without secrets and within bounds.
func (s *session) record(sent bool, line string) {
	switch n := len(s.report.Transcript); {
	case n > maxTranscript:
		return
	case n == maxTranscript:
		s.report.Transcript = append(s.report.Transcript, report.Line{Text: "(the rest is not shown)"})
		return
	}
	kept := s.hide.Keep(line)
	if len(kept) > maxKept {
		kept = kept[:maxKept]
	}
	s.report.Transcript = append(s.report.Transcript, report.Line{Sent: sent, Text: kept})
}

func (s *session) implicitTLS() bool { return s.plan.Security == report.TLSFirst }

// handshake does TLS and then forgets all that was said in clear.
func (s *session) handshake(ctx context.Context) error {
	facts, err := s.conn.StartTLS(ctx, s.plan.TLS)
	if facts != nil {
		s.facts, s.report.TLS = facts, s.tlsFacts(facts)
	}
	if err != nil {
		return err
	}
	s.use(s.conn)
	return nil
}

// tlsFacts is what people ask of a handshake.
func (s *session) tlsFacts(f *transport.Facts) *report.TLS {
	t := &report.TLS{
		Version:    tls.VersionName(f.State.Version),
		Cipher:     tls.CipherSuiteName(f.State.CipherSuite),
		Curve:      f.State.CurveID.String(),
		ServerName: s.plan.TLS.ServerName,
		Verified:   len(f.Chains) > 0,
		Insecure:   s.plan.TLS.Insecure,
	}
	for _, c := range f.State.PeerCertificates {
		t.Certificates = append(t.Certificates, s.certificate(c))
	}
	if c := f.Expiry(); c != nil {
		t.Expiry = new(s.certificate(c))
	}
	return t
}

// certificate copies what a certificate says, without secrets: its names are
// the server's words, too.
func (s *session) certificate(c *x509.Certificate) report.Certificate {
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
