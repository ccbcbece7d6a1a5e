//go:build integration

// Two clients: what another one does to the mailbox between two commands is no damage.

package integration

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// deliver puts one more message into the user's mailbox, as another program would.
func deliver(t *testing.T, s *server, user account, text string) {
	t.Helper()
	if err := s.deliver(user, text); err != nil {
		t.Errorf("%s takes no mail: %v", s.name, err)
	}
}

func (s *server) deliver(user account, text string) error {
	maildir := filepath.Join(s.Dir, "mail", user.name)
	switch s.name {
	case cyrus.name:
		return s.fillCyrus(account{user.name, user.password, []string{text}})
	case courier.name:
		maildir = filepath.Join(maildir, "Maildir")
	}
	name := maildirName(100_000_000, text) // behind all others
	first, last := filepath.Join(maildir, "tmp", name), filepath.Join(maildir, "new", name)
	return errors.Join(os.WriteFile(first, []byte(text), 0o644), os.Chown(first, vmail, vmail), os.Rename(first, last))
}

// A message arrives before the command. These servers show a session what was there when it began, and the next one
// both.
func TestArrivalMeanwhile(t *testing.T) {
	arriving := date(-time.Minute) + letter(6, "one more")
	for _, c := range []struct {
		steps, before string
		phases        []string
	}{
		{"list", "LIST", args("list")},
		{"uidl", "UIDL", args("uidl")},
		{"list,uidl", "LIST", args("list", "uidl")},
		{"list,uidl", "UIDL", args("list", "uidl")},
		{"all,retr,reset", "LIST", allSteps},
		{"all,retr,reset", "TOP", allSteps},
		{"all,retr,reset", "RETR", allSteps},
		{"all,retr,reset", "DELE", allSteps},
		{"reset", "RSET", args("reset")},
	} {
		t.Run(strings.ReplaceAll(c.steps, ",", "-")+"-"+c.before, func(t *testing.T) {
			among(t, keepers, func(t *testing.T, one *software) {
				s := private(t, func() (*server, error) { return one.start(variant{users: []account{fresh}}) })
				addr := meanwhile(t, s, c.before, func() { deliver(t, s, fresh, arriving) })
				o := run(t, call{addr: addr, how: inPlain, user: fresh, args: args("--steps", c.steps, "-v")})
				o.want("OK", full(fresh)+whole)
				o.wantPhases(stepped(inPlain, c.phases...)...)
				wantMailboxMetrics(o, fresh)

				o = check(t, s, inPlain, fresh, "--steps", "all,retr,reset", "--newest-critical", "5m")
				o.want("OK", fmt.Sprintf("6 messages, %d octets", fresh.octets()+size(arriving))+aged+whole)
				o.wantMetric("messages", "6")
				o.wantAge("newest_age", 0)
			})
		})
	}
}

// Another client fetches all of it and deletes it before the command: the session goes on as long as the server can.
func TestDeletedMeanwhile(t *testing.T) {
	for _, before := range []string{"LIST", "UIDL"} {
		t.Run(before, func(t *testing.T) {
			among(t, keepers, func(t *testing.T, one *software) {
				s := private(t, func() (*server, error) { return one.start(variant{users: []account{fresh}}) })
				addr := meanwhile(t, s, before, func() {
					d := hold(t, s, inPlain, fresh)
					for number := range fresh.mail {
						d.say("DELE %d", number+1)
						d.expect("+OK")
					}
					d.quit()
				})
				o := run(t, call{addr: addr, how: inPlain, user: fresh, args: args("--steps", "list,uidl,noop")})
				o.want("OK", full(fresh)+whole)
				check(t, s, inPlain, fresh, "--steps", "all,retr,reset").want("OK", "0 messages, 0 octets"+whole)
			})
		})
	}
}
