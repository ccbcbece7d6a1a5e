//go:build integration

// What the tests of monitoring engines share: the mail server that the examples name, and machines that know it.

package packaging

import (
	"crypto/tls"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/lab/integration/engine"
	"check_pop3x/check/testkit/pop3test"
)

const (
	probe = "probe" // the user of the examples

	// secret has what shells, engines and performance data make something else of.
	secret = "p|ss w'rd; \"1\" `id` $HOME \\!"

	// stockMessages and stockOctets are each message's number and size in the probe's mailbox.
	stockMessages = 5
	stockOctets   = 512
)

// mailNames are what the examples call the mail server.
var mailNames = []string{"mail.example.org", "mail.berlin.example.org", "boxes.example.org"}

// mailUsers are the users that the examples name. They have the same password and as many messages.
var mailUsers = []string{probe, "alice", "bob@example.com"}

// A mailServer listens on the usual ports of a loopback address of its own.
type mailServer struct {
	address, roots string
	stop           func()
}

// startMail starts a server whose newest message has just come in.
func startMail(t *testing.T) mailServer {
	t.Helper()
	root := pop3test.NewAuthority("packaging root")
	m := mailServer{address: engine.Address(), roots: string(root.PEM())}
	m.stop = m.listen(t, pop3test.ServerTLS(root.Issue(pop3test.Leaf{Names: mailNames})), "110", "995")
	return m
}

// listen starts a server on two ports of the address.
func (m mailServer) listen(t *testing.T, config *tls.Config, port, tlsPort string) (stop func()) {
	t.Helper()
	var users []pop3test.User
	for _, name := range mailUsers {
		users = append(users, pop3test.User{Name: name, Password: secret, Mailbox: pop3test.Mailbox{
			Messages: stockMessages, Size: stockOctets, Newest: time.Now(),
		}})
	}
	server, err := pop3test.NewServer(pop3test.Config{Users: users, TLS: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	if _, err := server.Listen(net.JoinHostPort(m.address, port)); err != nil {
		t.Fatal(err)
	}
	if _, err := server.ListenTLS(net.JoinHostPort(m.address, tlsPort)); err != nil {
		t.Fatal(err)
	}
	return server.Close
}

// startOldMail starts the examples' server that has other ports and its own authority, and wants to see a certificate
// from that. It returns what an administrator needs for it, as --ca-file and --client-cert.
func (m mailServer) startOldMail(t *testing.T) (authority, client string) {
	t.Helper()
	root := pop3test.NewAuthority("our own root")
	config := pop3test.ServerTLS(root.Issue(pop3test.Leaf{Names: []string{"oldmail.example.org"}}))
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, root.Pool()
	m.listen(t, config, "1110", "1995")
	chain, key := pop3test.PEM(root.Issue(pop3test.Leaf{CommonName: "monitoring"}))
	return string(root.PEM()), string(chain) + string(key)
}

// machine is one from which the mail server is checked.
func (m mailServer) machine(files map[string]string) engine.Machine {
	return engine.Machine{
		Parent: filepath.Dir(one.root), Package: one.root, Address: engine.Address(), Roots: m.roots, Files: files,
		Hosts: map[string]string{mailNames[0]: m.address, mailNames[1]: m.address, mailNames[2]: m.address},
	}
}

// endsWith stops a program with the test, and shows its log when that has failed.
func endsWith(t *testing.T, name string, s *debian.Sandbox) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of %s:\n%s", name, s.Tail())
		}
		s.Stop()
	})
}

// exampleAddress is what the examples have instead of an address (RFC 5737).
var exampleAddress = regexp.MustCompile(`\b(192\.0\.2|198\.51\.100)\.\d+\b`)

// example is a file of examples/ as an administrator copies it: with the address of the server.
func (m mailServer) example(t *testing.T, file string) string {
	t.Helper()
	text := plain(t, filepath.Join(one.root, "usr/share/doc", name, "examples", file))
	return exampleAddress.ReplaceAllString(text, m.address)
}

// judged is a service with the state and the line that are wanted of it.
type judged struct {
	name    string
	options string // in the engine's own language
	state   int
	line    string // regular expression
}

// want compares what an engine has stored: the state, the text before the performance data, and the labels of these.
func (j judged) want(t *testing.T, state int, text string, labels []string) {
	t.Helper()
	if state != j.state {
		t.Errorf("%s is in state %d, wanted %d: %s", j.name, state, j.state, text)
	}
	if !regexp.MustCompile(j.line).MatchString(text) {
		t.Errorf("%s says %s\nwanted %s", j.name, text, j.line)
	}
	if strings.Contains(text, secret) {
		t.Errorf("%s has the secret: %s", j.name, text)
	}
	for _, label := range []string{"time", "time_connect"} {
		if !slices.Contains(labels, label) {
			t.Errorf("%s has no %s among its performance data, %q", j.name, label, labels)
		}
	}
}

// explained judges the long output, which is for people who do not know POP3.
func (j judged) explained(t *testing.T, long string) {
	t.Helper()
	lines := strings.Split(long, "\n")
	if len(lines) < 2 || lines[0] != "In short:" || !strings.Contains(lines[1], "sers can") {
		t.Errorf("%s explains itself with %q", j.name, long)
	}
}
