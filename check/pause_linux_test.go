package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// refusing is the dialogue of a server that refuses the password of asking.
const refusing = "S: +OK ready\nC: CAPA\nS: -ERR no\nC: USER alice\nS: +OK\nC: PASS " + hostileSecret + "\nS: -ERR [AUTH] no\nC: QUIT\n"

// A refuser is a server that refuses so many logins, and a state directory.
type refuser struct {
	*pop3test.Player
	state, secret string
}

func startRefuser(t *testing.T, logins int) *refuser {
	t.Helper()
	player := serve(t, refusing, pop3test.Options{Connections: logins})
	t.Cleanup(func() {
		if err := player.Finish(); err != nil {
			t.Error(err)
		}
	})
	return &refuser{player, filepath.Join(t.TempDir(), "state"), writeSecret(t, "secret", hostileSecret)}
}

func (r *refuser) args(more ...string) []string {
	return asking(r.Port(), append(more, "--state-dir", r.state)...)
}

// want runs the plugin and looks for a text in its output.
func (r *refuser) want(t *testing.T, text string) {
	t.Helper()
	o := run{args: r.args("--password-file", r.secret, "-v")}.play(t.TempDir())
	if o.code != 2 || !strings.Contains(o.stdout, text) {
		t.Errorf("exit code %d, said %s\nwant %s", o.code, o.stdout, text)
	}
}

// At a terminal the login is tried, and counts, whichever end of the plugin is
// there.
func TestNoPauseAtTerminal(t *testing.T) {
	t.Parallel()
	r := startRefuser(t, 5)
	for range 3 {
		r.want(t, "[auth]")
	}
	x := openTerminal(t)
	p := x.start(t, run{args: r.args("--password-file", r.secret)})
	if code := exitCode(p.c, p.c.Wait()); code != 2 || !strings.HasPrefix(p.stdout.String(), `POP3 CRITICAL - login: alice was refused (USER, password from `) {
		t.Errorf("exit code %d, said %s", code, p.stdout)
	}
	c := run{args: r.args("--password-file", r.secret)}.command(t.Context())
	c.Stdout = x.program
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if seen := x.readUntil(t, "\n"); !strings.HasPrefix(seen, `POP3 CRITICAL - login: alice was refused (USER, password from `) {
		t.Errorf("said %s", seen)
	}
	_ = c.Wait()
}

// A password that a person types is not kept, nor a digest of it.
func TestTypedPasswordIsNotKept(t *testing.T) {
	t.Parallel()
	r := startRefuser(t, 1)
	x := openTerminal(t)
	p := x.start(t, run{args: r.args()})
	x.awaitPrompt(t, prompts)
	x.typeKeys(t, hostileSecret+"\n")
	if code := exitCode(p.c, p.c.Wait()); code != 2 || exists(r.state) {
		t.Errorf("exit code %d, said %s", code, p.stdout)
	}
}

// Of many runs at once each counts. The pause is too short to hold one.
func TestRefusalsAtOnce(t *testing.T) {
	t.Parallel()
	const runs = 8
	r := startRefuser(t, runs)
	var all sync.WaitGroup
	for range runs {
		all.Go(func() {
			o := run{args: r.args("--password-file", r.secret, "--login-pause", "1ns")}.play(t.TempDir())
			if o.code != 2 {
				t.Errorf("exit code %d, said %s", o.code, o.stdout)
			}
		})
	}
	all.Wait()
	kept, err := filepath.Glob(filepath.Join(r.state, "login-*.json"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	text, err := os.ReadFile(kept[0])
	if err != nil || !strings.Contains(string(text), `"count":8,`) {
		t.Errorf("%s, %v", text, err)
	}
}
