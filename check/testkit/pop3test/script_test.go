package pop3test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// files creates a directory with the files of a script.
func files(t *testing.T, content map[string]string) func(string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) string { return filepath.Join(dir, name) }
}

func run(t *testing.T, path func(string) string, args ...string) *Running {
	t.Helper()
	c, err := ParseCommand(args, path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func local(port int) net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port} }

func TestScriptDialogue(t *testing.T) {
	path := files(t, map[string]string{"exchange.txt": "tls\nS: +OK\nC: QUIT\n"})
	r := run(t, path, "-dialogue", "exchange.txt", "-write-ca", "ca.pem", "-write-ports", "ports")
	ports, err := os.ReadFile(path("ports"))
	if want := fmt.Sprintf("plain=%d\ntls=0\n", r.Port); string(ports) != want {
		t.Errorf("ports %q (%v), want %q", ports, err, want)
	}
	ca, _ := os.ReadFile(path("ca.pem"))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	c := tls.Client(dial(t, local(r.Port)), &tls.Config{RootCAs: pool, ServerName: "localhost"})
	hear(t, c, "+OK\r\n")
	tell(t, c, "NOOP\r\n")
	_ = c.Close()
	wants(t, r.Finish(), `line 3: expected "QUIT", got "NOOP"`)
}

func TestScriptMailbox(t *testing.T) {
	path := files(t, map[string]string{"pw": "correct horse\nsecond line\n"})
	r := run(t, path, "-password-file", "pw", "-messages", "7", "-size", "1000", "-tls-listen", "127.0.0.1:0")
	if r.TLSPort == 0 || r.Player != nil {
		t.Fatalf("running %+v", r)
	}
	n := newClient(t, dial(t, local(r.Port)))
	n.want("", "+OK pop3test ready.")
	n.login()
	n.want("STAT", "+OK 7 7000")
	wants(t, r.Finish(), "")
}

func TestScriptErrors(t *testing.T) {
	path := files(t, map[string]string{"bad.txt": "S: +OK\nX", "good.txt": "S: +OK"})
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "neither -dialogue FILE nor -password-file FILE"},
		{[]string{"-nonsense"}, "-nonsense"},
		{[]string{"-password-file", "pw", "extra"}, `unexpected argument "extra"`},
		{[]string{"-dialogue", "good.txt", "-user", "bob"}, "-user does not go with -dialogue"},
		{[]string{"-password-file", "pw", "-limit", "1s"}, "-limit goes with -dialogue FILE only"},
		{[]string{"-dialogue", "good.txt", "-connections", "0"}, "at least 1"},
		{[]string{"-password-file", "pw", "-listen", ""}, "nowhere to listen"},
		{[]string{"-dialogue", "good.txt", "-tls-cert", "x"}, `no certificate "x"; there are any-usage, common-name, expired, good`},
		{[]string{"-dialogue", "bad.txt"}, "line 2: neither"},
		{[]string{"-dialogue", "good.txt", "-tls-suite", "x"}, "crypto/tls does not know it"},
		{[]string{"-dialogue", "none.txt"}, "no such file"},
		{[]string{"-password-file", "none"}, "no such file"},
		{[]string{"-dialogue", "good.txt", "-listen", "nowhere"}, "nowhere"},
		{[]string{"-dialogue", "good.txt", "-write-ca", "no/such/dir"}, "no such file"},
		{[]string{"-dialogue", "good.txt", "-write-ports", "no/such/dir"}, "no such file"},
	} {
		c, err := ParseCommand(tt.args, path)
		if err == nil {
			_, err = c.Start()
		}
		wants(t, err, tt.want)
	}
	if _, err := ParseCommand([]string{"-h"}, nil); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("help: %v", err)
	}
	if !bytes.Contains([]byte(CommandHelp()), []byte("-dialogue FILE")) {
		t.Errorf("help %s", CommandHelp())
	}
}

func TestCertificateKinds(t *testing.T) {
	for _, kind := range CertificateKinds() {
		cert, root, err := NewCertificate(kind)
		if err != nil {
			t.Fatal(err)
		}
		between := x509.NewCertPool()
		for _, der := range cert.Certificate[1:] {
			c, _ := x509.ParseCertificate(der)
			between.AddCert(c)
		}
		_, err = cert.Leaf.Verify(x509.VerifyOptions{DNSName: "localhost", Roots: root.Pool(), Intermediates: between})
		good := slices.Contains([]string{"good", "rsa", "rsa-chain", "intermediate", "any-usage", "signs-only", "negative-serial", "version-4"}, kind) // for crypto/x509
		if good != (err == nil) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
