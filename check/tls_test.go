package check_test

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// tlsServers are servers that work but are not perfect, and what the plugin
// says about them.
var tlsServers = map[string]struct {
	server func(*tls.Config, *pop3test.Authority)
	args   []string
	want   string
}{
	"TLS 1.1, allowed": {server: func(c *tls.Config, _ *pop3test.Authority) {
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	},
		args: []string{"--tls-min", "1.0"}, want: `^POP3 OK - `},
	"an intermediate that ends first": {server: func(c *tls.Config, root *pop3test.Authority) {
		ends := pop3test.Validity{NotAfter: time.Now().Add(50 * time.Hour)}
		c.Certificates = []tls.Certificate{root.Intermediate("old one", ends).Issue(pop3test.Leaf{Names: pop3test.Localhost})}
	}, args: []string{"-D", "30"}, want: `^POP3 WARNING - .*"old one" expires in 2 days.* cert_days=2;30:;0:\n$`},
}

func TestTLSServers(t *testing.T) {
	root := pop3test.NewAuthority("pop3test root")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range tlsServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := pop3test.ServerTLS(root.Issue(pop3test.Leaf{Names: pop3test.Localhost}))
			if c.server != nil {
				c.server(config, root)
			}
			player := serve(t, "tls\nS: +OK ready\nC?: CAPA\nS: -ERR\nC: QUIT\nS: +OK\n", pop3test.Options{TLS: config})
			args := []string{"-H", "localhost", "-4", "-p", strconv.Itoa(player.Port()), "--tls", "--ca-file", ca}
			o := run{args: append(args, c.args...)}.play(t.TempDir())
			if !matches(c.want, o.stdout) {
				t.Errorf("want %s, said %s", c.want, o.stdout)
			}
			if err := checkLine(o.stdout, o.code); err != nil {
				t.Error(err)
			}
		})
	}
}

// The plugin does not wait for a server that stays connected after QUIT.
func TestLingering(t *testing.T) {
	for _, encryption := range []string{"", "tls\n"} {
		player := serve(t, encryption+"S: +OK ready\nC: CAPA\nS: -ERR\nC: QUIT\nS: +OK\nsilence\n", pop3test.Options{Connections: 2})
		args := []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port())}
		if encryption != "" {
			args = append(args, "--tls", "--insecure")
		}
		o := run{args: args}.play(t.TempDir())
		if o.code != 0 {
			t.Errorf("exit code %d: %s", o.code, o.stdout)
		}
		if err := o.checkTime(400 * time.Millisecond); err != nil { // QUIT may take a second
			t.Error(err)
		}
		if err := player.Finish(); err != nil {
			t.Error(err)
		}
	}
}
