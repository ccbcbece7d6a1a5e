package check_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// attackTable has the kind of fault for a server that misbehaves in one of ten
// ways at one point of the dialogue. The phase is in front of it if that is not
// the point's. ok means that the server still works: it has no CAPA, odd
// capabilities, or misbehaves after the result is known.
const attackTable = `
point         phase     silence  hangup        reset         garbage   refusal       drip     overlong  dirt          twice           plus
greeting      greeting  timeout  closed        closed        greeting  greeting      timeout  protocol  greeting      capa:protocol   greeting
capa          capa      timeout  closed        closed        protocol  ok            timeout  protocol  ok            login:protocol  protocol
list          capa      timeout  closed        closed        ok        ok            timeout  protocol  ok            login:protocol  ok
stls          stls      timeout  closed        closed        protocol  stls          timeout  protocol  stls          stls            protocol
handshake     stls      timeout  tls           tls           tls       tls           timeout  tls       tls           tls             tls
implicit      tls       timeout  tls           tls           tls       tls           timeout  tls       tls           tls             tls
capa-again    stls      timeout  closed        closed        protocol  ok            timeout  protocol  ok            login:protocol  protocol
user          login     timeout  tls-required  tls-required  protocol  tls-required  timeout  protocol  tls-required  protocol        protocol
pass          login     timeout  closed        closed        protocol  auth          timeout  protocol  auth          stat:protocol   protocol
apop          login     timeout  closed        closed        protocol  auth          timeout  protocol  auth          stat:protocol   protocol
challenge     login     timeout  closed        closed        protocol  auth          timeout  protocol  auth          protocol        protocol
initial       login     timeout  closed        closed        protocol  auth          timeout  protocol  auth          stat:protocol   protocol
continuation  login     timeout  closed        closed        protocol  auth          timeout  protocol  auth          stat:protocol   protocol
stat          stat      timeout  closed        closed        protocol  command       timeout  protocol  command       ok              protocol
quit          quit      ok       ok            ok            ok        ok            ok       ok        ok            ok              ok
`

// An attack is one cell of the table.
type attack struct {
	at          point
	move        string
	phase, kind string // kind "ok": no fault
}

func (h attack) name() string { return h.at.name + "/" + h.move }

// attacks parses the table.
func attacks(t *testing.T) []attack {
	rows := strings.Split(strings.TrimSpace(attackTable), "\n")
	moves := strings.Fields(rows[0])[2:]
	var all []attack
	for _, row := range rows[1:] {
		cells := strings.Fields(row)
		at, ok := points[cells[0]]
		if !ok || len(cells) != len(moves)+2 {
			t.Fatalf("a bad row: %s", row)
		}
		at.name = cells[0]
		for i, move := range moves {
			phase, kind, other := strings.Cut(cells[i+2], ":")
			if !other {
				phase, kind = cells[1], phase
			}
			all = append(all, attack{at: at, move: move, phase: phase, kind: kind})
		}
	}
	return all
}

const (
	hostileSecret = "Vq7mXc2rT9wLz4Ks8NbY" // fits into USER and PASS
	maxMemory     = 64 << 10               // KiB
	maxRuns       = 12                     // at a time: most of them wait
)

// Each attack leads to its phase and kind, within the budget, in bounded
// memory, in one clean line.
func TestHostileServers(t *testing.T) {
	scene := newScene(t)
	all := attacks(t)
	errs := make([]error, len(all))
	turns := make(chan bool, maxRuns)
	var wg sync.WaitGroup
	for i, h := range all {
		wg.Go(func() {
			turns <- true
			defer func() { <-turns }()
			errs[i] = scene.play(h)
		})
	}
	wg.Wait()
	for i, h := range all {
		t.Run(h.name(), func(t *testing.T) {
			if errs[i] != nil {
				t.Error(errs[i])
			}
		})
	}
}

// A scene is what all attacks have in common.
type scene struct {
	dir     string
	options pop3test.Options
	secrets map[string]string // by name of the file
	files   map[string]string
}

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{dir: t.TempDir(), secrets: map[string]string{"short": hostileSecret, "long": longSecret}, files: map[string]string{}}
	for name, secret := range s.secrets {
		s.files[name] = writeSecret(t, name, secret)
	}
	leaf := pop3test.NewAuthority("pop3test root").Issue(pop3test.Leaf{Names: pop3test.Localhost})
	s.options = pop3test.Options{TLS: pop3test.ServerTLS(leaf), Limit: patience}
	return s
}

// play plays an attack and returns what is wrong with the outcome. Only a
// server that keeps the plugin waiting lets the budget run out; for all others
// it is as large as a busy machine may need.
func (s *scene) play(h attack) (wrong error) {
	if h.kind != "timeout" {
		_, _, wrong = s.playOnce(h, patience)
		return wrong
	}
	growBudget(h.phase, func(budget time.Duration) (o outcome, reached bool) {
		o, reached, wrong = s.playOnce(h, budget)
		return o, reached
	})
	return wrong
}

// playOnce plays an attack with a budget. reached reports whether the client
// kept to the whole dialogue.
func (s *scene) playOnce(h attack, budget time.Duration) (o outcome, reached bool, wrong error) {
	d, err := pop3test.Parse(h.dialogue())
	if err != nil {
		return o, false, err
	}
	options := s.options
	if h.connectsTwice() {
		options.Connections = 2
	}
	player, err := d.Start(options)
	if err != nil {
		return o, false, err
	}
	defer player.Close()
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return o, false, err
	}
	o = run{args: append(s.args(h, player.Port()), "-t", budget.String())}.play(dir)
	departed := player.Finish()
	wrong = errors.Join(h.check(o, s.secrets[h.at.secret]), departed, o.checkTime(budget))
	if wrong != nil {
		wrong = fmt.Errorf("%w\n%s%s", wrong, o.stdout, h.dialogue())
	}
	return o, departed == nil, wrong
}

func (s *scene) args(h attack, port int) []string {
	args := []string{"-H", "127.0.0.1", "-p", strconv.Itoa(port), "-u", "alice", "--password-file", s.files[h.at.secret]}
	return append(args, strings.Fields(h.at.options)...)
}

// check compares an outcome to the table and to what every run promises.
func (h attack) check(o outcome, secret string) error {
	status, code := "CRITICAL - "+h.phase+": ", 2
	if h.kind == "ok" {
		status, code = "OK - ", 0
	}
	switch {
	case o.code != code:
		return fmt.Errorf("exit code %d, want %d (%v, %q)", o.code, code, o.err, o.stderr)
	case o.stderr != "":
		return fmt.Errorf("stderr: %q", o.stderr)
	case !strings.HasPrefix(o.stdout, "POP3 "+status):
		return fmt.Errorf("does not begin with %q", status)
	case h.kind != "ok" && !strings.Contains(o.stdout, " ["+h.kind+"]"):
		return fmt.Errorf("not of kind %s", h.kind)
	case !slices.Contains(labelsOf(o.stdout), "time_"+h.phase):
		return fmt.Errorf("no time of the phase %s", h.phase)
	}
	return errors.Join(checkPeak(o), checkLine(o.stdout, o.code), checkHidden(o.stdout, secret))
}

// connectsTwice reports whether the client connects again: the server hung up
// after its ClientHello.
func (h attack) connectsTwice() bool {
	return h.kind == "tls" && (h.move == "hangup" || h.move == "reset")
}

func matches(pattern, said string) bool { return regexp.MustCompile(pattern).MatchString(said) }

var label = regexp.MustCompile(`[ |]([a-z_]+)=`)

// labelsOf returns the labels in the perfdata of a line.
func labelsOf(said string) []string {
	_, perf, _ := strings.Cut(said, " |")
	var all []string
	for _, found := range label.FindAllStringSubmatch(perf, -1) {
		all = append(all, found[1])
	}
	return all
}
