package check_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// A stalledServer plays a dialogue and then sends nothing. reached is closed
// when the plugin waits for an answer.
type stalledServer struct {
	listener net.Listener
	config   *tls.Config
	reached  chan struct{}
	done     chan struct{}
}

// startStalled starts a server with a dialogue of S:, C:, tls and client-hello
// lines.
func startStalled(t testing.TB, dialogue string) *stalledServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	leaf := pop3test.NewAuthority("pop3test root").Issue(pop3test.Leaf{Names: pop3test.Localhost})
	s := &stalledServer{listener: l, config: pop3test.ServerTLS(leaf), reached: make(chan struct{}), done: make(chan struct{})}
	go s.serve(dialogue)
	t.Cleanup(func() {
		l.Close()
		<-s.done
	})
	return s
}

func (s *stalledServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *stalledServer) serve(dialogue string) {
	defer close(s.done)
	raw, err := s.listener.Accept()
	if err != nil {
		return
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(patience))
	conn := raw
	in := bufio.NewReader(raw)
	for line := range strings.Lines(dialogue) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "S:":
			_, err = io.WriteString(conn, rest+"\r\n")
		case "C:":
			_, err = in.ReadString('\n')
		case "client-hello":
			_, err = in.Peek(5)
		case "tls":
			conn = tls.Server(raw, s.config)
			in = bufio.NewReader(conn)
		}
		if err != nil {
			return
		}
	}
	close(s.reached)
	_, _ = io.Copy(io.Discard, in)
}
