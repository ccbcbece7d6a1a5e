//go:build linux

package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

const (
	certificates = "/var/lib/icinga2/certs/"
	apiUser      = "tests"

	// requestTimeout is for one request of the API.
	requestTimeout = time.Minute
)

// An Authority has the certificates of the nodes of a cluster.
type Authority struct {
	ca    string
	nodes map[string][2]string // by name: certificate and key
}

// NewAuthority has Icinga 2 make certificates for nodes of these names.
func (m Machine) NewAuthority(names ...string) (*Authority, error) {
	s, err := m.Start("authority", append([]string{"./authority.sh"}, names...)...)
	if err != nil {
		return nil, err
	}
	defer s.Stop()
	if err := s.Wait(); err != nil {
		return nil, err
	}
	made := func(name string) string {
		text, e := os.ReadFile(filepath.Join(s.Dir, "pki", name))
		err = errors.Join(err, e)
		return string(text)
	}
	a := &Authority{ca: made("ca.crt"), nodes: map[string][2]string{}}
	for _, name := range names {
		a.nodes[name] = [2]string{made(name + ".crt"), made(name + ".key")}
	}
	return a, err
}

// An Icinga is a running node of Icinga 2.
type Icinga struct {
	*debian.Sandbox
	Name     string
	url      string
	password string
	client   *http.Client
}

// StartIcinga starts a node with the API and Debian's configuration, but without Debian's checks of the machine
// itself. It answers when this returns.
func (m Machine) StartIcinga(name string, a *Authority) (*Icinga, error) {
	return m.startNode(name, a, rand.Text(), "./icinga2.sh", name)
}

// startNode is StartIcinga with a password of the API and a command.
func (m Machine) startNode(name string, a *Authority, password string, command ...string) (*Icinga, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(a.ca))
	n := &Icinga{Name: name, password: password, url: "https://" + net.JoinHostPort(m.Address, "5665") + "/v1/"}
	n.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}}}
	files := map[string]string{
		certificates + "ca.crt":                      a.ca,
		certificates + name + ".crt":                 a.nodes[name][0],
		certificates + name + ".key":                 a.nodes[name][1],
		"/etc/icinga2/features-enabled/api.conf":     apiFeature(m.Address, n.password),
		"/etc/icinga2/features-enabled/mainlog.conf": "", // all is told on the standard output
	}
	for _, checks := range []string{"hosts", "services", "notifications", "downtimes"} {
		files["/etc/icinga2/conf.d/"+checks+".conf"] = ""
	}
	var err error
	if n.Sandbox, err = m.with(files).Start(name, command...); err != nil {
		return nil, err
	}
	if err := n.Await(n.answers); err != nil {
		n.Stop()
		return nil, err
	}
	return n, nil
}

// CheckIcinga has Icinga 2 read its configuration and returns what it says.
func (m Machine) CheckIcinga(name string) (string, error) {
	return m.Run("icinga2-C", "./icinga2.sh", name, "--validate")
}

func apiFeature(address, password string) string {
	return fmt.Sprintf(`object ApiListener "api" {
  bind_host = "%s"
  accept_commands = true
}
object ApiUser "%s" {
  password = "%s"
  permissions = [ "*" ]
}
`, address, apiUser, password)
}

func (n *Icinga) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	answer, err := n.request(ctx, http.MethodGet, "status/IcingaApplication", nil)
	if err != nil {
		return false
	}
	answer.Close()
	return true
}

// request asks the API. The answer is to be closed.
func (n *Icinga) request(ctx context.Context, method, path string, body any) (io.ReadCloser, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, n.url+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(apiUser, n.password)
	request.Header.Set("Accept", "application/json")
	answer, err := n.client.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		defer answer.Body.Close()
		said, _ := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, said)
	}
	return answer.Body, nil
}

// call asks the API for results.
func (n *Icinga) call(ctx context.Context, method, path string, body, results any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	answer, err := n.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer answer.Close()
	return json.NewDecoder(answer).Decode(&struct{ Results any }{results})
}
