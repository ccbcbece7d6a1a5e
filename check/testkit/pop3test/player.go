package pop3test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// ErrNoClient means that no client connected.
var ErrNoClient = errors.New("no client came")

// Options say how a dialogue is played. The zero value is usable.
type Options struct {
	Listen      string        // where Start listens; default: a free port of 127.0.0.1
	TLS         *tls.Config   // default: a certificate for localhost by an unknown authority
	Limit       time.Duration // of each connection, and of waiting for one; default: 30 s
	Settle      time.Duration // how long to listen for a client that sends too early; default: 5 ms
	Connections int           // how many play the dialogue, one after the other or at once; default: as many as it has parts
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Limit == 0 {
		o.Limit = 30 * time.Second
	}
	if o.Settle == 0 {
		o.Settle = 5 * time.Millisecond
	}
	if o.Connections == 0 {
		o.Connections = 1
	}
	if o.TLS == nil {
		o.TLS = ServerTLS(NewAuthority("pop3test").Issue(Leaf{Names: Localhost}))
	}
	return o
}

// Played says how a dialogue went.
type Played struct {
	Err           error // how clients departed from it
	Conversations []*Conversation
}

// A Player is a server that plays a dialogue.
type Player struct {
	d    *Dialogue
	o    Options
	l    net.Listener
	full chan struct{} // closed when all connections have come
	stop chan struct{} // closed by Close
	wg   sync.WaitGroup

	mu      sync.Mutex
	came    int
	allowed int
	closed  bool
	running []*running
	last    string        // the address of the player's own connection, after all others; "" before it
	swept   chan struct{} // closed when that was accepted
}

// running is a connection and whether it has ended.
type running struct {
	*talk
	done chan struct{}
}

// Start plays the dialogue in the background. Call Close, Wait or Finish then.
func (d *Dialogue) Start(o Options) (*Player, error) {
	o = o.withDefaults()
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, err
	}
	return d.start(l, o), nil
}

// Serve plays the dialogue to clients of l, waits for its end and closes l.
func (d *Dialogue) Serve(l net.Listener, o Options) *Played {
	p := d.start(l, o.withDefaults())
	_ = p.Wait()
	return p.Played()
}

func (d *Dialogue) start(l net.Listener, o Options) *Player {
	p := &Player{d: d, o: o, l: l, full: make(chan struct{}), stop: make(chan struct{}), swept: make(chan struct{}), allowed: max(o.Connections, d.connections())}
	if d.nobody {
		p.allowed = 0
		close(p.full)
	}
	p.wg.Go(p.accept)
	return p
}

// Addr returns the address of the server.
func (p *Player) Addr() net.Addr { return p.l.Addr() }

// Port returns the port of Addr.
func (p *Player) Port() int { return portOf(p.l.Addr()) }

func portOf(a net.Addr) int {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.Port
	}
	return 0
}

// Wait waits until the dialogue has been played as often as Connections says:
// at most Limit for clients to come, and Limit for each to end. It stops the
// server and returns how clients departed from the dialogue.
func (p *Player) Wait() error { return p.finish(p.o.Limit) }

// Finish is Wait for clients that have ended already: it does not wait for
// others to come.
func (p *Player) Finish() error { return p.finish(0) }

// Close stops the server at once, and waits until nothing of it is left.
func (p *Player) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.stop)
		_ = p.l.Close()
		for _, r := range p.running {
			_ = r.raw.Close()
		}
	}
	p.mu.Unlock()
	p.wg.Wait()
}

// Played says how it went with clients that have ended.
func (p *Player) Played() *Played {
	p.mu.Lock()
	defer p.mu.Unlock()
	played := &Played{Err: p.verdict()}
	for _, r := range p.running {
		if r.ended() {
			played.Conversations = append(played.Conversations, &r.Conversation)
		}
	}
	return played
}

func (r *running) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// accept accepts connections until the listener ends.
func (p *Player) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		p.take(c)
	}
}

// take plays the dialogue to a client, or closes a connection that is one too
// many.
func (p *Player) take(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.RemoteAddr().String() == p.last {
		close(p.swept)
		_ = c.Close()
		return
	}
	p.came++
	if p.closed || p.came > p.allowed {
		_ = c.Close()
		return
	}
	r := &running{newTalk(c, p.o, p.stop, p.full), make(chan struct{})}
	p.running = append(p.running, r)
	if p.came == p.allowed {
		close(p.full)
	}
	dialogue := p.d.of(p.came)
	p.wg.Go(func() {
		defer close(r.done)
		r.Err = r.run(dialogue)
	})
}

// finish waits for clients to come and to end, then checks that there was none
// too many.
func (p *Player) finish(timeout time.Duration) error {
	select {
	case <-p.full:
	case <-p.stop:
	case <-time.After(timeout):
	}
	p.await()
	p.sweep()
	p.await()
	p.Close()
	return p.Played().Err
}

// sweep makes sure that all clients that have connected are accepted.
// Connections are accepted in order, so it connects itself and waits for its
// turn.
func (p *Player) sweep() {
	p.mu.Lock()
	if p.closed || p.last != "" {
		p.mu.Unlock()
		return
	}
	c, err := net.DialTimeout(p.l.Addr().Network(), p.l.Addr().String(), p.o.Limit)
	if err != nil {
		p.mu.Unlock()
		return
	}
	defer c.Close()
	p.last = c.LocalAddr().String()
	p.mu.Unlock()
	select {
	case <-p.swept:
	case <-p.stop:
	}
}

// await waits for the conversations that have begun.
func (p *Player) await() {
	p.mu.Lock()
	all := p.running
	p.mu.Unlock()
	for _, r := range all {
		<-r.done
	}
}

// verdict joins the errors. The caller holds the lock.
func (p *Player) verdict() error {
	var errs []error
	if p.came == 0 && p.allowed > 0 {
		errs = append(errs, ErrNoClient)
	}
	for i, r := range p.running {
		if !r.ended() || r.Err == nil {
			continue
		}
		if i > 0 {
			errs = append(errs, fmt.Errorf("connection %d: %w", i+1, r.Err))
		} else {
			errs = append(errs, r.Err)
		}
	}
	if p.came > p.allowed {
		errs = append(errs, p.tooMany())
	}
	return errors.Join(errs...)
}

func (p *Player) tooMany() error {
	switch p.allowed {
	case 0:
		return errors.New("a client connected, nobody was expected")
	case 1:
		return errors.New("second connection")
	}
	return fmt.Errorf("%d connections, expected %d at most", p.came, p.allowed)
}
