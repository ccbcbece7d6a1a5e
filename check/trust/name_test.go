package trust

import (
	"crypto/x509"
	"net"
	"testing"

	"check_pop3x/check/fault"
)

func TestCheckName(t *testing.T) {
	c := &x509.Certificate{
		DNSNames:    []string{"mail.example.org", "*.lan", "*.example.net"},
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP("fe80::1")},
	}
	for _, host := range []string{"mail.example.org", "MAIL.example.org.", "a.example.net", "127.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0"} {
		if err := (Policy{VerifyName: host}).checkName(c); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		if err := (Policy{VerifyName: "other.example", OrName: host}).checkName(c); err != nil {
			t.Errorf("or %s: %v", host, err)
		}
	}
	const names = "the certificate is for mail.example.org and 4 more, not for "
	for host, text := range map[string]string{
		"example.org": "", "b.a.example.net": "", "127.0.0.2": "", "a.lan": ": a wildcard needs two labels behind it",
	} {
		wantFault(t, Policy{VerifyName: host}.checkName(c), fault.Certificate, names+host+text)
	}
}
