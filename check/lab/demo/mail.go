//go:build linux

package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/testkit/pop3test"
)

const (
	// testdata has Dovecot's configuration and the users of its machine.
	testdata = "check/lab/integration/testdata/"
	vmail    = 50010 // who has the mailboxes there

	day = 24 * time.Hour
)

// A server is a host with a Dovecot of its own.
type server struct {
	name, address string
	life          time.Duration // left to its certificate; 0 if the server is down
	openssl       string        // settings besides Debian's
}

const (
	goodHost    = "mail.example.org"
	expiredHost = "shop.example.org"
	endingHost  = "berlin.example.org"
	oldHost     = "old.example.org"
	stoppedHost = "backup.example.org"
)

var servers = []server{
	{name: goodHost, address: "192.0.2.10", life: 300*day + time.Hour},
	{name: expiredHost, address: "192.0.2.11", life: -2 * day},
	{name: endingHost, address: "192.0.2.12", life: 12*day + time.Hour},
	{name: oldHost, address: "192.0.2.13", life: 300*day + time.Hour, openssl: "MaxProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n"},
	{name: stoppedHost, address: "192.0.2.14"},
}

// A mailbox is a user's on each server. There is an hour between two messages.
type mailbox struct {
	user, password string
	messages       int
	newest         time.Duration // age of the last message
	settings       string        // of Dovecot, for this user
}

var mailboxes = []mailbox{
	{user: "alice", password: rand.Text(), messages: 5, newest: 20 * time.Minute},
	{user: "bob", password: rand.Text()},
	{user: "carol", password: rand.Text(), settings: "userdb_mail=maildir:/proc/1/mail"}, // cannot be opened
	{user: "orders", password: rand.Text(), messages: 3, newest: 2 * day},
}

// startMail starts the servers and returns the authority that all trust.
func startMail() (*pop3test.Authority, error) {
	root := pop3test.NewAuthority("Example Root CA")
	for _, s := range servers {
		if s.life == 0 {
			continue
		}
		if err := s.start(root); err != nil {
			return nil, err
		}
	}
	return root, nil
}

func (s server) start(root *pop3test.Authority) error {
	passwd, err := os.ReadFile(testdata + "passwd")
	group, e := os.ReadFile(testdata + "group")
	if err := errors.Join(err, e); err != nil {
		return err
	}
	box, err := debian.New("", s.name, debian.Users{Passwd: string(passwd), Group: string(group)})
	if err != nil {
		return err
	}
	if err := errors.Join(s.configure(box), s.identify(box, root), fill(box)); err != nil {
		return err
	}
	if err := box.Start("dovecot", "dovecot", "-F", "-c", "dovecot.conf"); err != nil {
		return err
	}
	return box.Await(func() bool { return answers(net.JoinHostPort(s.address, "995")) })
}

// configure writes what Dovecot and OpenSSL read.
func (s server) configure(box *debian.Sandbox) error {
	conf, err := template.ParseFiles(testdata + "dovecot.conf")
	if err != nil {
		return err
	}
	var text strings.Builder
	err = conf.Execute(&text, map[string]any{
		"Dir": box.Dir, "Host": s.address, "SSL": "yes", "Ports": map[string]int{"Plain": 110, "TLS": 995}, "RefusePlaintext": true, "Penalty": false,
		"Extra": "ssl_min_protocol = TLSv1\nimport_environment = OPENSSL_CONF=" + box.Dir + "/openssl.cnf\n",
	})
	return errors.Join(err,
		box.Write("dovecot.conf", text.String(), 0o644),
		box.Write("openssl.cnf", "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n[all]\n"+s.openssl, 0o644),
	)
}

// identify writes the certificate and its key.
func (s server) identify(box *debian.Sandbox, root *pop3test.Authority) error {
	ends := time.Now().Add(s.life)
	chain, key := pop3test.PEM(root.Issue(pop3test.Leaf{
		CommonName: s.name, Names: []string{s.name}, Validity: pop3test.Validity{NotBefore: ends.Add(-365 * day), NotAfter: ends},
	}))
	return errors.Join(box.Write("server.pem", string(chain), 0o644), box.Write("server.key", string(key), 0o600))
}

// fill writes the mailboxes and their users.
func fill(box *debian.Sandbox) error {
	var users strings.Builder
	var err error
	for _, m := range mailboxes {
		fmt.Fprintf(&users, "%s:%s:%d:%[3]d::/nonexistent::%s\n", m.user, m.password, vmail, m.settings)
		err = errors.Join(err, m.write(filepath.Join(box.Dir, "mail", m.user)))
	}
	return errors.Join(err, box.Write("users", users.String(), 0o644))
}

// write makes a Maildir.
func (m mailbox) write(dir string) error {
	err := os.MkdirAll(filepath.Join(dir, "new"), 0o755)
	for i := range m.messages {
		date := time.Now().Add(-m.newest - time.Duration(m.messages-1-i)*time.Hour)
		text := fmt.Sprintf("Date: %s\nFrom: shop@example.org\nSubject: Order %d\n\nTwo boxes, please.\n", date.Format(time.RFC1123Z), 4711+i)
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, "new", fmt.Sprintf("%d.M%d.demo", date.Unix(), i)), []byte(text), 0o644))
	}
	return errors.Join(err, own(dir))
}

// own gives a directory and what is in it to the user of the mailboxes.
func own(dir string) error {
	return filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(name, vmail, vmail))
	})
}

func answers(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err == nil {
		conn.Close()
	}
	return err == nil
}
