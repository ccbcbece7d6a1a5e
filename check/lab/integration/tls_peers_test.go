//go:build integration

// What other clients make of the same servers: openssl s_client and curl, at OpenSSL's security level 2 and with TLS 1.2
// at least, which is what Debian has. Where they judge otherwise than the plugin, the case says why.

package integration

import (
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A peer is a client that verifies the certificate and the name.
type peer struct {
	name    string
	command func(c *tlsCase, how way, ca string) []string
	accepts []int // exit codes
	refuses []int
}

var peers = []peer{
	{"openssl", sClient, []int{0}, []int{1}},
	// 67: not logged in; 35: the handshake; 55, 56: what comes of it in TLS 1.3; 60: the certificate
	{"curl", curl, []int{0, 67}, []int{35, 55, 56, 60}},
}

// alike is what the others have to be told instead of an option, where FILE is its value.
var alike = map[string]map[string]string{
	"--tls-min=1.0": {"openssl": "-min_protocol TLSv1 -cipher DEFAULT@SECLEVEL=0", "curl": "--tlsv1.0 --ciphers DEFAULT@SECLEVEL=0"},
	"--tls-min=1.1": {"openssl": "-min_protocol TLSv1.1 -cipher DEFAULT@SECLEVEL=0", "curl": "--tlsv1.1 --ciphers DEFAULT@SECLEVEL=0"},
	"--tls-min=1.3": {"openssl": "-min_protocol TLSv1.3", "curl": "--tlsv1.3"},
	"--client-cert": {"openssl": "-cert FILE -key FILE -cert_chain FILE", "curl": "--cert FILE --key FILE"},
}

// both is a reason why openssl and curl judge otherwise.
func both(reason string) map[string]string {
	return map[string]string{"openssl": reason, "curl": reason}
}

// told is the options of a case for a peer.
func (c *tlsCase) told(peer string) []string {
	var all []string
	for _, arg := range c.args {
		option, value, _ := strings.Cut(arg, "=")
		words, found := alike[arg]
		if !found {
			words = alike[option]
		}
		all = append(all, strings.Fields(strings.ReplaceAll(words[peer], "FILE", value))...)
	}
	return all
}

func sClient(c *tlsCase, how way, ca string) []string {
	args := []string{"openssl", "s_client", "-connect", c.server.port(how), "-servername", mailHost, "-verify_hostname", mailHost, "-verify_return_error",
		"-CAfile", ca, "-cipher", "DEFAULT@SECLEVEL=2", "-min_protocol", "TLSv1.2", "-quiet", "-ign_eof"}
	if how == withSTLS {
		args = append(args, "-starttls", "pop3")
	}
	return append(args, c.told("openssl")...)
}

func curl(c *tlsCase, how way, ca string) []string {
	host, port, _ := net.SplitHostPort(c.server.port(how))
	url := map[way]string{withTLS: "pop3s://", withSTLS: "pop3://"}[how] + net.JoinHostPort(mailHost, port)
	args := []string{"curl", "-q", "-sS", "-m", "20", "--resolve", mailHost + ":" + port + ":" + host, "--ssl-reqd", "--cacert", ca,
		"--ciphers", "DEFAULT@SECLEVEL=2", "--tlsv1.2", "-u", alice.name + ":" + alice.password}
	return append(append(args, c.told("curl")...), url)
}

// compare asks the peers, and wants the verdict of the plugin, or another where the case says why.
func (c *tlsCase) compare(t *testing.T, how way, ca string, refused bool) {
	t.Helper()
	for _, p := range peers {
		argv := p.command(c, how, ca)
		cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
		cmd.Stdin = strings.NewReader("QUIT\r\n")
		said, _ := cmd.CombinedOutput()
		code := cmd.ProcessState.ExitCode()
		if !slices.Contains(p.accepts, code) && !slices.Contains(p.refuses, code) {
			t.Errorf("%s over %s: exit code %d tells nothing of TLS:\n%s", p.name, how, code, said)
			continue
		}
		same := refused == slices.Contains(p.refuses, code)
		switch why, known := c.differs[p.name]; {
		case !same && !known:
			t.Errorf("%s over %s judges otherwise, exit code %d:\n%s", p.name, how, code, said)
		case same && known:
			t.Errorf("%s over %s judges the same, exit code %d, though %s", p.name, how, code, why)
		}
	}
}
