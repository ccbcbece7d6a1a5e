//go:build integration

// Postfix, which delivers mail to the Maildirs of another server.

package integration

import (
	"errors"
	"fmt"
	"net/smtp"
	"path/filepath"
	"testing"
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

// startPostfix starts one that delivers to the Maildir of the user.
func startPostfix(s *server, user account) (*postfix, error) { return startSubmission(s, user, 0) }

// startSubmission is startPostfix with two ports for users, who log in by the Dovecot whose configuration is saslAt the
// port.
func startSubmission(s *server, user account, sasl int) (*postfix, error) {
	box, err := newSandbox("postfix")
	if err != nil {
		return nil, err
	}
	port, folder := freePort(), user.name
	if s.name == "courier" {
		folder = filepath.Join(folder, "Maildir")
	}
	p := &postfix{sandbox: box, addr: fmt.Sprintf("127.0.0.1:%d", port), maildir: maildir(filepath.Join(s.Dir, "mail", folder))}
	set := map[string]any{"Host": "127.0.0.1", "Port": port, "Mail": filepath.Join(s.Dir, "mail"), "SASL": sasl, "Submission": freePort(), "Submissions": freePort()}
	if sasl != 0 {
		p.submission, p.submissions = fmt.Sprintf("127.0.0.1:%d", set["Submission"]), fmt.Sprintf("127.0.0.1:%d", set["Submissions"])
	}
	err = errors.Join(
		box.writeTemplate("postfix.sh", set),
		box.writeIdentity(nil),
		box.Write("grey", "grey@pop3.test 450 4.2.0 Greylisted, see http://postgrey.example\n", 0o644),
		box.Write("recipients", fmt.Sprintf("%s@pop3.test %s/\n", user.name, folder), 0o644),
		box.Write("aliases", "full@pop3.test full@store.pop3.test\n", 0o644),
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

// mustRun runs a command beside it.
func (p *postfix) mustRun(t *testing.T, command ...string) {
	t.Helper()
	if out, err := p.Command(command...).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v\n%s", command, err, out)
	}
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
