package check_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// A bomb is a server that makes the plugin compute, or keep what it sends, for as
// long as possible.
type bomb struct {
	want  string                      // the line, if the bomb was reached
	serve func(t *testing.T) []string // starts it and returns the arguments
}

// loggedIn is a dialogue up to STAT, of a mailbox with one message.
const loggedIn = "S: +OK ready\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS " + hostileSecret + "\nS: +OK\nC: STAT\nS: +OK 1 100\n"

var bombs = map[string]bomb{
	"a chain of large keys":             {`tls: .*\[(certificate|timeout)\]`, chainBomb},
	"an OCSP answer by a huge key":      {`OCSP answer is not signed by the issuer`, stapleBomb},
	"TLSA records with a huge key":      {`none can be used`, hugeTLSABomb},
	"hundreds of TLSA records":          {`is not issued by the anchor`, manyTLSABomb},
	"a million iterations of SCRAM":     {`login: (no answer within|the (server closed the connection|connection was reset))`, scramBomb},
	"--match on many subjects":          {`top: no answer within`, matchBomb},
	"--match on a long header":          {`top: .*\[(timeout|protocol)\]`, dialogueBomb(loggedIn+"C: TOP 1 0\nS: +OK\n"+`S* 5000000 "Subject: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"`, "--match", "Subject=(x+x+)+y")},
	"a token server without end":        {`token: .*\[token\]|token: no answer within`, tokenBomb(strings.Repeat(`{"access_token":"`, 1<<10))},
	"a token server with blanks":        {`token: .*\[token\]|token: no answer within`, tokenBomb(strings.Repeat(" ", 1<<14))},
	"a token server with open brackets": {`token: .*\[token\]|token: no answer within`, tokenBomb(strings.Repeat("[", 1<<14))},
	"CAPA without end":                  {`capa: .*\[(timeout|protocol)\]`, dialogueBomb("S: +OK ready\nC: CAPA\nS: +OK\n"+`S* 100000 "`+strings.Repeat("X ", 30<<10)+`\r\n"`, "-vvv")},
	"LIST without end":                  {`list: .*\[(timeout|protocol)\]`, dialogueBomb(loggedIn+"C: LIST\nS: +OK\n"+`S* 100000000 "1 100\r\n"`, "--steps", "list", "-vvv")},
	"UIDL without end":                  {`uidl: .*\[(timeout|protocol)\]`, dialogueBomb(loggedIn+"C: UIDL\nS: +OK\n"+`S* 100000000 "1 abcdefgh\r\n"`, "--steps", "uidl", "-vvv")},
	"TOP without end":                   {`top: .*\[(timeout|protocol)\]`, dialogueBomb(loggedIn+"C: TOP 1 0\nS: +OK\n"+`S* 100000000 "Received: by x;\r\n"`, "--newest-critical", "1h")},
	"greetings of many words":           {`capa: .*\[protocol\]`, dialogueBomb(`S* 100000 "+OK `+strings.Repeat("a=b ", 15<<10)+`\r\n"`, "-vvv")},
}

// No bomb takes more time, more of a processor or more memory than any other
// server. On a busy machine the budget may run out before the bomb is reached;
// then there is another run with a larger one.
func TestBombs(t *testing.T) {
	for name, b := range bombs {
		t.Run(name, func(t *testing.T) {
			for budget := 500 * time.Millisecond; ; budget *= 2 {
				args := append(b.serve(t), "-t", budget.String())
				o := run{args: args}.play(t.TempDir())
				if name == "hundreds of TLSA records" && raceFlag() != nil {
					o.Peak /= 2 // the detector keeps some octets of its own to each that hundreds of signatures are computed in
				}
				if err := errors.Join(checkLines(o.stdout, o.code), o.checkTime(budget), o.checkCPU(budget), checkPeak(o)); err != nil {
					t.Fatalf("%v\n%.300s", err, o.stdout)
				}
				t.Logf("%v of %v, %v of a processor, %d KiB: %.150s", o.Elapsed, budget, o.CPUTime, o.Peak, o.stdout)
				if matches(b.want, o.stdout) {
					return
				}
				if budget > patience/8 {
					t.Fatalf("want %s, said %.300s", b.want, o.stdout)
				}
			}
		})
	}
}

// checkCPU returns an error if a run kept a processor busy beyond its budget.
func (o outcome) checkCPU(budget time.Duration) error {
	if o.CPUTime > budget+grace {
		return fmt.Errorf("took %v of a processor, with a budget of %v", o.CPUTime, budget)
	}
	return nil
}

// dialogueBomb plays a dialogue.
func dialogueBomb(text string, args ...string) func(*testing.T) []string {
	return func(t *testing.T) []string {
		player := serve(t, text+"\n", pop3test.Options{Limit: patience})
		return bombArgs(t, player.Port(), append([]string{"--allow-cleartext-login"}, args...)...)
	}
}

// bombArgs returns the arguments for a login on a port.
func bombArgs(t *testing.T, port int, args ...string) []string {
	return append([]string{"-H", "127.0.0.1", "-p", strconv.Itoa(port), "-u", "alice", "--password-file", writeSecret(t, "pw", hostileSecret)}, args...)
}

// matchBomb has subjects that match a long pattern almost.
func matchBomb(t *testing.T) []string {
	headers := `S* 60 "Subject: ` + strings.Repeat("x", 16<<10-1) + `\r\n"`
	return dialogueBomb(loggedIn+"C: TOP 1 0\nS: +OK\n"+headers+"\nS:\nS: .\nC?: QUIT\n", "--match", "Subject="+strings.Repeat("(x+x+)", 130)+"y$")(t)
}

// scramBomb asks for as many iterations as are allowed, with a large salt.
func scramBomb(t *testing.T) []string {
	return bombArgs(t, listen(t, func(conn net.Conn) {
		said := func(text string) { io.WriteString(conn, text+"\r\n") }
		heard := func() (line string) { fmt.Fscanf(conn, "%s\r\n", &line); return line }
		lines := func() string {
			text := make([]byte, 1024)
			n, _ := conn.Read(text)
			return string(text[:n])
		}
		said("+OK ready")
		lines()
		said("+OK\r\nSASL SCRAM-SHA-256\r\n.")
		words := strings.Fields(lines())
		first, _ := base64.StdEncoding.DecodeString(words[len(words)-1])
		_, nonce, _ := strings.Cut(string(first), ",r=")
		salt := base64.StdEncoding.EncodeToString(make([]byte, 20<<10))
		said("+ " + base64.StdEncoding.EncodeToString([]byte("r="+nonce+"x,s="+salt+",i=1000000")))
		heard()
	}), "--auth", "scram-sha-256")
}

// listen serves connections until the test ends.
func listen(t *testing.T, serve func(net.Conn)) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// tokenBomb is a token server that sends a text again and again.
func tokenBomb(text string) func(*testing.T) []string {
	return func(t *testing.T) []string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for {
				if _, err := io.WriteString(w, text); err != nil {
					return
				}
			}
		}))
		t.Cleanup(server.Close)
		player := serve(t, "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL XOAUTH2\nS: .\nC?: QUIT\n", pop3test.Options{Limit: patience})
		return []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), "-u", "alice", "--allow-cleartext-login", "--state-dir", t.TempDir(),
			"--oauth", server.URL + "/token", "--oauth-client-id", "app", "--oauth-client-secret-file", writeSecret(t, "secret", hostileSecret)}
	}
}

// rootsFile writes the certificate of an authority.
func rootsFile(t *testing.T, root *pop3test.Authority) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
