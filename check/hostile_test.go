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

// hostile is what the plugin says of a server that misbehaves in one of ten ways
// at one point of the dialogue: the kind of fault, after the phase where that is
// not the point's own. ok is a server with which nothing is wrong: without CAPA,
// with odd capabilities, or rude once the answer is known.
const hostile = `
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

// A hostility is one cell of the table.
type hostility struct {
	at          point
	move        string
	phase, kind string // kind "ok": no fault
}

func (h hostility) name() string { return h.at.name + "/" + h.move }

// hostilities reads the table.
func hostilities(t *testing.T) []hostility {
	rows := strings.Split(strings.TrimSpace(hostile), "\n")
	moves := strings.Fields(rows[0])[2:]
	var all []hostility
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
			all = append(all, hostility{at: at, move: move, phase: phase, kind: kind})
		}
	}
	return all
}

const (
	hostileSecret = "Vq7mXc2rT9wLz4Ks8NbY" // fits into USER and PASS
	mostMemory    = 64 << 10               // KiB
	atOnce        = 12                     // runs at a time: most of them wait
)

// TestHostileServers plays every cell: the right phase and kind, within the
// budget, in bounded memory, in one clean line.
func TestHostileServers(t *testing.T) {
	scene := newScene(t)
	all := hostilities(t)
	verdicts := make([]error, len(all))
	turns := make(chan bool, atOnce)
	var wg sync.WaitGroup
	for i, h := range all {
		wg.Go(func() {
			turns <- true
			defer func() { <-turns }()
			verdicts[i] = scene.judge(h)
		})
	}
	wg.Wait()
	for i, h := range all {
		t.Run(h.name(), func(t *testing.T) {
			if verdicts[i] != nil {
				t.Error(verdicts[i])
			}
		})
	}
}

// A scene is what all cells have in common.
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

// judge plays a cell and says what is wrong with the answer. Only a server that
// keeps the plugin waiting lets the budget run out; all others have all the time
// that a busy machine may need.
func (s *scene) judge(h hostility) (wrong error) {
	if h.kind != "timeout" {
		_, _, wrong = s.once(h, patience)
		return wrong
	}
	inPhase(h.phase, func(budget time.Duration) (o outcome, arrived bool) {
		o, arrived, wrong = s.once(h, budget)
		return o, arrived
	})
	return wrong
}

// once plays a cell within a budget. arrived reports whether the client kept to the
// dialogue until the server misbehaved, and behind.
func (s *scene) once(h hostility, budget time.Duration) (o outcome, arrived bool, wrong error) {
	d, err := pop3test.Parse(h.dialogue())
	if err != nil {
		return o, false, err
	}
	options := s.options
	if h.asksAgain() {
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
	left := player.Finish()
	wrong = errors.Join(h.check(o, s.secrets[h.at.secret]), left, o.within(budget))
	if wrong != nil {
		wrong = fmt.Errorf("%w\n%s%s", wrong, o.said, h.dialogue())
	}
	return o, left == nil, wrong
}

func (s *scene) args(h hostility, port int) []string {
	args := []string{"-H", "127.0.0.1", "-p", strconv.Itoa(port), "-u", "alice", "--password-file", s.files[h.at.secret]}
	return append(args, strings.Fields(h.at.options)...)
}

// check compares an outcome to the cell and to what is promised of all.
func (h hostility) check(o outcome, secret string) error {
	status, code := "CRITICAL - "+h.phase+": ", 2
	if h.kind == "ok" {
		status, code = "OK - ", 0
	}
	switch {
	case o.code != code:
		return fmt.Errorf("exit code %d, want %d (%v, %q)", o.code, code, o.err, o.stderr)
	case o.stderr != "":
		return fmt.Errorf("stderr: %q", o.stderr)
	case !strings.HasPrefix(o.said, "POP3 "+status):
		return fmt.Errorf("does not begin with %q", status)
	case h.kind != "ok" && !strings.Contains(o.said, " ["+h.kind+"]"):
		return fmt.Errorf("not of kind %s", h.kind)
	case !slices.Contains(labelsOf(o.said), "time_"+h.phase):
		return fmt.Errorf("no time of the phase %s", h.phase)
	}
	return errors.Join(checkPeak(o), promises(o.said, o.code), keepsSecret(o.said, secret))
}

// asksAgain reports whether the client connects once more: the server hangs up at
// its offer in the handshake.
func (h hostility) asksAgain() bool {
	return h.kind == "tls" && (h.move == "hangup" || h.move == "reset")
}

func matches(pattern, said string) bool { return regexp.MustCompile(pattern).MatchString(said) }

var label = regexp.MustCompile(`[ |]([a-z_]+)=`)

// labelsOf lists the labels of the perfdata of a line.
func labelsOf(said string) []string {
	_, perf, _ := strings.Cut(said, " |")
	var all []string
	for _, found := range label.FindAllStringSubmatch(perf, -1) {
		all = append(all, found[1])
	}
	return all
}
