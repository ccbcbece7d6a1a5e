package pop3test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// maxReceived limits what a client may send in one connection, in octets.
const maxReceived = 1 << 20

var errFlood = errors.New("client sent more than 1 MiB")

// A Conversation is a record of one connection.
type Conversation struct {
	Err    error                // how the client departed from the dialogue, or nil
	TLS    *tls.ConnectionState // nil without a successful handshake
	Events []Event
}

// An Event is one read or write.
type Event struct {
	At   time.Duration // since the connection was accepted
	From byte          // 'C', 'S', or '!' for remarks of the player
	Data string
}

// Received returns everything that the client sent, decrypted.
func (c *Conversation) Received() string {
	var all strings.Builder
	for _, e := range c.Events {
		if e.From == 'C' {
			all.WriteString(e.Data)
		}
	}
	return all.String()
}

// String returns the conversation, one event per line.
func (c *Conversation) String() string {
	var all strings.Builder
	for _, e := range c.Events {
		fmt.Fprintf(&all, "%8.3fs %c %q\n", e.At.Seconds(), e.From, e.Data)
	}
	return all.String()
}

// A talk is a connection on which a dialogue is played.
type talk struct {
	Conversation
	o     Options
	raw   net.Conn // TCP
	conn  net.Conn // raw, or TLS over it
	in    *bufio.Reader
	start time.Time
	stop  <-chan struct{}
	full  <-chan struct{} // closed when all connections have come

	owes      bool  // the client waits for a line of the server
	greeted   bool  // the server has sent a line
	pipelines bool  // the client may send before it has its answers
	foreign   bool  // the client does not speak POP3
	lost      error // why the connection has ended
	received  int   // octets
}

func newTalk(c net.Conn, o Options, stop, full <-chan struct{}) *talk {
	t := &talk{o: o, raw: c, conn: c, start: time.Now(), stop: stop, full: full, owes: true}
	t.in = bufio.NewReader(transcript{t})
	t.limit()
	return t
}

// limit sets the deadline of the whole connection.
func (t *talk) limit() { _ = t.raw.SetDeadline(t.start.Add(t.o.Limit)) }

// run plays the dialogue and returns how the client departed from it.
func (t *talk) run(d *Dialogue) error {
	defer t.raw.Close()
	for _, s := range d.steps {
		err := s.play(t)
		if errors.Is(err, errEnd) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", s.line, err)
		}
	}
	return t.finish()
}

// finish hangs up and makes sure that the client does too.
func (t *talk) finish() error {
	if t.lost != nil {
		return nil
	}
	t.closeWrite()
	got, err := t.rest()
	if len(got) > 0 && !t.foreign {
		return fmt.Errorf("client sent %q after the end", clip(got))
	}
	return err
}

// rest reads until the client hangs up.
func (t *talk) rest() ([]byte, error) {
	got, err := io.ReadAll(t.in)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return got, fmt.Errorf("client did not hang up within %v", t.o.Limit)
	}
	return got, nil
}

// readLine reads up to the next LF.
func (t *talk) readLine() (string, error) {
	if t.lost != nil {
		return "", t.lost
	}
	return t.in.ReadString('\n')
}

// explain explains why reading failed.
func (t *talk) explain(got string, err error) string {
	switch {
	case errors.Is(err, errFlood):
		return err.Error()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("nothing more than %q came within %v", got, t.o.Limit)
	case t.lost != nil:
		return fmt.Sprintf("but the TLS handshake failed: %v", err)
	case got != "":
		return fmt.Sprintf("client hung up after %q", got)
	}
	return "client hung up"
}

// lockStep makes sure that the client waits. It listens for a moment, as what a
// client sends too early may still be on its way.
func (t *talk) lockStep() error {
	if !t.owes || t.pipelines || t.foreign || t.lost != nil {
		return nil
	}
	early, _ := t.listen(t.o.Settle)
	if len(early) > 0 {
		return t.tooEarly(early)
	}
	return nil
}

func (t *talk) tooEarly(early []byte) error {
	if !t.greeted {
		return fmt.Errorf("client sent %q before the greeting", clip(early))
	}
	return fmt.Errorf("client sent %q before the server had answered", clip(early))
}

// listen returns what the client has sent, or sends within d. An error means
// that it has hung up.
func (t *talk) listen(d time.Duration) ([]byte, error) {
	_ = t.raw.SetReadDeadline(soonest(time.Now().Add(d), t.start.Add(t.o.Limit)))
	_, err := t.in.Peek(1)
	t.limit()
	early, _ := t.in.Peek(t.in.Buffered())
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return early, err
}

func soonest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// sleep waits for d, or until the player is closed.
func (t *talk) sleep(d time.Duration) error {
	select {
	case <-time.After(min(d, time.Until(t.start.Add(t.o.Limit)))):
		return nil
	case <-t.stop:
		return errEnd
	}
}

// write sends b and records it.
func (t *talk) write(b []byte) error {
	t.note('S', string(b))
	_, err := t.conn.Write(b)
	t.spoke(b)
	return err
}

// spoke records whose turn it is: once a line has ended it is the client's.
func (t *talk) spoke(b []byte) {
	if bytes.IndexByte(b, '\n') >= 0 {
		t.owes, t.greeted = false, true
	}
}

func (t *talk) note(from byte, data string) {
	t.Events = append(t.Events, Event{time.Since(t.start), from, data})
}

// A transcript reads from the connection, with TLS or without, and records it.
type transcript struct{ t *talk }

func (r transcript) Read(p []byte) (int, error) {
	n, err := r.t.conn.Read(p)
	if n > 0 {
		r.t.note('C', string(p[:n]))
	}
	if r.t.received += n; r.t.received > maxReceived {
		return n, errFlood
	}
	return n, err
}
