//go:build integration

// Who shows odd chains, and who judges them.

package integration

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// An oddServer shows a chain to whoever connects.
type oddServer struct {
	addr string
	host string
	ca   string // file of what is trusted
}

// serveOdd starts openssl s_server with the chain, or a server of the test's own.
func serveOdd(t *testing.T, c *oddChain, own bool) *oddServer {
	t.Helper()
	sent, trusted := c.made()
	s := &oddServer{host: c.host, ca: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(s.ca, pemOf(trusted...), 0o600); err != nil {
		t.Fatal(err)
	}
	if own {
		s.addr = ownServer(t, tls.Certificate{Certificate: sent, PrivateKey: c.leaf.key})
	} else {
		s.addr = sServer(t, sent, must(x509.MarshalPKCS8PrivateKey(c.leaf.key)))
	}
	return s
}

func ownServer(t *testing.T, certificate tls.Certificate) string {
	t.Helper()
	server, err := pop3test.NewServer(pop3test.Config{TLS: pop3test.ServerTLS(certificate)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	addr, err := server.ListenTLS("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return addr.String()
}

// sServer has openssl show the chain; the test speaks POP3 through it.
func sServer(t *testing.T, sent [][]byte, key []byte) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	args := []string{"s_server", "-accept", "127.0.0.1:0", "-cipher", "DEFAULT@SECLEVEL=0",
		"-cert", write("leaf.pem", pemOf(sent[0])), "-key", write("key.pem", pemBlock("PRIVATE KEY", key))}
	if len(sent) > 1 {
		args = append(args, "-cert_chain", write("chain.pem", pemOf(sent[1:]...)))
	}
	cmd := exec.CommandContext(t.Context(), "openssl", args...)
	in, err := cmd.StdinPipe()
	out, e := cmd.StdoutPipe()
	var wrong strings.Builder
	cmd.Stderr = &wrong
	if err := errors.Join(err, e, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
		cmd.Wait()
	})
	addr := make(chan string, 1)
	go func() {
		defer close(ended)
		fmt.Fprint(in, "+OK ready\r\n")
		for lines := bufio.NewScanner(out); lines.Scan(); {
			switch line := lines.Text(); {
			case strings.HasPrefix(line, "ACCEPT "):
				addr <- strings.TrimPrefix(line, "ACCEPT ")
			case strings.HasPrefix(line, "CAPA"):
				fmt.Fprint(in, "-ERR\r\n")
			case strings.HasPrefix(line, "QUIT"):
				fmt.Fprint(in, "+OK\r\n")
			}
		}
	}()
	select {
	case a := <-addr:
		return a
	case <-ended:
		t.Fatalf("openssl does not show this chain:\n%s", &wrong)
	}
	return ""
}

// askPlugin reports whether check_pop3x accepts what is shown.
func (s *oddServer) askPlugin(t *testing.T) bool {
	t.Helper()
	args := []string{"--tls", "--ca-file", s.ca, "--verify-name", s.host}
	if net.ParseIP(s.host) == nil {
		args = append(args, "--sni", s.host)
	}
	o := run(t, call{addr: s.addr, how: inPlain, args: args})
	if o.code != 0 && !regexp.MustCompile(`\[(certificate|tls|usage)\]`).MatchString(o.first()) {
		t.Error("this tells nothing of the certificate")
	}
	return o.code == 0
}

// askOpenSSL reports the same of openssl s_client, at security level 2 and without other authorities.
func (s *oddServer) askOpenSSL(t *testing.T) bool {
	t.Helper()
	args := []string{"s_client", "-connect", s.addr, "-CAfile", s.ca, "-no-CApath", "-no-CAstore", "-verify_return_error",
		"-cipher", "DEFAULT@SECLEVEL=2", "-min_protocol", "TLSv1.2"}
	if net.ParseIP(s.host) == nil {
		args = append(args, "-servername", s.host, "-verify_hostname", s.host)
	} else {
		args = append(args, "-noservername", "-verify_ip", s.host)
	}
	text, err := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`(?m)^.*(verify error|:error:|Verify return code).*$`).FindString(string(text))
	t.Logf("openssl s_client: %v: %s", err, said)
	if said == "" || strings.Contains(string(text), "connect:errno") {
		t.Errorf("this tells nothing of the certificate:\n%s", text)
	}
	return err == nil
}
