package pop3

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

func stat(c *Conn) string {
	messages, octets, err := c.Stat()
	return outcome(fmt.Sprint(messages, " ", octets), err)
}

func capa(c *Conn) string {
	capabilities, err := c.Capa()
	return outcome(strings.Join(capabilities, "|"), err)
}

// afterGreeting reads the greeting before an exchange.
func afterGreeting(do func(*Conn) string) func(*Conn) string {
	return func(c *Conn) string {
		greet(c)
		return do(c)
	}
}

// RFC 1939, section 5; its grammar is checked by FuzzStat.
func TestStat(t *testing.T) {
	ask := "S: +OK\nC: STAT\n"
	runStories(t, []story{
		{"usual", ask + "S: +OK 2 320", `+OK "2 320"`, nil},
		{"with text", ask + "S: +OK 2 320 and more", `+OK "2 320"`, nil},
		{"too large", ask + "S: +OK 1 9223372036854775808", `protocol "+OK 1 9223372036854775808"`, nil},
		{"nothing after +OK", ask + "S: +OK", `protocol "+OK "`, nil},
		{"two replies", ask + "S: +OK 2 320\nS+ +OK 3 480", `+OK "2 320"`, nil},
	}, afterGreeting(stat))
}

// RFC 2449, section 5.
func TestCapa(t *testing.T) {
	ask := "S: +OK\nC: CAPA\n"
	runStories(t, []story{
		{"usual", ask + "S: +OK Capability list follows\nS+ TOP\nS+ SASL CRAM-MD5 PLAIN\nS+ .", `+OK "TOP|SASL CRAM-MD5 PLAIN"`, nil},
		{"line by line", ask + "S: +OK\nS: TOP\nS: UIDL\nS: .", `+OK "TOP|UIDL"`, nil},
		{"none", ask + "S: +OK\nS+ .", `+OK ""`, nil},
		{"empty line", ask + "S: +OK\nS+ \nS+ TOP\nS+ .", `+OK "|TOP"`, nil},
		{"dot-stuffed", ask + "S: +OK\nS+ ..\nS+ ...\nS+ ..TOP\nS+ .TOP\nS+ .", `+OK ".|..|.TOP|TOP"`, nil},
		{"bare LF", ask + `S- +OK\nTOP\n.\n`, `+OK "TOP"`, nil},
		{"dot and blank", ask + "S: +OK\nS+ . \nS+ .", `+OK " "`, nil},
		{"refused", ask + "S: -ERR unknown command", `-ERR CAPA "unknown command"`, nil},
		{"500 lines", ask + "S: +OK\n" + strings.Repeat("S+ X\n", 500) + "S+ .", `+OK "` + strings.Repeat("X|", 499) + `X"`, nil},
		{"501 lines", ask + "S: +OK\n" + strings.Repeat("S+ X\n", 501) + "S+ .", `protocol ""`, nil},
		{"32 KiB", ask + "S: +OK\n" + strings.Repeat("S+ "+strings.Repeat("y", 1022)+"\n", 32) + "S+ .",
			`+OK "` + strings.TrimSuffix(strings.Repeat(strings.Repeat("y", 1022)+"|", 32), "|") + `"`, nil},
		{"an octet more", ask + "S: +OK\n" + strings.Repeat("S+ "+strings.Repeat("y", 1022)+"\n", 32) + "S+ \nS+ .", `protocol ""`, nil},
		{"reset", ask + "S: +OK\nS+ TOP", `closed ""`, reset},
	}, afterGreeting(capa))
}

// A list without an end is a fault. It does not matter whether that is "closed" or
// "protocol": the session is over.
func TestListWithoutItsDot(t *testing.T) {
	for _, list := range []string{"S+ TOP", "S- .", `S- .\r`, "S- TOP", "S+ ..", "S+  ."} {
		w := play(t, "S: +OK\nC: CAPA\nS: +OK\n"+list)
		c := New(w, silent)
		greet(c)
		_, err := c.Capa()
		if kind := kindOf(err); kind != fault.Closed && kind != fault.Protocol {
			t.Errorf("%s: %v", list, err)
		}
	}
}

// The reader of a list may stop it.
func TestListStops(t *testing.T) {
	w := play(t, "S: a\nS+ b\nS+ .")
	enough := errors.New("enough")
	var seen []string
	err := New(w, silent).list("CAPA", capaLimit, func(line []byte, _ int) error {
		seen = append(seen, string(line))
		return enough
	})
	if err != enough || !slices.Equal(seen, []string{"a"}) {
		t.Errorf("%q, %v", seen, err)
	}
}

// Case does not matter (RFC 2449, section 3).
func TestCapabilities(t *testing.T) {
	c := Capabilities{"TOP", "stls", "SASL PLAIN", "", " ", "sasl  CRAM-MD5 login", "EXPIRENEVER", "LOGIN-DELAY 10"}
	for _, s := range []struct {
		name string
		args []string
		want bool
	}{
		{"TOP", nil, true}, {"top", nil, true}, {"STLS", nil, true}, {"USER", nil, false}, {"", nil, false},
		{"EXPIRE", nil, false}, {"SASL", nil, true}, {"SASL", []string{"plain"}, true}, {"SASL", []string{"LOGIN"}, true},
		{"SASL", []string{"PLAIN", "CRAM-MD5"}, true}, {"SASL", []string{"PLAIN", "EXTERNAL"}, false},
		{"SASL", []string{"PLA"}, false}, {"SASL", []string{""}, false}, {"TOP", []string{"PLAIN"}, false},
		{"PLAIN", nil, false}, {"LOGIN-DELAY", []string{"10"}, true},
	} {
		if got := c.Has(s.name, s.args...); got != s.want {
			t.Errorf("Has(%q, %q) is %v", s.name, s.args, got)
		}
	}
	args, found := c.Get("SASL")
	if want := []string{"PLAIN", "CRAM-MD5", "login"}; !found || !slices.Equal(args, want) {
		t.Error(args, found)
	}
	if Capabilities(nil).Has("TOP") {
		t.Error("a server without CAPA offers nothing")
	}
}

// RFC 2595, section 4: text after the +OK is neither TLS nor the reply to a command
// under TLS.
func TestSTLS(t *testing.T) {
	ask := "S: +OK\nC: STLS\n"
	runStories(t, []story{
		{"begin", ask + "S: +OK Begin TLS negotiation\nC: TLS", `+OK ""`, nil},
		{"refused", ask + "S: -ERR Command not permitted", `-ERR STLS "Command not permitted"`, nil},
		{"injected in the same packet", ask + "S: +OK Begin\nS+ +OK alice", `stls "+OK alice"`, nil},
		{"injected", ask + "S: +OK Begin\nS: -ERR alice", `stls "-ERR alice"`, nil},
		{"half a line injected", ask + "S: +OK Begin\nS- +O", `stls "+O"`, nil},
		{"empty line injected", ask + "S: +OK Begin\nS+ ", `stls ""`, nil},
		{"an octet injected", ask + "S: +OK Begin\nS- \\x00", `stls "\x00"`, nil},
		{"a handshake too early", ask + "S: +OK Begin\nS- \\x16\\x03\\x03\\x00\\x7a", `stls "\x16\x03\x03\x00z"`, nil},
		{"hang-up", ask + "S: +OK Begin", `closed ""`, nil},
		{"reset", ask + "S: +OK Begin", `closed ""`, reset},
	}, func(c *Conn) string {
		greet(c)
		got := outcome("", c.STLS())
		if strings.HasPrefix(got, "+OK") {
			c.send("TLS", "TLS", "") // the handshake takes over
		}
		return got
	}, 0)
}

// RFC 1939, section 7.
func TestUserPass(t *testing.T) {
	login := func(c *Conn) string {
		greet(c)
		if err := c.User("mr rose"); err != nil {
			return outcome("", err)
		}
		return outcome("", c.Pass(`100% "correct" horse `))
	}
	user := "S: +OK\nC: USER mr rose\n"
	pass := user + "S: +OK\n" + `C: PASS 100% \"correct\" horse ` + "\n"
	runStories(t, []story{
		{"good", pass + "S: +OK maildrop has 2 messages", `+OK ""`, nil},
		{"unknown", user + "S: -ERR never heard of mr rose", `-ERR USER "never heard of mr rose"`, nil},
		{"wrong", pass + "S: -ERR [AUTH] invalid password", `-ERR PASS "[AUTH] invalid password" [AUTH]`, nil},
		{"hang-up at USER", user, `closed ""`, nil},
		{"hang-up at PASS", pass, `closed ""`, nil},
		{"refused and signed off", pass + "S: -ERR wrong\nS+ +OK Pop server at x signing off.", `-ERR PASS "wrong"`, nil},
		{"echo", pass + `S: -ERR PASS 100% \"correct\" horse `, `-ERR PASS "PASS 100% \"correct\" horse "`, nil},
	}, login)
}

// CR, LF and NUL could end a command or begin another one.
func TestCommandInjection(t *testing.T) {
	for _, word := range []string{"a\r\nDELE 1", "a\n", "a\r", "\x00", "a\x00b", "\r\n"} {
		w := play(t, "S: +OK")
		c := New(w, silent)
		greet(c)
		for _, err := range []error{c.User(word), c.Pass(word), c.Auth("PLAIN"+word, exchange{initial: []byte("x")}), c.Auth(word, exchange{})} {
			if kindOf(err) != fault.Usage || strings.Contains(err.Error(), word) {
				t.Errorf("%q: %v", word, err)
			}
		}
		if w.writes != 0 {
			t.Errorf("%q was sent", word)
		}
	}
}

// An -ERR after the +OK to PASS is the server's last word.
func TestErrorAfterLogin(t *testing.T) {
	runStories(t, []story{
		{"one packet", "S: +OK\nC: PASS secret\nS: +OK Logged in.\nS+ -ERR [SYS/TEMP] Internal error occurred.",
			`-ERR STAT "[SYS/TEMP] Internal error occurred." [SYS/TEMP] unsolicited`, nil},
		{"two packets", "S: +OK\nC: PASS secret\nS: +OK Logged in.\nS: -ERR [SYS/TEMP] Internal error occurred.",
			`-ERR STAT "[SYS/TEMP] Internal error occurred." [SYS/TEMP] unsolicited`, nil},
		{"later", "S: +OK\nC: PASS secret\nS: +OK Logged in.\nC: STAT\nS: -ERR [SYS/TEMP] Internal error occurred.",
			`-ERR STAT "[SYS/TEMP] Internal error occurred." [SYS/TEMP]`, nil},
	}, func(c *Conn) string {
		greet(c)
		c.Pass("secret")
		return stat(c)
	}, 0)
}

// An exchange is a mechanism for tests. It hides challenges that begin with "v=".
type exchange struct {
	initial []byte
	next    func(challenge []byte) ([]byte, error)
	refusal string
}

func (x exchange) Initial() []byte                       { return x.initial }
func (x exchange) Next(challenge []byte) ([]byte, error) { return x.next(challenge) }
func (x exchange) Refusal() string                       { return x.refusal }
func (x exchange) Hides(challenge []byte) bool           { return strings.HasPrefix(string(challenge), "v=") }

// never fails the test if the mechanism has to answer a challenge.
func never(t *testing.T) func([]byte) ([]byte, error) {
	return func(challenge []byte) ([]byte, error) {
		t.Errorf("asked to answer %q", challenge)
		return nil, errors.New("no")
	}
}

// RFC 5034, section 4.
func TestAuth(t *testing.T) {
	plain := []byte("\x00alice\x00secret") // AGFsaWNlAHNlY3JldA==
	ask := "S: +OK\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
	runStories(t, []story{
		{"good", ask + "S: +OK Logged in.", `+OK ""`, nil},
		{"wrong", ask + "S: -ERR [AUTH] Authentication failed.", `-ERR AUTH "[AUTH] Authentication failed." [AUTH]`, nil},
		{"wrong without a word", ask + "S: -ERR", `-ERR AUTH ""`, nil},
		{"lower case", ask + "S: +ok Logged in.", `protocol "+ok Logged in."`, nil},
		{"neither", ask + "S: Logged in.", `protocol "Logged in."`, nil},
		{"not base64", ask + "S: + secret!", `protocol "+ secret!"`, nil},
		{"no blank", ask + "S: +PDE4OTY+", `protocol "+PDE4OTY+"`, nil},
		{"half a group", ask + "S: + PDE4O", `protocol "+ PDE4O"`, nil},
		{"text in the challenge", ask + "S: + PDE4OTY+ go on", `protocol "+ PDE4OTY+ go on"`, nil},
		{"two blanks", ask + "S: +  PDE4OTY+", `protocol "+  PDE4OTY+"`, nil},
		{"hang-up", ask, `closed ""`, nil},
		{"half a line", ask + "S- +OK", `closed ""`, nil},
		{"half a challenge", ask + "S- + PDE4OTY+", `closed ""`, nil},
	}, func(c *Conn) string {
		greet(c)
		return outcome("", c.Auth("PLAIN", exchange{initial: plain, next: never(t)}))
	})
}

// A challenge with a CR is not repaired.
func TestChallengeWithCR(t *testing.T) {
	w := play(t, `
S: +OK
C: AUTH X
S: + PDE4\rOTY+
C: *`)
	c := New(w, silent)
	greet(c)
	err := c.Auth("X", exchange{next: never(t)})
	if kindOf(err) != fault.Protocol {
		t.Error(err)
	}
}

// The octets of a command are limited (RFC 2449, section 4), so a response that
// does not fit waits for the first challenge (RFC 5034, section 4).
func TestInitialResponse(t *testing.T) {
	fits := strings.Repeat("x", 180) // 240 in base64
	for _, s := range []struct {
		name, mechanism string
		initial         []byte
		dialogue        string
	}{
		{"short", "PLAIN", []byte("xxx"), "C: AUTH PLAIN eHh4\n"},
		{"empty", "EXTERNAL", []byte{}, "C: AUTH EXTERNAL =\n"},
		{"255 octets", "XOAUTH2", []byte(fits), "C: AUTH XOAUTH2 " + strings.Repeat("eHh4", 60) + "\n"},
		{"256 octets", "X-OAUTH2", []byte(fits), "C: AUTH X-OAUTH2\nS: + \nC: " + strings.Repeat("eHh4", 60) + "\n"},
		{"no blank after the plus", "X-OAUTH2", []byte(fits), "C: AUTH X-OAUTH2\nS: +\nC: " + strings.Repeat("eHh4", 60) + "\n"},
		{"the server speaks first", "LOGIN", nil, "C: AUTH LOGIN\n"},
	} {
		t.Run(s.name, func(t *testing.T) {
			w := play(t, "S: +OK\n"+s.dialogue+"S: +OK")
			c := New(w, silent)
			greet(c)
			if err := c.Auth(s.mechanism, exchange{initial: s.initial, next: never(t)}); err != nil {
				t.Error(err)
			}
			w.finish()
			if got := len("AUTH XOAUTH2 ") + 240 + len("\r\n"); got != MaxCommand {
				t.Errorf("the test's longest command has %d octets", got)
			}
		})
	}
}

// In two steps the initial response answers the first challenge, whatever stands
// in that.
func TestTwoSteps(t *testing.T) {
	for _, s := range []struct{ name, dialogue, want string }{
		{"empty challenge", "S: +\nC: eHh4\nS: +OK", `+OK ""`},
		{"words for people", "S: + go ahead\nC: eHh4\nS: +OK", `+OK ""`},
		{"refused", "S: -ERR no", `-ERR AUTH "no"`},
		{"refused later", "S: +\nC: eHh4\nS: -ERR no", `-ERR AUTH "no"`},
		{"accepted too early", "S: +OK", `protocol ""`},
		{"not POP3", "S: * OK", `protocol "* OK"`},
		{"gone", "", `closed ""`},
	} {
		t.Run(s.name, func(t *testing.T) {
			w := play(t, "S: +OK\nC: AUTH PLAIN\n"+s.dialogue)
			c := New(w, silent)
			c.TwoSteps = true
			greet(c)
			if got := outcome("", c.Auth("PLAIN", exchange{initial: []byte("xxx"), next: never(t)})); got != s.want {
				t.Errorf("%s, want %s", got, s.want)
			}
			w.finish()
		})
	}
}

// A refusal of the first line is told from one of what came later.
func TestInline(t *testing.T) {
	for dialogue, want := range map[string]bool{
		"C: AUTH X eHh4\nS: -ERR no":                     true,
		"C: AUTH X eHh4\nS: + YQ==\nC: YTE=\nS: -ERR no": false,
	} {
		w := play(t, "S: +OK\n"+dialogue)
		c := New(w, silent)
		greet(c)
		err := c.Auth("X", exchange{initial: []byte("xxx"), next: func([]byte) ([]byte, error) { return []byte("a1"), nil }})
		if refusal, ok := errors.AsType[*Error](err); !ok || refusal.Inline != want {
			t.Errorf("%q: %+v", dialogue, err)
		}
		w.finish()
	}
}

// Challenges are answered in turn. An initial response that was too long answers
// the first one.
func TestChallenges(t *testing.T) {
	var asked []string
	answers := func(challenge []byte) ([]byte, error) {
		asked = append(asked, string(challenge))
		return fmt.Appendf(nil, "a%d", len(asked)), nil
	}
	w := play(t, `
S: +OK
C: AUTH LOGIN
S: + VXNlciBOYW1lAA==
C: YTE=
S: + UGFzc3dvcmQA
C: YTI=
S: +
C: YTM=
S: +OK`)
	c := New(w, silent)
	greet(c)
	if err := c.Auth("LOGIN", exchange{next: answers}); err != nil {
		t.Error(err)
	}
	w.finish()
	if want := []string{"User Name\x00", "Password\x00", ""}; !slices.Equal(asked, want) {
		t.Errorf("asked %q", asked)
	}

	asked = nil
	long := strings.Repeat("x", 300)
	w = play(t, "S: +OK\nC: AUTH X\nS: + \nC: "+strings.Repeat("eHh4", 100)+"\nS: + YQ==\nC: YTE=\nS: -ERR no")
	c = New(w, silent)
	greet(c)
	if got := outcome("", c.Auth("X", exchange{initial: []byte(long), next: answers})); got != `-ERR AUTH "no"` || !slices.Equal(asked, []string{"a"}) {
		t.Errorf("%s, asked %q", got, asked)
	}
	w.finish()
}

// An exchange has a bounded number of rounds, and a challenge that arrives before
// the last one was answered is a fault.
func TestHostileChallenges(t *testing.T) {
	answer := func([]byte) ([]byte, error) { return []byte("secret"), nil }
	endless := play(t, "S: +OK\nC: AUTH X\nS: + \n"+strings.Repeat("C: c2VjcmV0\nS: + \n", maxRounds))
	c := New(endless, silent)
	greet(c)
	if got := outcome("", c.Auth("X", exchange{next: answer})); got != `protocol ""` || endless.writes > 1+maxRounds {
		t.Errorf("%s after %d writes", got, endless.writes)
	}
	for _, early := range []string{"S: + \nS+ + ", "S: + \nS: +OK", "S: + \nS: x"} {
		w := play(t, "S: +OK\nC: AUTH X\n"+early)
		c := New(w, silent)
		greet(c)
		if err := c.Auth("X", exchange{next: answer}); kindOf(err) != fault.Protocol || w.writes != 1 {
			t.Errorf("%q: %v after %d writes", early, err, w.writes)
		}
	}
}

// A server that has said inside the exchange why it refuses has refused, even if
// it does not wait for the answer, or hangs up.
func TestReason(t *testing.T) {
	x := exchange{next: func([]byte) ([]byte, error) { return []byte{}, nil }, refusal: "status 401"}
	for end, want := range map[string]string{
		"C: \nS: -ERR [AUTH] no": `-ERR AUTH "[AUTH] no" [AUTH]`,
		"S+ -ERR no":             `-ERR AUTH "no"`,
		"C: ":                    `auth "status 401"`,
	} {
		w := play(t, "S: +OK\nC: AUTH X\nS: + YQ==\n"+end)
		c := New(w, silent)
		greet(c)
		err := c.Auth("X", x)
		if got := outcome("", err); got != want {
			t.Errorf("%q: %s", end, got)
		}
		if refusal, ok := errors.AsType[*Error](err); ok && refusal.Reason != "status 401" {
			t.Errorf("%q: %+v", end, refusal)
		}
		w.finish()
	}
}

// A client that cancels sends "*" (RFC 5034, section 4), and returns its own reason.
func TestCancel(t *testing.T) {
	reason := fault.New(fault.Auth, "the server cannot prove that it knows the password")
	refuse := func([]byte) ([]byte, error) { return nil, reason }
	for _, s := range []string{
		"C: *\nS: -ERR AUTH cancelled", "C: *\nS: +OK", "C: *\nS: + ", "C: *\nS: x", "C: *", "S: too early",
	} {
		w := play(t, "S: +OK\nC: AUTH X\nS: + YQ==\n"+s)
		c := New(w, silent)
		greet(c)
		if err := c.Auth("X", exchange{next: refuse}); err != error(reason) {
			t.Errorf("%q: %v", s, err)
		}
		w.finish()
	}
}

// RFC 1939, sections 4 and 6.
func TestQuit(t *testing.T) {
	runStories(t, []story{
		{"good-bye", "S: +OK\nC: QUIT\nS: +OK dewey POP3 server signing off", `+OK ""`, nil},
		{"not updated", "S: +OK\nC: QUIT\nS: -ERR some deleted messages not removed", `-ERR QUIT "some deleted messages not removed"`, nil},
		{"gone", "S: +OK\nC: QUIT\n", `closed ""`, nil},
	}, func(c *Conn) string {
		greet(c)
		return outcome("", c.Quit())
	})
}

// After a refused login QUIT is sent and nothing is read.
func TestSendQuit(t *testing.T) {
	for _, rest := range []string{"", "S: +OK Pop server signing off.\n", "S: x\n"} {
		w := play(t, "S: +OK\nC: PASS x\nS: -ERR no\n"+rest+"C: QUIT")
		var trace tracer
		c := New(w, trace.note)
		greet(c)
		c.Pass("x")
		before := w.consumed
		c.SendQuit()
		w.finish()
		if w.consumed != before || trace[len(trace)-1] != "C: QUIT" {
			t.Errorf("%d octets read, trace %q", w.consumed-before, trace)
		}
	}
}

// The trace is the dialogue without the secrets that were sent.
func TestTrace(t *testing.T) {
	for _, s := range []struct {
		name, dialogue string
		do             func(*Conn)
		want           []string
	}{
		{"whole session", `
S: +OK ready
C: CAPA
S: +OK
S+ ..x
S+ TOP
S+ .
C: USER alice
S: +OK
C: PASS secret
S: +OK
C: STAT
S: +OK 2 320
C: QUIT
S: +OK bye`, func(c *Conn) {
			greet(c)
			c.Capa()
			c.User("alice")
			c.Pass("secret")
			c.Stat()
			c.Quit()
		}, []string{
			"S: +OK ready", "C: CAPA", "S: +OK", "S: ..x", "S: TOP", "S: .", "C: USER alice", "S: +OK", "C: PASS ***", "S: +OK",
			"C: STAT", "S: +OK 2 320", "C: QUIT", "S: +OK bye",
		}},
		{"initial response", "S: +OK\nC: AUTH PLAIN c2VjcmV0\nS: -ERR no", func(c *Conn) {
			greet(c)
			c.Auth("PLAIN", exchange{initial: []byte("secret")})
		}, []string{"S: +OK", "C: AUTH PLAIN ***", "S: -ERR no"}},
		{"continuation", "S: +OK\nC: AUTH X\nS: + YQ==\nC: c2VjcmV0\nS: +OK", func(c *Conn) {
			greet(c)
			c.Auth("X", exchange{next: func([]byte) ([]byte, error) { return []byte("secret"), nil }})
		}, []string{"S: +OK", "C: AUTH X", "S: + YQ==", "C: ***", "S: +OK"}},
		{"hidden", "S: +OK\nC: AUTH X\nS: + dj1hYmM=\nC: \nS: +OK", func(c *Conn) {
			greet(c)
			c.Auth("X", exchange{next: func([]byte) ([]byte, error) { return nil, nil }})
		}, []string{"S: +OK", "C: AUTH X", "S: + ***", "C: ***", "S: +OK"}},
		{"hidden, half a group", "S: +OK\nC: AUTH X\nS: + dj1hYmM", func(c *Conn) {
			greet(c)
			if err := c.Auth("X", exchange{}); strings.Contains(err.Error(), "dj1hYmM") {
				panic(err)
			}
		}, []string{"S: +OK", "C: AUTH X", "S: + ***"}},
		{"APOP", "S: +OK <1@h>\nC: APOP alice c4c9334bac560ecc979e58001b3e22fb\nS: +OK", func(c *Conn) {
			greet(c)
			c.APOP("alice", Digest("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf"))
		}, []string{"S: +OK <1@h>", "C: APOP alice ***", "S: +OK"}},
		{"cancelled", "S: +OK\nC: AUTH X\nS: + YQ==\nC: *\nS: -ERR", func(c *Conn) {
			greet(c)
			c.Auth("X", exchange{next: func([]byte) ([]byte, error) { return nil, errors.New("no") }})
		}, []string{"S: +OK", "C: AUTH X", "S: + YQ==", "C: *", "S: -ERR"}},
		{"unsolicited", "S: +OK\nS: -ERR bye", func(c *Conn) { greet(c); c.Stat() }, []string{"S: +OK", "S: -ERR bye"}},
		{"injected", "S: +OK\nC: STLS\nS: +OK\nS+ x", func(c *Conn) { greet(c); c.STLS() }, []string{"S: +OK", "C: STLS", "S: +OK", "S: x"}},
		{"garbage", "S: HTTP/1.1 400 Bad Request", func(c *Conn) { greet(c) }, []string{"S: HTTP/1.1 400 Bad Request"}},
		{"refused before it was sent", "S: +OK", func(c *Conn) { greet(c); c.Pass("a\nb") }, []string{"S: +OK"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			var trace tracer
			w := play(t, s.dialogue)
			s.do(New(w, trace.note))
			w.finish()
			if !reflect.DeepEqual([]string(trace), s.want) {
				t.Errorf("got  %q\nwant %q", trace, s.want)
			}
		})
	}
}
