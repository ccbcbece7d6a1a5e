package check_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	probes "check_pop3x/check/loop"
)

// A postbox is a POP3 server for one mailbox whose messages are texts. It deletes
// what is marked at QUIT, and can be told to misbehave.
type postbox struct {
	t    *testing.T
	dir  string // of the check: its password and state
	port int
	out  []probes.Probe // what the check has sent

	mu       sync.Mutex
	answer   func(p *postbox, command, usual string) (reply string, on bool) // nil: as usual; on is false to hang up behind the reply
	messages []string                                                        // with LF
	marked   map[int]bool
	commands []string // from the first DELE's session on
}

// newPostbox listens, and makes the state of a check that has sent probes so long
// ago, the oldest first, and one just now, so that it sends none.
func newPostbox(t *testing.T, ago ...time.Duration) *postbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postbox{t: t, dir: t.TempDir(), port: l.Addr().(*net.TCPAddr).Port}
	var sessions sync.WaitGroup
	t.Cleanup(func() { l.Close(); sessions.Wait() })
	sessions.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() { defer conn.Close(); p.serve(conn) })
		}
	})
	if err := os.WriteFile(filepath.Join(p.dir, "pw"), []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, age := range append(ago, 0) {
		one := probes.NewProbe(time.Now().Add(-age))
		p.out = append(p.out, one)
		if err := p.probes().Send(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// probes is the record of the check.
func (p *postbox) probes() *probes.Record {
	state := filepath.Join(p.dir, "state")
	return probes.NewRecord(state, "127.0.0.1", strconv.Itoa(p.port), "alice", "alice@example.org")
}

func (p *postbox) args(more ...string) []string {
	return append([]string{"-H", "127.0.0.1", "-p", strconv.Itoa(p.port), "-u", "alice", "--password-file", "pw", "--allow-cleartext-login", "--no-second-look",
		"--send-via", "127.0.0.1:1", "--send-clear", "--send-to", "alice@example.org", "--send-every", "24h", "--state-dir", "state", "--delete-probes", "-t", "20s"}, more...)
}

// probe is a probe that was sent so long ago, as it lies in the mailbox.
func (p *postbox) probe(ago time.Duration) string {
	p.t.Helper()
	return p.arrived(probes.NewProbe(time.Now().Add(-ago)), 3*time.Second)
}

// arrived is a probe as it lies in the mailbox, after a way that took so long.
func (p *postbox) arrived(one probes.Probe, took time.Duration) string {
	p.t.Helper()
	key, err := p.probes().Key(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	text := "From: <alice@example.org>\r\nTo: <alice@example.org>\r\nSubject: probe\r\nDate: " + one.Sent.Format(time.RFC1123Z) +
		"\r\nMessage-ID: <" + one.ID + "@example.org>\r\n\r\nThis mail shows that mail arrives.\r\n.A line that begins with a dot.\r\n"
	received := "Received: from a.example.org by b.example.org; " + one.Sent.Add(took).Format(time.RFC1123Z) + "\n"
	return received + strings.ReplaceAll(string(key.Sign(one, []byte(text))), "\r\n", "\n")
}

// letter is somebody's mail.
func letter(n int) string {
	return fmt.Sprintf("Received: from a by b; %s\nFrom: bob@example.org\nSubject: letter %d\n\nDear Alice,\n%s\n",
		time.Now().Add(-time.Hour).Format(time.RFC1123Z), n, strings.Repeat("x", n))
}

func (p *postbox) serve(conn net.Conn) {
	in := bufio.NewScanner(conn)
	p.mu.Lock()
	p.marked, p.commands = map[int]bool{}, nil
	p.mu.Unlock()
	fmt.Fprint(conn, "+OK ready\r\n")
	for in.Scan() {
		command := in.Text()
		reply, on := p.do(command), true
		p.note(command)
		if answer := p.answers(); answer != nil {
			reply, on = answer(p, command, reply)
		}
		fmt.Fprint(conn, reply)
		if !on {
			return
		}
		if command == "QUIT" {
			p.update()
			return
		}
	}
}

// put puts messages into the mailbox.
func (p *postbox) put(messages ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = messages
}

// misbehave has the server answer in another way.
func (p *postbox) misbehave(answer func(p *postbox, command, usual string) (string, bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *postbox) answers() func(*postbox, string, string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answer
}

func (p *postbox) note(command string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commands = append(p.commands, command)
}

// do returns the usual answer.
func (p *postbox) do(command string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := append(strings.Fields(command), "", "")
	n, _ := strconv.Atoi(words[1])
	there := n >= 1 && n <= len(p.messages) && !p.marked[n]
	switch {
	case words[0] == "CAPA":
		return "+OK\r\nUSER\r\nTOP\r\n.\r\n"
	case words[0] == "STAT":
		count, octets := 0, 0
		for i, text := range p.messages {
			if !p.marked[i+1] {
				count, octets = count+1, octets+size(text)
			}
		}
		return fmt.Sprintf("+OK %d %d\r\n", count, octets)
	case words[0] == "RSET":
		p.marked = map[int]bool{}
	case words[0] == "TOP" && there:
		return "+OK\r\n" + top(p.messages[n-1], words[2] != "0") + ".\r\n"
	case words[0] == "LIST" && there:
		return fmt.Sprintf("+OK %d %d\r\n", n, size(p.messages[n-1]))
	case words[0] == "DELE" && there:
		p.marked[n] = true
	case slices.Contains([]string{"TOP", "LIST", "DELE"}, words[0]):
		return "-ERR no such message\r\n"
	}
	return "+OK\r\n"
}

func size(text string) int { return len(text) + strings.Count(text, "\n") }

// top is a message as TOP shows it, or its header.
func top(text string, body bool) string {
	if !body {
		text, _, _ = strings.Cut(text, "\n\n")
		text += "\n\n"
	}
	text = strings.ReplaceAll("\n"+text, "\n.", "\n..")[1:]
	return strings.ReplaceAll(text, "\n", "\r\n")
}

// update deletes what is marked (RFC 1939, section 6).
func (p *postbox) update() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []string
	for i, text := range p.messages {
		if !p.marked[i+1] {
			left = append(left, text)
		}
	}
	p.messages, p.marked = left, map[int]bool{}
}

// left returns what is in the mailbox.
func (p *postbox) left() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.messages)
}

func (p *postbox) sent(command string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.commands, func(c string) bool { return strings.HasPrefix(c, command) })
}
