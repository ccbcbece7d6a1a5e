//go:build integration

// Damage done on purpose: the file of a message is removed or cut short behind the server's back.

package integration

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stored is the file of the newest message of the user.
func stored(t *testing.T, s *server, user account) (found string) {
	t.Helper()
	root := filepath.Join(s.Dir, "mail", user.name)
	if s.name == cyrus.name {
		root = fmt.Sprintf("/proc/%d/root/var/spool/cyrus/mail", s.Processes()[0])
	}
	mark := fmt.Appendf(nil, "Message-ID: <%d@", len(user.mail))
	filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if text, _ := os.ReadFile(path); bytes.Contains(text, mark) && !bytes.Contains(text, []byte("<1@")) {
				found = path
			}
		}
		return nil
	})
	if found == "" {
		t.Errorf("%s has no file of message %d", s.name, len(user.mail))
	}
	return found
}

func remove(path string) error   { return os.Remove(path) }
func shorten(path string) error  { return os.Truncate(path, 100) }
func truncate(path string) error { return os.Truncate(path, 0) }

// gone is what Cyrus says of a message whose file is not there. For Dovecot ("Message 5 expunged.") and Courier ("Can't
// open the message file - it's gone!") another session has deleted it, which is no fault.
const gone = `.* \[permanent\]; the server said "Could not read message file"`

// In the middle of the session, between STAT and the command: it is said, and what is known by then is still there.
func TestDamagedMeanwhile(t *testing.T) {
	short := fmt.Sprintf(`message 5 has 10[25] octets in 4 lines, but LIST says %d; .* \[consistency\]`, size(fresh.mail[4]))
	for name, c := range map[string]struct {
		steps, command string
		damage         func(string) error
		state          string
		text           string // of the last step; "" for a message that is gone
	}{
		"removed-retr":   {"retr", "RETR", remove, "OK", ""},
		"removed-top":    {"top", "TOP", remove, "OK", ""},
		"removed-list":   {"list,uidl,retr", "LIST", remove, "OK", ""},
		"removed-reset":  {"reset", "DELE", remove, "OK", full(fresh)},
		"shortened-retr": {"retr", "RETR", shorten, "WARNING", short},
		"shortened-list": {"list,uidl,retr", "LIST", shorten, "WARNING", short},
		"emptied-top":    {"top", "TOP", truncate, "WARNING", `the newest message has no header.* \[consistency\]`},
		"emptied-retr":   {"retr", "RETR", truncate, "WARNING", `message 5 has (0 octets in 0 lines|2 octets in 1 line), but LIST says \d+; .* \[consistency\]`},
	} {
		t.Run(name, func(t *testing.T) {
			eachDamaged(t, func(t *testing.T, s *server) {
				addr := meanwhile(t, s, c.command, func() { damage(t, s, c.damage) })
				o := run(t, call{addr: addr, how: inPlain, user: fresh, args: args("--steps", c.steps)})
				state, text := c.state, c.text
				switch {
				case text == "" && s.name == cyrus.name:
					state, text = "CRITICAL", gone
				case text == "":
					text = full(fresh) + ", 1 deleted meanwhile by another session"
				}
				if state != "OK" {
					text = c.steps[strings.LastIndex(c.steps, ",")+1:] + ": " + text
				}
				o.want(state, text)
				wantMailboxMetrics(o, fresh)
			})
		})
	}
}

// Between two sessions: the server has seen the message whole, and its index says so still.
func TestDamagedBefore(t *testing.T) {
	eachDamaged(t, func(t *testing.T, s *server) {
		path := stored(t, s, fresh)
		if err := shorten(path); err != nil {
			t.Fatal(err)
		}
		o := check(t, s, inPlain, fresh, "--steps", "all,retr,reset")
		o.want("WARNING", `retr: message 5 has 10[25] octets in 4 lines, but LIST says \d+; .*\[consistency\]`)
		wantMailboxMetrics(o, fresh)
		wantRate(o)
		o.wantPhases(stepped(inPlain, allSteps...)...) // it goes on behind that
		check(t, s, inPlain, fresh, "--steps", "all,retr", "--retr", "4").want("OK", full(fresh)+whole)
		check(t, s, inPlain, fresh, "--steps", "retr", "--state", "consistency=critical").want("CRITICAL", "retr: message 5 has ")

		removeLike(t, path)
		o = check(t, s, inPlain, fresh, "--steps", "all,retr")
		if s.name == cyrus.name { // by its index the message is there
			o.want("CRITICAL", "top: "+gone)
			return
		}
		o.want("OK", fmt.Sprintf("%d messages, ", len(fresh.mail)-1))
	})
}

// eachDamaged runs a test against servers of its own, which have seen the mailbox whole.
func eachDamaged(t *testing.T, test func(*testing.T, *server)) {
	among(t, keepers, func(t *testing.T, one *software) {
		s := private(t, func() (*server, error) { return one.start(variant{users: []account{fresh}}) })
		check(t, s, inPlain, fresh, "--steps", "all,retr").want("OK", full(fresh)+whole)
		test(t, s)
	})
}

// removeLike removes a file whose flags in the name may have changed meanwhile.
func removeLike(t *testing.T, path string) {
	t.Helper()
	base, _, _ := strings.Cut(path, ":2,")
	names, _ := filepath.Glob(base + "*")
	if len(names) != 1 || os.Remove(names[0]) != nil {
		t.Fatalf("cannot remove %q", names)
	}
}

func damage(t *testing.T, s *server, do func(string) error) {
	t.Helper()
	path := stored(t, s, fresh)
	if err := do(path); err != nil {
		t.Error(err)
	}
}
