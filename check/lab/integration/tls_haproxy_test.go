//go:build integration

// haproxy in front of Dovecot, which staples the answers of a responder, "openssl ocsp".

package integration

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"

	"check_pop3x/check/testkit/pop3test"
)

// conf is the word that testdata/haproxy.sh has for the answer, "" for none.
func haproxyCases() []*tlsCase {
	const (
		broken    = `, and the certificate demands a good one`
		mayRefuse = `; have the server fetch a new OCSP answer, or turn stapling off: some clients refuse it [ocsp]`
		byOther   = `the stapled OCSP answer is not signed by the issuer, nor by one whom it appointed`
		late      = `the stapled OCSP answer is stale since THEN, 3 days ago`
		ignored   = "both look at a stapled answer only when they are told to (-status, --cert-status), and never at must-staple"
		promised  = `; turn OCSP stapling on, or have it issued without must-staple [certificate]`
	)
	return []*tlsCase{
		{name: "no answer", line: ready, days: "60"},
		{name: "good", conf: "good", args: args("-v"), line: ready, also: "OCSP: good, from ", days: "60"},
		{name: "revoked", differs: both(ignored), conf: "revoked", days: "60",
			line: `CRITICAL - {phase}: the certificate of "pop3.test" was revoked 2026-01-02 (keyCompromise), says its OCSP answer; have it issued with a new key [certificate]`},
		{name: "forged", conf: "forged", days: "60", line: `WARNING - {phase}: ` + byOther + mayRefuse},
		{name: "unknown", conf: "unknown", alone: true, days: "60",
			line: `CRITICAL - {phase}: the issuer does not know the certificate of "pop3.test", says its OCSP answer; have it issued with a new key [certificate]`},
		{name: "stale", conf: "stale", days: "60", line: `WARNING - {phase}: ` + late + mayRefuse},
		{name: "must-staple, and nothing", differs: both(ignored), show: shows(stapled), days: "60", line: `CRITICAL - {phase}: ` + `the server staples no OCSP answer, which its certificate demands` + promised},
		{name: "must-staple, good", show: shows(stapled), conf: "good", line: ready, days: "60"},
		{name: "must-staple, forged", differs: both(ignored), show: shows(stapled), conf: "forged", days: "60", line: `CRITICAL - {phase}: ` + byOther + broken + promised},
		{name: "must-staple, stale", differs: both(ignored), show: shows(stapled), conf: "stale", days: "60", line: `CRITICAL - {phase}: ` + late + broken + promised},
	}
}

// startHaproxy starts two: one lives ten days ago, and takes an answer for good that is stale today. What haproxy does not
// take at all "openssl s_server" shows.
func startHaproxy(cases []*tlsCase) (*server, error) {
	backend, err := dovecot.usual.value()
	if err != nil {
		return nil, err
	}
	s, err := launch("haproxy", place(cases, "127.0.30")[0], func(s *server) error {
		const common = "defaults\n  mode tcp\n  timeout connect 30s\n  timeout client 60s\n  timeout server 60s\n"
		err := serve(cases, s)
		answers, configs := "", map[bool]string{false: common, true: common}
		for _, c := range cases {
			answers += fmt.Sprintf("%s %X %s %s\n", c.base, c.cert.Leaf.SerialNumber.Bytes(), c.server.port(withTLS), c.conf)
			if c.conf == "unknown" {
				continue
			}
			chain, key := pop3test.PEM(c.cert)
			err = errors.Join(err, s.Write(c.base+".both", string(chain)+string(key), 0o644))
			configs[c.conf == "stale"] += fmt.Sprintf("listen %s\n  bind %s ssl crt %s\n  server dovecot %s\n",
				c.base, c.server.port(withTLS), c.file(".both"), backend.port(inPlain))
		}
		configs[false] += fmt.Sprintf("listen plain\n  bind %s\n  server dovecot %s\n", s.port(inPlain), backend.port(inPlain))
		return errors.Join(err, s.copyIn("haproxy.sh"), s.Write("answers", answers, 0o644),
			s.Write("now.cfg", configs[false], 0o644), s.Write("past.cfg", configs[true], 0o644), s.writeAuthorities())
	}, "/bin/sh", "haproxy.sh")
	if err != nil {
		return nil, err
	}
	silent := func(c *tlsCase) bool { return !accepts(c.server.port(withTLS)) }
	if err := s.Await(func() bool { return !slices.ContainsFunc(cases, silent) }); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// writeAuthorities writes those that sign answers.
func (s *server) writeAuthorities() error {
	r, err := ours()
	if err != nil {
		return err
	}
	for name, a := range map[string]*pop3test.Authority{"issuer": r.issuer, "stranger": r.stranger} {
		cert, key := pop3test.PEM(tls.Certificate{Certificate: [][]byte{a.Certificate().Raw}, PrivateKey: a.Key()})
		err = errors.Join(err, s.Write(name+".pem", string(cert), 0o644), s.Write(name+".key", string(key), 0o600))
	}
	return err
}
