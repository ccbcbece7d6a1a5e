//go:build integration

// Channel binding: a login that goes through a relay which ends TLS is good for nothing, although the client trusts the
// relay's certificate and the password is right.

package integration

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// relayed is the version of both sessions: what they bind to has the same length then.
const relayed = tls.VersionTLS12

// endTLS relays to the TLS port of the server: one session of TLS to the client, another to the server.
func endTLS(t *testing.T, s *server, id *identity) (addr string) {
	t.Helper()
	pair, err := tls.X509KeyPair([]byte(id.chain), []byte(id.key))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, MaxVersion: relayed})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { listener.Close(); all.Wait() })
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { between(client, s.port(withTLS)) })
		}
	})
	return listener.Addr().String()
}

// between copies in both directions until one side hangs up.
func between(client net.Conn, target string) {
	defer client.Close()
	// The relay does not care who the server is.
	server, err := tls.Dial("tcp", target, &tls.Config{InsecureSkipVerify: true, MaxVersion: relayed})
	if err != nil {
		return
	}
	defer server.Close()
	var back sync.WaitGroup
	defer back.Wait()
	back.Go(func() {
		defer client.Close()
		io.Copy(client, server)
	})
	defer server.Close()
	io.Copy(server, client)
}

func TestManInTheMiddle(t *testing.T) {
	t.Parallel()
	s := cyrus.versed.get(t)
	relay := endTLS(t, s, issued(t, "127.0.0.1"))
	for _, auth := range []string{"scram-sha-1", "scram-sha-256"} {
		t.Run(auth, func(t *testing.T) {
			t.Parallel()
			there := call{addr: relay, how: withTLS, user: alice, args: append([]string{"--auth", auth + "-plus"}, uniquely...)}
			run(t, there).want("CRITICAL", `login: alice was refused \(SCRAM-SHA-[0-9]+-PLUS.*\[auth\]; the server said "authenticating: bad protocol / cancel"`)
			if reason := "Channel bindings mismatch in " + strings.ToUpper(auth); !strings.Contains(s.Logged(), reason) {
				t.Errorf("the server does not say %q", reason)
			}
			there.addr = s.port(withTLS)
			wantAlice(run(t, there))
			// Without the binding nobody notices.
			there.addr, there.args = relay, []string{"--auth", auth}
			wantAlice(run(t, there))
		})
	}
}

// The relay cannot make the client do without the binding: it has it, or no login.
func TestBindingIsNotGivenUp(t *testing.T) {
	t.Parallel()
	o := check(t, dovecot.versed.get(t), withTLS, alice, "--auth", "scram-sha-256-plus")
	o.want("CRITICAL", `login: the server does not offer SCRAM-SHA-256-PLUS.* \[mechanism\]`)
}

// Cyrus 3.6 knows one type of binding, and says of others nothing that helps.
func TestOtherBindings(t *testing.T) {
	t.Parallel()
	for _, other := range []string{"tls-exporter", "tls-server-end-point"} {
		o := check(t, cyrus.versed.get(t), withTLS, alice, "--auth", "scram-sha-256-plus", "--channel-binding", other)
		o.want("CRITICAL", `login: alice was refused \(SCRAM-SHA-256-PLUS.*\[auth\]; the server said "authenticating: bad protocol / cancel"`)
		o.wantHint("--channel-binding")
	}
}
