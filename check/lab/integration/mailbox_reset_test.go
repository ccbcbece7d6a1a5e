//go:build integration

// The step reset marks a message as deleted. Whatever becomes of the plugin, the message is there afterwards.

package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// resetLines are what is said from DELE on, by beginnings: a command, then its answer.
var resetLines = []string{"DELE 5", "+OK", "STAT", "+OK 4 ", "RSET", "+OK", "STAT", "+OK 5 ", "QUIT", "+OK"}

// contents is what the server says of the mailbox: sizes, unique-ids and the newest message itself.
func contents(t *testing.T, s *server, user account) []string {
	t.Helper()
	d := hold(t, s, inPlain, user)
	var all []string
	for _, command := range []string{"LIST", "UIDL", fmt.Sprintf("RETR %d", len(user.mail))} {
		d.say("%s", command)
		d.expect("+OK")
		for line := d.expect(""); line != "."; line = d.expect("") {
			all = append(all, line)
		}
	}
	d.quit()
	return all
}

// Killed at every line between DELE and the answer to QUIT, before it is handed on: the mailbox is as it was.
func TestKilledAmidReset(t *testing.T) {
	among(t, keepers, func(t *testing.T, one *software) {
		s := private(t, func() (*server, error) { return one.start(variant{users: []account{fresh}}) })
		before := contents(t, s, fresh)
		for point := range resetLines {
			lines := killedAt(t, s, call{user: fresh, args: args("--steps", "reset")}, point)
			if !slices.EqualFunc(lines, resetLines[:point+1], strings.HasPrefix) {
				t.Fatalf("killed at %q, after %q", resetLines[point], lines)
			}
			if after := contents(t, s, fresh); !slices.Equal(before, after) {
				t.Fatalf("killed at %q: the mailbox had\n%q\nand has\n%q", resetLines[point], before, after)
			}
			awaitIdle(t, s)
		}
		o := check(t, s, inPlain, fresh, "--steps", "all,retr,reset", "--age-scan", "all")
		o.want("OK", full(fresh)+aged+whole)

		// The server is not one that keeps a message anyway.
		d := hold(t, s, inPlain, fresh)
		d.say("DELE %d", len(fresh.mail))
		d.expect("+OK")
		d.quit()
		wantMailbox(t, s, inPlain, fresh, fmt.Sprintf("+OK %d ", len(fresh.mail)-1))
	})
}

// The same with every step before it, when commands are pipelined.
func TestKilledAtDele(t *testing.T) {
	among(t, keepers, func(t *testing.T, one *software) {
		s := private(t, func() (*server, error) { return one.start(variant{users: []account{fresh}}) })
		before := contents(t, s, fresh)
		for point := range 2 {
			killedAt(t, s, call{user: fresh, args: args("--steps", "all,retr,reset", "--age-scan", "all")}, point)
			if after := contents(t, s, fresh); !slices.Equal(before, after) {
				t.Fatalf("the mailbox had\n%q\nand has\n%q", before, after)
			}
			awaitIdle(t, s)
		}
	})
}
