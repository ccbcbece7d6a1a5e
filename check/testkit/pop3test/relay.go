package pop3test

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A Direction of octets in a relay.
type Direction bool

// The two directions.
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

// A Relay between client and server delays everything by half a round trip, and
// counts how often the client has to wait. The handshake of TCP is not delayed.
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

// NewRelay listens and connects each client to target. roundTrip is the delay
// of both directions together.
func NewRelay(listen, target string, roundTrip time.Duration) (*Relay, error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, err
	}
	r := &Relay{target: target, half: roundTrip / 2, l: l, stop: make(chan struct{}), open: map[net.Conn]bool{}}
	r.wg.Go(r.accept)
	return r, nil
}

// Addr returns the address of the relay.
func (r *Relay) Addr() net.Addr { return r.l.Addr() }

// Port returns the port of Addr.
func (r *Relay) Port() int { return portOf(r.l.Addr()) }

// Bytes returns how many octets went in this direction.
func (r *Relay) Bytes(d Direction) int64 { return r.bytes[index(d)].Load() }

// Connections returns how many clients have connected.
func (r *Relay) Connections() int64 { return r.connections.Load() }

// RoundTrips returns how often a client had to wait for the server: how often
// the server sent something first or after the client had.
func (r *Relay) RoundTrips() int64 { return r.roundTrips.Load() }

// OnLine calls f with each line of a session without TLS, without its end,
// before it is forwarded. Calls for both directions may overlap. It applies to
// later connections.
func (r *Relay) OnLine(f func(d Direction, line string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onLine = f
}

// Close ends all connections, and waits until nothing of them is left.
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

// serve connects a client with the server until both have ended.
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
	both.Go(func() { r.forward(turn, ToServer, client, server) })
	both.Go(func() { r.forward(turn, ToClient, server, client) })
	both.Wait()
}

// A piece is what was read, and when to write it.
type piece struct {
	due  time.Time
	data []byte
}

// forward forwards one direction. It reads at once and writes when a piece is
// due, so that delays do not add up. The end of a direction is delayed as well.
func (r *Relay) forward(turn *turns, d Direction, from, to net.Conn) {
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

// deliver writes each piece when it is due. An empty one is the end.
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

// turns records which side of a connection sent something last.
type turns struct {
	onLine func(Direction, string)

	mu      sync.Mutex
	server  bool      // it was the server
	partial [2][]byte // the beginning of a line, by direction
}

// pass counts a piece and calls onLine.
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

// lines calls onLine for each line that data completes.
func (t *turns) lines(d Direction, data []byte) {
	line := &t.partial[index(d)]
	for _, b := range data {
		if b != '\n' {
			if len(*line) < maxLine {
				*line = append(*line, b)
			}
			continue
		}
		if n := len(*line); n > 0 && (*line)[n-1] == '\r' {
			*line = (*line)[:n-1]
		}
		t.onLine(d, string(*line))
		*line = (*line)[:0]
	}
}
