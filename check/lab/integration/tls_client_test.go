//go:build integration

// Servers that demand a client certificate, and say so each in its own way when there is none.

package integration

import "testing"

// demands are how they are started, and what is said then. Both go on with the handshake and break off behind it.
var demands = map[string]struct {
	start func(t *testing.T) (*server, error)
	said  map[way]string
}{
	"nginx": {startDemandingNginx, map[way]string{
		withSTLS: `stls: .* \[closed\]; the server said "No required SSL certificate"`,
		withTLS:  `greeting: .* \[greeting\]; the server said "No required SSL certificate"`,
	}},
	"courier": {startDemandingCourier, map[way]string{
		withSTLS: `stls: (the server closed the connection|the connection was reset) .* \[closed\]`,
		withTLS:  `greeting: (the server closed the connection|the connection was reset) before the greeting; .* \[closed\]`,
	}},
}

func startDemandingNginx(t *testing.T) (*server, error) {
	return startNginx(nginxConfig{Backend: dovecot.usual.get(t), Extra: "ssl_verify_client on; ssl_verify_depth 2; ssl_client_certificate " + rootCA.file + ";"})
}

func startDemandingCourier(*testing.T) (*server, error) {
	return startCourier(courierConfig{Extra: "TLS_TRUSTCERTS=" + rootCA.file + "\nTLS_VERIFYPEER=REQUIREPEER"})
}

func TestWantedCertificate(t *testing.T) {
	t.Parallel()
	for name, c := range demands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := private(t, func() (*server, error) { return c.start(t) })
			for _, how := range secured {
				o := check(t, s, how, account{})
				o.want("CRITICAL", c.said[how])
				o.wantHint("--client-cert")
				wantAlice(run(t, call{addr: s.port(how), how: how, user: alice, args: byCertificate(t, call{user: alice})}))
			}
		})
	}
}
