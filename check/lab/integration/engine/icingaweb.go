//go:build linux

package engine

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// An IcingaWeb is a node of Icinga 2 with Icinga Web 2 and the Director.
type IcingaWeb struct {
	*Icinga
	Password string // of icingaadmin
}

// StartIcingaWeb starts a node, as StartIcinga does, and gives what it has to the Director.
func (m Machine) StartIcingaWeb(name string, a *Authority) (*IcingaWeb, error) {
	m.Tree = "director"
	password := rand.Text()
	node, err := m.startNode(name, a, password, "./icingaweb.sh", name, apiUser, password)
	if err != nil {
		return nil, err
	}
	w := &IcingaWeb{node, password}
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

// Query asks one of the databases: ido, icingaweb, director.
func (w *IcingaWeb) Query(db, query string) (string, error) {
	said, err := w.Command("psql", "-U", "icinga", "-At", "-c", query, db).CombinedOutput()
	return strings.TrimSpace(string(said)), err
}
