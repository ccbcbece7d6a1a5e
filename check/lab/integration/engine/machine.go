//go:build linux

// Package engine runs monitoring engines as Debian builds them, each on a machine of its own as far as that goes: with
// its own files, and with a loopback address that others do not use. The package of check_pop3x is installed there.
package engine

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"check_pop3x/check/lab/integration/debian"
)

// engines is the tree of the monitoring engines, see check/lab/integration/install.sh.
const engines = "engines"

//go:embed *.sh
var scripts embed.FS

// users are those that Debian's packages would have made.
var users = debian.Users{
	Passwd: `root:x:0:0::/root:/bin/sh
www-data:x:33:33::/var/www:/usr/sbin/nologin
nagios:x:50020:50020::/var/lib/nagios:/bin/sh
prometheus:x:50021:50021::/var/lib/prometheus:/usr/sbin/nologin
postgres:x:50022:50022::/var/lib/postgresql:/bin/sh
_graphite:x:50023:50023::/var/lib/graphite:/bin/sh
zabbix:x:50024:50024::/var/lib/zabbix:/usr/sbin/nologin
dovecot:x:50025:50025::/:/usr/sbin/nologin
dovenull:x:50026:50026::/:/usr/sbin/nologin
xymon:x:50027:50027::/var/lib/xymon:/bin/sh
nobody:x:65534:65534::/:/usr/sbin/nologin
`,
	Group: "root:x:0:\ntty:x:5:\nwww-data:x:33:\nnagios:x:50020:\nprometheus:x:50021:\n" +
		"postgres:x:50022:\n_graphite:x:50023:\nzabbix:x:50024:\ndovecot:x:50025:\ndovenull:x:50026:\nxymon:x:50027:\nnogroup:x:65534:\n",
}

// A Machine is what an engine runs on.
type Machine struct {
	Parent  string            // the directory of all files
	Tree    string            // what it has of Debian: "" is the engines, see check/lab/integration/install.sh
	Package string            // the root below which check_pop3x's package is installed
	Address string            // what localhost means there
	Hosts   map[string]string // the addresses of other names
	Roots   string            // certificates (PEM) that are trusted besides the system's
	Files   map[string]string // what its administrator has written, by full path
}

// with is the machine with more files.
func (m Machine) with(files map[string]string) Machine {
	all := maps.Clone(files)
	maps.Copy(all, m.Files)
	m.Files = all
	return m
}

var addresses atomic.Uint32

func init() { addresses.Store(rand.Uint32()) }

// Address is a loopback address that nobody else uses: the ports of POP3 and of engines may be the usual ones.
func Address() string {
	n := addresses.Add(1)
	return fmt.Sprintf("127.%d.%d.%d", 64+n>>14&63, n>>7&127, 2+n&127)
}

// newSandbox makes the directory that machine.sh reads.
func (m Machine) newSandbox(name string) (*debian.Sandbox, error) {
	s, err := debian.New(m.Parent, name, users)
	if err != nil {
		return nil, err
	}
	s.Above = m.Package
	err = errors.Join(
		s.Write("hosts", m.hosts(), 0o644),
		s.Write("roots.pem", m.Roots, 0o644),
		os.Mkdir(filepath.Join(s.Dir, "files"), 0o755),
		writeScripts(s),
	)
	for path, text := range m.Files {
		place := filepath.Join(s.Dir, "files", path)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(place), 0o755), os.WriteFile(place, []byte(text), 0o640))
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func writeScripts(s *debian.Sandbox) error {
	names, err := fs.Glob(scripts, "*.sh")
	for _, name := range names {
		text, e := scripts.ReadFile(name)
		err = errors.Join(err, e, s.Write(name, string(text), 0o755))
	}
	return err
}

func (m Machine) hosts() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s localhost\n", m.Address)
	for _, name := range slices.Sorted(maps.Keys(m.Hosts)) {
		fmt.Fprintf(&text, "%s %s\n", m.Hosts[name], name)
	}
	return text.String()
}

// Start runs a command there: a program's name, or the name of a script of this package.
func (m Machine) Start(name string, command ...string) (*debian.Sandbox, error) {
	s, err := m.newSandbox(name)
	if err != nil {
		return nil, err
	}
	if err := s.Start(cmp.Or(m.Tree, engines), append([]string{"./machine.sh"}, command...)...); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Run runs a command to its end and returns what it said.
func (m Machine) Run(name string, command ...string) (string, error) {
	s, err := m.Start(name, command...)
	if err != nil {
		return "", err
	}
	defer s.Stop()
	err = s.Wait()
	return s.Logged(), err
}
