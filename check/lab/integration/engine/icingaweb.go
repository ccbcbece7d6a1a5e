//go:build linux

package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
)

// An IcingaWeb is a node of Icinga 2 with Icinga Web 2 and the Director.
type IcingaWeb struct {
	*Icinga
	Password string // of icingaadmin
	address  string
}

// StartIcingaWeb starts a node, as StartIcinga does, and gives what it has to the Director. A machine with the feature
// graphite has carbon and graphite-web as well.
func (m Machine) StartIcingaWeb(name string, a *Authority) (*IcingaWeb, error) {
	m.Tree = "director"
	password := rand.Text()
	node, err := m.startNode(name, a, password, "./icingaweb.sh", name, apiUser, password)
	if err != nil {
		return nil, err
	}
	w := &IcingaWeb{node, password, m.Address}
	for _, what := range []string{"migration", "kickstart"} {
		if said, err := w.Director("", what, "run"); err != nil {
			node.Stop()
			return nil, fmt.Errorf("director %s run: %w: %s", what, err, said)
		}
	}
	return w, nil
}

// Director runs icingacli director and returns what it says.
func (w *IcingaWeb) Director(input string, words ...string) (string, error) {
	cmd := w.Command(append([]string{w.Dir + "/director.sh"}, words...)...)
	cmd.Stdin = strings.NewReader(input)
	said, err := cmd.CombinedOutput()
	return string(said), err
}

// Create has the Director make an object.
func (w *IcingaWeb) Create(kind, name string, properties map[string]any) error {
	properties["object_type"] = "object"
	text, err := json.Marshal(properties)
	if err != nil {
		return err
	}
	if said, err := w.Director("", kind, "create", name, "--json", string(text)); err != nil {
		return fmt.Errorf("director %s create %s: %w: %s", kind, name, err, said)
	}
	return nil
}

// Deploy has the Director give its configuration to Icinga 2, and waits until that runs with it and so has a service.
func (w *IcingaWeb) Deploy(ctx context.Context, service string) error {
	if said, err := w.Director("", "config", "deploy"); err != nil {
		return fmt.Errorf("director config deploy: %w: %s", err, said)
	}
	var refused error
	wait := w.Await(func() bool {
		if strings.Contains(w.Logged(), "Config validation failed") {
			why, _ := w.Command("sh", "-c", "cat /var/lib/icinga2/api/packages/director/*/startup.log").CombinedOutput()
			refused = fmt.Errorf("%s", why)
			return true
		}
		found, err := w.Services(ctx, fmt.Sprintf("service.__name == %q", service))
		return err == nil && len(found) == 1
	})
	return errors.Join(refused, wait)
}

// Serve has PHP serve the pages for as long as the machine runs, and returns their host:port when that answers. Who looks
// at them is the user, or logs in if that is "".
func (w *IcingaWeb) Serve(user string) (string, error) {
	address := net.JoinHostPort(w.address, "8080")
	if err := w.Beside(w.Dir+"/serve.sh", address, user); err != nil {
		return "", err
	}
	return address, w.Await(func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// Query asks one of the databases: ido, icingaweb, director.
func (w *IcingaWeb) Query(db, query string) (string, error) {
	said, err := w.Command("psql", "-U", "icinga", "-At", "-c", query, db).CombinedOutput()
	return strings.TrimSpace(string(said)), err
}
