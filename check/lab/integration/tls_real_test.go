//go:build integration

// The servers of tls_*_test.go, asked about what they show.

package integration

import "testing"

func TestDovecotCertificates(t *testing.T) {
	t.Parallel()
	cases := dovecotCases()
	private(t, func() (*server, error) { return startListeners(cases, "") })
	proveAll(t, cases, withTLS, withSTLS)
}

func TestOlderDovecot(t *testing.T) {
	t.Parallel()
	cases := olderCases()
	private(t, func() (*server, error) {
		settings, err := olderSettings()
		if err != nil {
			return nil, err
		}
		return startListeners(cases, settings)
	})
	proveAll(t, cases, withTLS, withSTLS)
}

func TestStunnel(t *testing.T) {
	t.Parallel()
	cases := stunnelCases(t)
	private(t, func() (*server, error) { return startStunnel(cases) })
	proveAll(t, cases, withTLS, withSTLS)
}

// haproxy does not speak POP3, hence no STLS.
func TestStapledAnswers(t *testing.T) {
	t.Parallel()
	cases := haproxyCases()
	private(t, func() (*server, error) { return startHaproxy(cases) })
	proveAll(t, cases, withTLS)
}
