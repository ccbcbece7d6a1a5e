package pop3test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var testRoot = NewAuthority("server test")

// serveMail starts a server with this configuration for alice, whose password
// is s3cret.
func serveMail(t *testing.T, c Config, box Mailbox) *Server {
	t.Helper()
	c.Users = append(c.Users, User{"alice", "correct horse", box})
	if c.TLS == nil {
		c.TLS = ServerTLS(testRoot.Issue(Leaf{Names: Localhost}))
	}
	s, err := NewServer(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func listen(t *testing.T, f func(string) (net.Addr, error)) net.Addr {
	t.Helper()
	addr, err := f("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// A client speaks to the server line by line.
type client struct {
	t *testing.T
	c net.Conn
	*textproto.Reader
}

func connect(t *testing.T, s *Server) *client {
	t.Helper()
	n := newClient(t, dial(t, listen(t, s.Listen)))
	n.want("", "+OK pop3test ready.")
	return n
}

func newClient(t *testing.T, c net.Conn) *client {
	return &client{t, c, textproto.NewReader(bufio.NewReader(c))}
}

// want sends a command, unless it is "", and compares the first line of the
// answer.
func (n *client) want(command, answer string) {
	n.t.Helper()
	if command != "" {
		tell(n.t, n.c, command+"\r\n")
	}
	line, err := n.ReadLine()
	if err != nil || line != answer {
		n.t.Fatalf("%s: answer %q (%v), want %q", command, line, err, answer)
	}
}

// list sends a command and reads its multi-line answer.
func (n *client) list(command string) []string {
	n.t.Helper()
	n.want(command, "+OK")
	lines, err := n.ReadDotLines()
	if err != nil {
		n.t.Fatal(err)
	}
	return lines
}

func (n *client) login() {
	n.t.Helper()
	n.want("USER alice", "+OK")
	n.want("PASS correct horse", "+OK Logged in.")
}

func TestSession(t *testing.T) {
	s := serveMail(t, Config{}, Mailbox{Messages: 3, Size: 1000})
	n := connect(t, s)
	n.want("STAT", "-ERR Command is not valid in this state.")
	n.want("XYZ", "-ERR Unknown command.")
	n.want("PASS x", "-ERR No user name given.")
	n.want("USER bob", "+OK")
	n.want("PASS x", "-ERR [AUTH] Authentication failed.")
	n.login()
	n.want("USER alice", "-ERR Command is not valid in this state.")
	n.want("STAT", "+OK 3 3000")
	n.want("stat", "+OK 3 3000")
	n.want("LIST 2", "+OK 2 1000")
	n.want("LIST 4", "-ERR No such message.")
	n.want("LIST +1", "-ERR No such message.")
	n.want("UIDL 2", "+OK 2 pop3test-0000002")
	n.want("DELE 2", "+OK Message marked.")
	n.want("DELE 2", "-ERR No such message.")
	n.want("STAT", "+OK 2 2000")
	if got := fmt.Sprint(n.list("LIST")); got != "[1 1000 3 1000]" {
		t.Errorf("LIST %s", got)
	}
	n.want("RSET", "+OK")
	n.want("NOOP", "+OK")
	if got := fmt.Sprint(n.list("UIDL")); got != "[1 pop3test-0000001 2 pop3test-0000002 3 pop3test-0000003]" {
		t.Errorf("UIDL %s", got)
	}
	n.want("TOP 1", "-ERR Wrong number of arguments.")
	n.want("QUIT", "+OK Bye.")
	if _, err := n.ReadLine(); err != io.EOF {
		t.Errorf("after QUIT: %v", err)
	}
}

func TestDeletedOnlyByQuit(t *testing.T) {
	s := serveMail(t, Config{}, Mailbox{Messages: 3})
	for _, last := range []string{"", "QUIT"} {
		n := connect(t, s)
		n.login()
		n.want("DELE 1", "+OK Message marked.")
		if last != "" {
			n.want(last, "+OK Bye.")
		}
		_ = n.c.Close()
	}
	n := connect(t, s)
	n.login()
	if got := fmt.Sprint(n.list("UIDL")); got != "[1 pop3test-0000002 2 pop3test-0000003]" {
		t.Errorf("UIDL %s", got)
	}
}

func TestAuthPlain(t *testing.T) {
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	good := encode("\x00alice\x00correct horse")
	n := connect(t, serveMail(t, Config{}, Mailbox{}))
	if got := fmt.Sprint(n.list("AUTH")); got != "[PLAIN]" {
		t.Errorf("AUTH %s", got)
	}
	n.want("AUTH CRAM-MD5", "-ERR Unsupported authentication mechanism.")
	n.want("AUTH PLAIN =", "-ERR Invalid response.")
	n.want("AUTH PLAIN !", "-ERR Invalid response.")
	n.want("AUTH PLAIN "+encode("\x00alice\x00wrong"), "-ERR [AUTH] Authentication failed.")
	n.want("AUTH PLAIN", "+ ")
	n.want("*", "-ERR Authentication cancelled.")
	n.want("AUTH plain", "+ ")
	n.want(good, "+OK Logged in.")
	n.want("AUTH PLAIN", "-ERR Command is not valid in this state.")

	n = connect(t, serveMail(t, Config{}, Mailbox{}))
	n.want("AUTH PLAIN "+good, "+OK Logged in.")
}

func TestTransports(t *testing.T) {
	s := serveMail(t, Config{RequireTLS: true, Pipelining: true, Extra: []string{"EXPIRE 0"}}, Mailbox{Messages: 1})
	trust := &tls.Config{RootCAs: testRoot.Pool(), ServerName: "127.0.0.1"}
	n := connect(t, s)
	const before = "[TOP UIDL RESP-CODES AUTH-RESP-CODE PIPELINING STLS EXPIRE 0 IMPLEMENTATION pop3test]"
	if got := fmt.Sprint(n.list("CAPA")); got != before {
		t.Errorf("CAPA before TLS %s", got)
	}
	n.want("USER alice", "-ERR [AUTH] Plaintext authentication needs TLS.")
	n.want("AUTH PLAIN", "-ERR Unsupported authentication mechanism.")
	n.want("STLS", "+OK Begin TLS negotiation.")
	secureSession(t, newClient(t, tls.Client(n.c, trust)))

	n = newClient(t, tls.Client(dial(t, listen(t, s.ListenTLS)), trust))
	n.want("", "+OK pop3test ready.")
	secureSession(t, n)
}

func secureSession(t *testing.T, n *client) {
	t.Helper()
	const inside = "[TOP UIDL RESP-CODES AUTH-RESP-CODE PIPELINING USER SASL PLAIN EXPIRE 0 IMPLEMENTATION pop3test]"
	if got := fmt.Sprint(n.list("CAPA")); got != inside {
		t.Errorf("CAPA in TLS %s", got)
	}
	n.want("STLS", "-ERR Command not permitted.")
	n.login()
	tell(t, n.c, "STAT\r\nNOOP\r\nQUIT\r\n")
	n.want("", fmt.Sprintf("+OK 1 %d", Mailbox{}.minSize()))
	n.want("", "+OK")
	n.want("", "+OK Bye.")
}

func TestInjectedAfterSTLS(t *testing.T) {
	n := connect(t, serveMail(t, Config{}, Mailbox{}))
	tell(t, n.c, "STLS\r\nCAPA\r\n")
	n.want("", "-ERR Nothing may be sent after STLS.")
}

func TestExclusive(t *testing.T) {
	s := serveMail(t, Config{Exclusive: true}, Mailbox{})
	first, second := connect(t, s), connect(t, s)
	first.login()
	second.want("USER alice", "+OK")
	second.want("PASS correct horse", "-ERR [IN-USE] Mailbox is locked by another session.")
	first.want("QUIT", "+OK Bye.")
	_, _ = first.ReadLine() // the end, by when the lock is free
	second.login()
}

func TestDelay(t *testing.T) {
	addr := listen(t, serveMail(t, Config{Delay: 20 * time.Millisecond}, Mailbox{}).Listen)
	begin := time.Now() // the greeting's delay begins with the connection
	n := newClient(t, dial(t, addr))
	n.want("", "+OK pop3test ready.")
	n.want("QUIT", "+OK Bye.")
	if d := time.Since(begin); d < 40*time.Millisecond {
		t.Errorf("took %v", d)
	}
}

func TestLongLine(t *testing.T) {
	n := connect(t, serveMail(t, Config{}, Mailbox{}))
	n.want("USER "+strings.Repeat("x", maxLine-5), "-ERR Line too long.")
}

func TestManyAndClose(t *testing.T) {
	before := runtime.NumGoroutine()
	s := serveMail(t, Config{}, Mailbox{Messages: 10})
	addr := listen(t, s.Listen)
	var wg sync.WaitGroup
	for range 100 {
		c := dial(t, addr)
		wg.Go(func() {
			_, _ = io.WriteString(c, "USER alice\r\nPASS correct horse\r\nSTAT\r\n")
			_, _ = io.Copy(io.Discard, c)
		})
	}
	s.Close()
	wg.Wait()
	nothingLeft(t, before)
}

func TestServerErrors(t *testing.T) {
	if _, err := NewServer(Config{Users: []User{{Name: "a", Mailbox: Mailbox{Messages: -1}}}}); err == nil {
		t.Error("negative messages accepted")
	}
	s, err := NewServer(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ListenTLS("127.0.0.1:0"); err == nil {
		t.Error("TLS without a certificate")
	}
	s.Close()
	if _, err := s.Listen("127.0.0.1:0"); err == nil {
		t.Error("listens after Close")
	}
}
