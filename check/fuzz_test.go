package check_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check"
	"check_pop3x/check/testkit/measured"
	"check_pop3x/check/testkit/pop3test"
)

// These octets of a fuzzed dialogue have a meaning. All others are sent.
const (
	clientTurn = '\x1d' // wait for a line of the client
	toTLS      = '\x1c' // a handshake
	echoSecret = '\x1e' // the secret, in the form that the next octet chooses
)

// fuzzBudget keeps a run short if the server sends too little.
const fuzzBudget = 200 * time.Millisecond

// fuzzOptions are ways to call the plugin.
var fuzzOptions = []string{
	"",
	"-u alice --allow-cleartext-login",
	"-u alice --allow-cleartext-login --auth plain",
	"-u alice --tls --insecure",
	"-u alice --starttls --insecure",
	"-u alice --allow-cleartext-login --jail -e Dovecot -e ready",
	"--tls -D 30",
	"-w 1ms -c @1us:1h --phase-warning greeting=1us --phase-timeout capa=50ms --state protocol=ok --state mismatch=unknown -e x",
	"-u alice --allow-cleartext-login --state auth=ok --state in-use=unknown",
	"-u alice --allow-cleartext-login --auth user --steps all,retr,reset --retr-max 1KB --messages-warning 1 --size-critical 1KiB --state empty=warning",
	"-u alice --allow-cleartext-login --auth user --steps uidl --match Subject=a --age-scan all --newest-critical 1d --oldest-warning 1w:",
	"-u alice --allow-cleartext-login -vvv",
	"--starttls --insecure -vv",
	"-u alice -vvv",
	"-u alice --auth apop -vvv",
	"-u alice --auth cram-md5 -vvv",
	"-u alice --auth scram-sha-256 --scram-min-iterations 1 -vvv",
	"-u alice --auth login --allow-cleartext-login -vvv",
	"-u alice --tls --insecure --auth scram-sha-1-plus --channel-binding tls-server-end-point -vvv",
	"-u alice --allow-cleartext-login --format json -vvv",
	"-u alice --allow-cleartext-login --auth user --steps all --match Subject=a --format prometheus --name a\"b -w 1us",
	"-u alice --tls --insecure --format checkmk -w 1us:2s -c 3s",
	"-u alice --allow-cleartext-login --quiet-ok",
}

// Whatever a server sends, the plugin prints one clean line in time, without
// the secret.
func FuzzMain(f *testing.F) {
	secret := hostileSecret + "+/=%s"
	password := writeSecret(f, "pw", secret)
	server := newFuzzServer(f, secret)
	for options := range fuzzOptions {
		f.Add(byte(options), []byte(repeats))
	}
	for _, at := range points {
		f.Add(optionsOf[at.options], []byte(toOctets(at.before+at.answer+at.after)))
	}
	f.Add(byte(9), []byte(toOctets(mailboxDialogue)))
	f.Add(byte(10), []byte(toOctets(mailboxDialogue)))
	f.Fuzz(func(t *testing.T, options byte, dialogue []byte) {
		typed := fuzzOptions[int(options)%len(fuzzOptions)]
		knows := strings.Contains(typed, "-u")
		if knows {
			typed += " --password-file " + password
		}
		said, code, took := server.play(t, dialogue, strings.Fields(typed))
		if took > fuzzBudget+grace { // or the machine is busy, which is slow to find out
			before := measured.QueueTime()
			_, _, took = server.play(t, dialogue, strings.Fields(typed))
			if waited := max(0, measured.QueueTime()-before); took > fuzzBudget+grace+waited {
				t.Errorf("it took %v, and waited %v for a processor", took, waited)
			}
		}
		if err := outputCheck(strings.Fields(typed))(said, code); err != nil {
			t.Error(err)
		}
		if err := checkHidden(said, secret); knows && err != nil {
			t.Errorf("%v\n%s", err, said)
		}
	})
}

// repeats sends the secret wherever it can.
const repeats = "+OK \x1e0 \x1e1\r\n\x1d+OK\r\nUSER \x1e2\r\n.\r\n\x1d-ERR [AUTH] \x1e3\x1e4\x1e5\r\n"

// optionsOf has the fuzzOptions for a point of attackTable.
var optionsOf = map[string]byte{inClear: 1, firstTLS: 3, bySTLS: 4}

// toOctets writes a dialogue as octets.
func toOctets(dialogue string) string {
	var text strings.Builder
	for line := range strings.Lines(dialogue) {
		line = strings.TrimSuffix(line, "\n")
		switch said, server := strings.CutPrefix(line, "S: "); {
		case server:
			text.WriteString(said + "\r\n")
		case strings.HasPrefix(line, "C"):
			text.WriteByte(clientTurn)
		case line == "tls":
			text.WriteByte(toTLS)
		}
	}
	return text.String()
}

// A fuzzServer plays octets to one client after the other.
type fuzzServer struct {
	config *tls.Config
	forms  []string
	stdin  *os.File
}

func newFuzzServer(f *testing.F, secret string) *fuzzServer {
	f.Helper()
	stdin, err := os.Open(os.DevNull)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		stdin.Close()
		signal.Reset(syscall.SIGPIPE) // Main ignores it, and child processes inherit that
	})
	leaf := pop3test.NewAuthority("pop3test root").Issue(pop3test.Leaf{Names: pop3test.Localhost})
	return &fuzzServer{config: pop3test.ServerTLS(leaf), forms: encodings(secret), stdin: stdin}
}

// play runs the plugin in this process. The fuzzer takes ten seconds for a
// crash, so a plugin whose budget ended before it connected is not waited for.
func (s *fuzzServer) play(t *testing.T, dialogue []byte, args []string) (said string, code int, took time.Duration) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.serve(l, dialogue)
	}()
	port := l.Addr().(*net.TCPAddr).Port
	common := []string{"check_pop3x", "-H", "127.0.0.1", "-p", strconv.Itoa(port), "-t", fuzzBudget.String()}
	var stdout bytes.Buffer
	start := time.Now()
	code = check.Start(func(time.Duration) context.Context { return context.Background() }, "v0.0.0-test", append(common, args...), s.stdin, &stdout)
	took = time.Since(start)
	l.Close()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("the plugin is still connected")
	}
	return stdout.String(), code, took
}

// serve plays the dialogue and hangs up.
func (s *fuzzServer) serve(l net.Listener, dialogue []byte) {
	raw, err := l.Accept()
	if err != nil {
		return
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(patience / 2))
	conn, in := raw, bufio.NewReader(raw)
	for part := range bytes.SplitAfterSeq(dialogue, []byte{clientTurn}) {
		said, turn := bytes.CutSuffix(part, []byte{clientTurn})
		before, after, secured := bytes.Cut(said, []byte{toTLS})
		_, err = io.WriteString(conn, s.echo(before))
		if secured && conn == raw {
			conn = tls.Server(raw, s.config)
			in = bufio.NewReader(conn)
		}
		if err == nil {
			_, err = io.WriteString(conn, s.echo(after))
		}
		if err == nil && turn {
			err = awaitLine(raw, in)
		}
		if err != nil {
			return
		}
	}
}

// awaitLine waits for a line of the client, unless the client waits as well.
func awaitLine(raw net.Conn, in *bufio.Reader) error {
	defer raw.SetDeadline(time.Now().Add(patience / 2))
	_ = raw.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, err := in.ReadSlice('\n')
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}

// echo inserts the secret.
func (s *fuzzServer) echo(part []byte) string {
	var text strings.Builder
	for i := 0; i < len(part); i++ {
		if part[i] != echoSecret || i+1 == len(part) {
			text.WriteByte(part[i])
			continue
		}
		i++
		text.WriteString(s.forms[int(part[i])%len(s.forms)])
	}
	return text.String()
}
