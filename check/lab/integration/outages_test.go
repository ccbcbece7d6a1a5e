//go:build integration

// Every outage of the document, staged with real servers in a network of its own, as one line tells it.

package integration

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// outages are the network with all servers, and the lines that were printed.
type outages struct {
	cable      *netCable
	frozen     *server // all its processes are stopped
	restarting *server // is stopped in the middle of a session
	dovecot    *server // which has most of the mailboxes, and many addresses
	kdc        *kdc
	laterKDC   *kdc
	mu         sync.Mutex
	lines      map[string]string // by the names of the outages
}

// outageClasses are the tables of the document.
var outageClasses = []struct {
	title string
	rows  func() []outage
}{
	{"Network", networkOutages},
	{"DNS", dnsOutages},
	{"TLS and certificates", tlsOutages},
	{"Greeting", greetingOutages},
	{"Login", loginOutages},
	{"Access tokens", tokenOutages},
	{"Kerberos and NTLM", companyOutages},
	{"Mailbox", mailboxOutages},
	{"Limits", limitOutages},
}

func TestOutages(t *testing.T) {
	t.Parallel()
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	all := &outages{cable: newNetCable(t), lines: map[string]string{}}
	all.startServers(t)
	t.Run("line", func(t *testing.T) {
		for _, class := range outageClasses {
			for _, o := range class.rows() {
				t.Run(class.title+"/"+o.name, func(t *testing.T) {
					t.Parallel()
					all.add(o.name, o.run(t, all))
				})
			}
		}
	})
	all.document(t)
}

func (all *outages) add(name, line string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.lines[name] = line
}

const outagePassword = "/etc/nagios/pop3x.password"

// byOutagePassword gives the password by a file with a name as people have it.
func byOutagePassword(_ *testing.T, c call) []string {
	args := []string{"--password-file", outagePassword}
	if c.how == inPlain {
		args = append(args, "--allow-cleartext-login")
	}
	return args
}

// atClient is a command that runs another on the client: in its network, and with files of its own laid over /etc.
func (all *outages) atClient(t *testing.T, o outage) []string {
	t.Helper()
	at := o.at
	if at == "" {
		at = goodAddress
	}
	hosts := append([]string{"127.0.0.1 localhost"}, o.names...)
	resolver := "127.0.0.1" // where nobody answers
	if o.dns == "" {
		for address := range strings.FieldsSeq(at) {
			hosts = append(hosts, address+" "+outageHost)
		}
	} else {
		resolver = o.dns
	}
	etc, err := os.MkdirTemp(workDir, "etc") // the name of t.TempDir may have a comma, which ends an option of mount
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.Chmod(etc, 0o755),
		os.Mkdir(filepath.Join(etc, "nagios"), 0o755),
		os.WriteFile(filepath.Join(etc, "hosts"), []byte(lines(hosts...)), 0o644),
		os.WriteFile(filepath.Join(etc, "resolv.conf"), []byte("nameserver "+resolver+"\n"), 0o644),
		os.WriteFile(filepath.Join(etc, "nagios", filepath.Base(outagePassword)), []byte(o.user.password+"\n"), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	if o.kdc != "" {
		all.writeKerberos(t, o, etc)
	}
	return slices.Concat([]string{"nsenter", "--net=" + all.cable.client.path(), "unshare", "--mount", "sh", "-c",
		`mount -t overlay -o "lowerdir=$0:/etc" overlay /etc && exec "$@"`, etc})
}
