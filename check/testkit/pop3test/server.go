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

// A User may log in and has a mailbox.
type User struct {
	Name, Password string
	Mailbox
}

// Config says what a Server does.
type Config struct {
	Users      []User
	TLS        *tls.Config   // for STLS and for TLS from the first byte; without it neither is there
	NoSTLS     bool          // do not offer STLS
	RequireTLS bool          // refuse USER and AUTH before TLS
	Exclusive  bool          // one session a user, others get [IN-USE]
	Pipelining bool          // announce PIPELINING and answer in as few writes as come
	Delay      time.Duration // before each answer, the greeting included
	Idle       time.Duration // autologout; by default ten minutes, the least that RFC 1939, section 3, allows
	Extra      []string      // capabilities to announce besides
}

// A Server is a small POP3 server: RFC 1939 without APOP, RFC 2449, RFC 2595 and AUTH PLAIN of RFC 5034.
type Server struct {
	c     Config
	users map[string]*user
	ctx   context.Context
	stop  context.CancelFunc
	wg    sync.WaitGroup

	mu   sync.Mutex
	open map[io.Closer]bool
}

// user is a User whose maildrop has a state.
type user struct {
	password string
	drop     *maildrop
}

// NewServer makes a server that does not listen yet.
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

// Listen serves POP3, with STLS where it is configured, and says where.
func (s *Server) Listen(addr string) (net.Addr, error) { return s.listen(addr, false) }

// ListenTLS serves POP3 with TLS from the first byte.
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

// Close ends all listeners and sessions; when it returns, nothing is left behind.
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
		if err != nil { // out of descriptors: sessions must end first
			s.sleep(10 * time.Millisecond)
			continue
		}
		if s.keep(c) {
			s.wg.Go(func() { s.serve(c, implicit) })
		}
	}
}

// serve runs a session, and hangs up whatever happens.
func (s *Server) serve(c net.Conn, implicit bool) {
	defer s.drop(c)
	n := &session{s: s, raw: c}
	defer n.leave()
	n.over(c)
	if implicit && n.handshake() != nil {
		return
	}
	n.run()
	n.leave() // before the client can see the end
	// TLS says farewell; a client that does not read must not hold this up.
	_ = c.SetDeadline(time.Now().Add(time.Second))
	_ = n.conn.Close()
}

// keep remembers what Close must close; a server that is closed takes nothing new.
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

// sleep lets time pass until the server is closed.
func (s *Server) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.ctx.Done():
	}
}
