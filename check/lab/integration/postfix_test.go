//go:build integration

// Postfix, which delivers mail to the Maildirs of another server.

package integration

import (
	"errors"
	"fmt"
	"net/smtp"
	"path/filepath"
)

// A postfix delivers to one user of a POP3 server.
type postfix struct {
	*sandbox
	addr    string
	maildir string // of the user
}

// startPostfix starts one that delivers to the Maildir of the user.
func startPostfix(s *server, user account) (*postfix, error) {
	box, err := newSandbox("postfix")
	if err != nil {
		return nil, err
	}
	port, maildir := freePort(), user.name
	if s.name == "courier" {
		maildir = filepath.Join(maildir, "Maildir")
	}
	p := &postfix{box, fmt.Sprintf("127.0.0.1:%d", port), filepath.Join(s.Dir, "mail", maildir)}
	err = errors.Join(
		box.writeTemplate("postfix.sh", map[string]any{"Host": "127.0.0.1", "Port": port, "Mail": filepath.Join(s.Dir, "mail")}),
		box.Write("recipients", fmt.Sprintf("%s@pop3.test %s/\n", user.name, maildir), 0o644),
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

// deliver sends messages, and returns when they are in the Maildir.
func (p *postfix) deliver(user account, messages ...string) error {
	delivered := func() int {
		files, _ := filepath.Glob(filepath.Join(p.maildir, "new", "*"))
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
