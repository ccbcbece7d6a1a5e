//go:build integration

// Postfix, which delivers mail to the Maildirs of another server.

package integration

import (
	"cmp"
	"errors"
	"fmt"
	"net/smtp"
	"path/filepath"
)

// A maildir is the directory of a mailbox.
type maildir string

// mails are its files, of which those that were seen are in cur.
func (m maildir) mails() []string {
	files, _ := filepath.Glob(filepath.Join(string(m), "[cn][ue][rw]", "*"))
	return files
}

// A postfix delivers to one user of a POP3 server.
type postfix struct {
	*sandbox
	addr string // of a relay without TLS and login
	maildir

	submission  string // with STARTTLS and a login; "": there is none
	submissions string // with TLS from the first byte
}

// postfixConfig is what testdata/postfix.sh needs; the zero value delivers to Maildirs and has no logins.
type postfixConfig struct {
	Name  string // of the host, by default mx.pop3.test
	Next  string // port of the host that gets the mail, instead
	SASL  int    // where a Dovecot judges logins
	LMTP  int    // where a Dovecot takes what is for the Maildirs
	Grey  int    // where postgrey is to listen
	Clock string // how the clock is wrong: "-5m"

	Host, Mail                    string // this and the rest are filled in
	Port, Submission, Submissions int
}

// startPostfix starts one that delivers to the Maildir of the user.
func startPostfix(s *server, user account) (*postfix, error) {
	return startSubmission(s, user, postfixConfig{})
}

// startSubmission is startPostfix with more configuration. With SASL there are two ports for users, who log in by the
// Dovecot whose configuration is saslAt it.
func startSubmission(s *server, user account, c postfixConfig) (*postfix, error) {
	box, err := newSandbox("postfix")
	if err != nil {
		return nil, err
	}
	folder := user.name
	if s.name == "courier" {
		folder = filepath.Join(folder, "Maildir")
	}
	c.Name, c.Host, c.Mail = cmp.Or(c.Name, "mx.pop3.test"), "127.0.0.1", filepath.Join(s.Dir, "mail")
	c.Port, c.Submission, c.Submissions = freePort(), freePort(), freePort()
	p := &postfix{sandbox: box, addr: fmt.Sprintf("127.0.0.1:%d", c.Port), maildir: maildir(filepath.Join(c.Mail, folder))}
	if c.SASL != 0 {
		p.submission, p.submissions = fmt.Sprintf("127.0.0.1:%d", c.Submission), fmt.Sprintf("127.0.0.1:%d", c.Submissions)
	}
	err = errors.Join(
		box.writeTemplate("postfix.sh", c),
		box.writeIdentity(nil),
		box.Write("grey", "grey@pop3.test 450 4.2.0 Greylisted, see http://postgrey.example\n", 0o644),
		box.Write("recipients", fmt.Sprintf("%s@pop3.test %[2]s/\ncopy@pop3.test %[2]s/\nsmall@pop3.test small/\n", user.name, folder), 0o644),
		box.Write("aliases", fmt.Sprintf("full@pop3.test full@store.pop3.test\ntwice@pop3.test %s@pop3.test, copy@pop3.test\n", user.name), 0o644),
		box.Write("transports", "store.pop3.test error:5.2.2 there is no room\n", 0o644),
	)
	if err == nil {
		err = box.Start("postfix", "/bin/sh", "postfix.sh")
	}
	if err == nil {
		err = box.Await(func() bool { return accepts(p.addr) })
	}
	if err != nil {
		box.Stop()
		return nil, err
	}
	return p, nil
}

// saslAt is configuration of Dovecot: it judges the logins of another server at a port.
func saslAt(port int) string {
	return fmt.Sprintf("service auth {\n  inet_listener sasl {\n    port = %d\n  }\n}\n", port)
}

// deliver sends messages, and returns when they are in the Maildir.
func (p *postfix) deliver(user account, messages ...string) error {
	delivered := func() int {
		files, _ := filepath.Glob(filepath.Join(string(p.maildir), "new", "*"))
		return len(files)
	}
	before := delivered()
	for i, text := range messages {
		if err := smtp.SendMail(p.addr, nil, "sender@pop3.test", []string{user.name + "@pop3.test"}, []byte(text)); err != nil {
			return err
		}
		if err := p.Await(func() bool { return delivered() == before+i+1 }); err != nil { // the order is that of delivery
			return err
		}
	}
	return nil
}
