package pop3test

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Direction is where bytes go.
type Direction bool

// The two directions of a relay.
const (
	ToServer Direction = false
	ToClient Direction = true
)

func (d Direction) String() string {
	if d == ToServer {
		return "to server"
	}
	return "to client"
}

// A Relay stands between client and server as a long line would: what goes through arrives half a round
// trip later. It counts how often the client has to wait. The handshake of TCP itself is not delayed.
type Relay struct {
	target string
	half   time.Duration
	l      net.Listener
	stop   chan struct{}
	wg     sync.WaitGroup

	bytes       [2]atomic.Int64
	roundTrips  atomic.Int64
	connections atomic.Int64

	mu     sync.Mutex
	onLine func(Direction, string)
	open   map[net.Conn]bool
	closed bool
}

// NewRelay listens and connects each client to target. Both directions together take roundTrip.
func NewRelay(listen, target string, roundTrip time.Duration) (*Relay, error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, err
	}
	r := &Relay{target: target, half: roundTrip / 2, l: l, stop: make(chan struct{}), open: map[net.Conn]bool{}}
	r.wg.Go(r.accept)
	return r, nil
}

// Addr is where the relay listens.
func (r *Relay) Addr() net.Addr { return r.l.Addr() }

// Port is the port of Addr.
func (r *Relay) Port() int { return portOf(r.l.Addr()) }

// Bytes is how many went in this direction.
func (r *Relay) Bytes(d Direction) int64 { return r.bytes[index(d)].Load() }

// Connections is how many clients came.
func (r *Relay) Connections() int64 { return r.connections.Load() }

// RoundTrips is how often a client had to wait for the server: the times that the server spoke first
// or after the client had.
func (r *Relay) RoundTrips() int64 { return r.roundTrips.Load() }

// OnLine has f called with each line (without its end) of a session without TLS, before it goes on. With
// both directions f may be called at the same time. It applies to connections that come later.
func (r *Relay) OnLine(f func(d Direction, line string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onLine = f
}

// Close ends all connections; when it returns, nothing is left behind.
func (r *Relay) Close() {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		close(r.stop)
		_ = r.l.Close()
		for c := range r.open {
			_ = c.Close()
		}
	}
	r.mu.Unlock()
	r.wg.Wait()
}

func index(d Direction) int {
	if d == ToClient {
		return 1
	}
	return 0
}

func (r *Relay) accept() {
	for {
		c, err := r.l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil && r.keep(c) {
			r.connections.Add(1)
			r.wg.Go(func() { r.serve(c) })
		}
	}
}

func (r *Relay) keep(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = c.Close()
		return false
	}
	r.open[c] = true
	return true
}

func (r *Relay) drop(c net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, c)
	_ = c.Close()
}

// serve connects a client with the server until both are done.
func (r *Relay) serve(client net.Conn) {
	defer r.drop(client)
	server, err := net.DialTimeout("tcp", r.target, 10*time.Second)
	if err != nil || !r.keep(server) {
		return
	}
	defer r.drop(server)
	r.mu.Lock()
	turn := &turns{onLine: r.onLine}
	r.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { r.carry(turn, ToServer, client, server) })
	both.Go(func() { r.carry(turn, ToClient, server, client) })
	both.Wait()
}

// piece is what was read and when it is due.
type piece struct {
	due  time.Time
	data []byte
}

// carry moves one direction: it reads at once and writes when it is due, so that pieces do not add up
// their delays. The end of a direction travels like its bytes.
func (r *Relay) carry(turn *turns, d Direction, from, to net.Conn) {
	line := make(chan piece, 64)
	var writer sync.WaitGroup
	writer.Go(func() { r.deliver(line, to) })
	for {
		buf := make([]byte, 16<<10)
		n, err := from.Read(buf)
		if n > 0 {
			turn.pass(r, d, buf[:n])
			line <- piece{time.Now().Add(r.half), buf[:n]}
		}
		if err != nil {
			line <- piece{due: time.Now().Add(r.half)}
			close(line)
			writer.Wait()
			if err != io.EOF {
				_ = to.Close()
			}
			return
		}
	}
}

// deliver writes each piece when it is due; an empty one is the end.
func (r *Relay) deliver(line <-chan piece, to net.Conn) {
	for p := range line {
		select {
		case <-time.After(time.Until(p.due)):
		case <-r.stop:
		}
		if tcp, ok := to.(*net.TCPConn); ok && p.data == nil {
			_ = tcp.CloseWrite()
		} else {
			_, _ = to.Write(p.data)
		}
	}
}

// turns is who spoke last on a connection.
type turns struct {
	onLine func(Direction, string)

	mu     sync.Mutex
	server bool // the server spoke last
	begun  [2][]byte
}

// pass counts a piece and shows its lines.
func (t *turns) pass(r *Relay, d Direction, data []byte) {
	r.bytes[index(d)].Add(int64(len(data)))
	t.mu.Lock()
	if d == ToClient && !t.server {
		r.roundTrips.Add(1)
	}
	t.server = d == ToClient
	t.mu.Unlock()
	if t.onLine != nil {
		t.lines(d, data)
	}
}

// lines calls back for each line that data completes. Each direction has its own beginning of a line.
func (t *turns) lines(d Direction, data []byte) {
	begun := &t.begun[index(d)]
	for _, b := range data {
		if b != '\n' {
			if len(*begun) < longest {
				*begun = append(*begun, b)
			}
			continue
		}
		if n := len(*begun); n > 0 && (*begun)[n-1] == '\r' {
			*begun = (*begun)[:n-1]
		}
		t.onLine(d, string(*begun))
		*begun = (*begun)[:0]
	}
}
