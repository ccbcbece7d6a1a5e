package pop3test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// A User can log in and has a mailbox.
type User struct {
	Name, Password string
	Mailbox
}

// A Config says what a Server does.
type Config struct {
	Users      []User
	TLS        *tls.Config   // for STLS and for TLS from the first octet; nil: no TLS
	NoSTLS     bool          // do not offer STLS
	RequireTLS bool          // refuse USER and AUTH before TLS
	Exclusive  bool          // one session per user, others get [IN-USE]
	Pipelining bool          // announce PIPELINING and join answers in one write
	Delay      time.Duration // before each answer and the greeting
	Idle       time.Duration // until autologout; default: 10 min, the minimum of RFC 1939, section 3
	Extra      []string      // more capabilities to announce
}

// A Server is a small POP3 server: RFC 1939 without APOP, RFC 2449, RFC 2595,
// and AUTH PLAIN of RFC 5034.
type Server struct {
	c     Config
	users map[string]*user
	ctx   context.Context
	stop  context.CancelFunc
	wg    sync.WaitGroup

	mu   sync.Mutex
	open map[io.Closer]bool
}

// A user is a User with the state of his maildrop.
type user struct {
	password string
	drop     *maildrop
}

// NewServer returns a server that does not listen yet.
func NewServer(c Config) (*Server, error) {
	if c.Idle == 0 {
		c.Idle = 10 * time.Minute
	}
	s := &Server{c: c, users: map[string]*user{}, open: map[io.Closer]bool{}}
	for _, u := range c.Users {
		if u.Messages < 0 || u.Size < 0 {
			return nil, fmt.Errorf("mailbox of %q: negative numbers", u.Name)
		}
		s.users[u.Name] = &user{u.Password, &maildrop{Mailbox: u.Mailbox.withDefaults()}}
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// Listen serves POP3, with STLS if TLS is configured, and returns the address.
func (s *Server) Listen(addr string) (net.Addr, error) { return s.listen(addr, false) }

// ListenTLS serves POP3 with TLS from the first octet.
func (s *Server) ListenTLS(addr string) (net.Addr, error) {
	if s.c.TLS == nil {
		return nil, errors.New("no TLS configured")
	}
	return s.listen(addr, true)
}

func (s *Server) listen(addr string, implicit bool) (net.Addr, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if !s.keep(l) {
		return nil, net.ErrClosed
	}
	s.wg.Go(func() { s.accept(l, implicit) })
	return l.Addr(), nil
}

// Close ends all listeners and sessions, and waits until nothing of them is
// left.
func (s *Server) Close() {
	s.stop()
	s.mu.Lock()
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

func (s *Server) accept(l net.Listener, implicit bool) {
	defer s.drop(l)
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file descriptors: sessions have to end first
			s.sleep(10 * time.Millisecond)
			continue
		}
		if s.keep(c) {
			s.wg.Go(func() { s.serve(c, implicit) })
		}
	}
}

// serve runs a session and closes its connection.
func (s *Server) serve(c net.Conn, implicit bool) {
	defer s.drop(c)
	n := &session{s: s, raw: c}
	defer n.leave()
	n.setConn(c)
	if implicit && n.handshake() != nil {
		return
	}
	n.run()
	n.leave() // before the client sees the end
	// Closing TLS writes, and must not wait for a client that does not read.
	_ = c.SetDeadline(time.Now().Add(time.Second))
	_ = n.conn.Close()
}

// keep remembers what Close has to close. It reports false if that has
// happened.
func (s *Server) keep(c io.Closer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		_ = c.Close()
		return false
	}
	s.open[c] = true
	return true
}

func (s *Server) drop(c io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	_ = c.Close()
}

// sleep waits for d, or until the server is closed.
func (s *Server) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.ctx.Done():
	}
}
