package check_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// floods are servers that send far too much, and what the plugin says about
// them. It needs no more memory than in any other run, and does not wait for
// the end of a flood.
var floods = map[string]struct {
	at    string // the point of the dialogue
	sends string
	want  string
}{
	"greetings":               {"greeting", `S* 700000 "+OK ready\r\n"`, `CRITICAL - capa: .*\[protocol\]`},
	"a greeting without end":  {"greeting", `S* 1000000 "+OK ready"`, `CRITICAL - greeting: the server sent a line of more than 64 KiB; .*\[protocol\]`},
	"ten megabytes of CAPA":   {"list", `S* 200000 "X-CAPABILITY of which nobody knows what it is good for\r\n"`, `CRITICAL - capa: the server sent a list of more than .* \[protocol\]`},
	"CAPA in short lines":     {"list", `S* 5000000 "\r\n"`, `CRITICAL - capa: the server sent a list of more than .* \[protocol\]`},
	"CAPA in long lines":      {"list", `S* 170 "` + strings.Repeat("x", 60<<10) + `\r\n"`, `CRITICAL - capa: .*\[protocol\]`},
	"CAPA in one line":        {"list", `S* 1000000 "0123456789"`, `CRITICAL - capa: the server sent a line of more than 64 KiB; .*\[protocol\]`},
	"CAPA behind STLS":        {"capa-again", `S* 200000 "+OK\r\nX-CAPABILITY of which nobody knows what it is good for\r\n"`, `CRITICAL - stls: the server sent a list of more than .* \[protocol\]`},
	"injected behind STLS":    {"stls", `S* 1000000 "+OK\r\n"`, `CRITICAL - stls: .*\[stls\]`},
	"in place of TLS":         {"implicit", `S* 1000000 "0123456789"`, `CRITICAL - tls: .*\[tls\]`},
	"a handshake without end": {"implicit", `S* 1000 "\x16\x03\x03\x40\x00` + strings.Repeat(`\x02`, 1<<14) + `"`, `CRITICAL - tls: .*\[tls\]`},
	"alerts":                  {"implicit", `S* 1000000 "\x15\x03\x03\x00\x02\x01\x5a"`, `CRITICAL - tls: .*\[tls\]`},
	"answers to USER":         {"user", `S* 3000000 "+OK\r\n"`, `CRITICAL - login: .*\[protocol\]`},
	"a refusal without end":   {"pass", `S* 1000000 "-ERR no, no"`, `CRITICAL - login: the server sent a line of more than 64 KiB; .*\[protocol\]`},
	"a number without end":    {"stat", `S* 1000000 "+OK 12345"`, `CRITICAL - stat: the server sent a line of more than 64 KiB; .*\[protocol\]`},
	"after QUIT":              {"quit", `S* 1000000 "+OK bye\r\n"`, `OK - `},
}

func TestFloods(t *testing.T) {
	scene := newScene(t)
	for name, flood := range floods {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := points[flood.at]
			player := serve(t, at.before+flood.sends+"\n", pop3test.Options{TLS: scene.options.TLS, Limit: patience})
			args := scene.args(attack{at: at}, player.Port())
			for _, verbose := range []string{"", "-vvv"} {
				if verbose != "" {
					player = serve(t, at.before+flood.sends+"\n", pop3test.Options{TLS: scene.options.TLS, Limit: patience})
					args = append(scene.args(attack{at: at}, player.Port()), verbose)
				}
				o := run{args: append(args, "-t", patience.String())}.play(t.TempDir())
				checkFlood(t, o, "^POP3 "+flood.want, verbose != "")
			}
		})
	}
}

func checkFlood(t *testing.T, o outcome, want string, verbose bool) {
	t.Helper()
	check := checkLine
	if verbose {
		check = checkLines
	}
	if err := check(o.stdout, o.code); err != nil {
		t.Error(err)
	}
	if !matches(want, o.stdout) {
		t.Errorf("want %s, said %.500s", want, o.stdout)
	}
	if err := checkPeak(o); err != nil {
		t.Error(err)
	}
}

// checkPeak checks the memory of a run if the system knows it.
func checkPeak(o outcome) error {
	if o.Peak > maxMemory || o.Peak == 0 && runtime.GOOS == "linux" {
		return fmt.Errorf("%s KiB of memory", strconv.Itoa(o.Peak))
	}
	return nil
}
