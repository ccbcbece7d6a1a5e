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

// flood is how much a client may send in one connection.
const flood = 1 << 20

var errFlood = errors.New("client sent more than 1 MiB")

// A Conversation is one connection as it went.
type Conversation struct {
	Err    error                // what the client did differently, nil if nothing
	TLS    *tls.ConnectionState // nil without a handshake that succeeded
	Events []Event
}

// An Event is something that was said, as it was read or written.
type Event struct {
	At   time.Duration // since the connection was accepted
	From byte          // 'C', 'S', or '!' for what the player notes of itself
	Data string
}

// Received is all that the client sent, inside TLS where there was TLS.
func (c *Conversation) Received() string {
	var all strings.Builder
	for _, e := range c.Events {
		if e.From == 'C' {
			all.WriteString(e.Data)
		}
	}
	return all.String()
}

// String is the conversation for people, an event a line.
func (c *Conversation) String() string {
	var all strings.Builder
	for _, e := range c.Events {
		fmt.Fprintf(&all, "%8.3fs %c %q\n", e.At.Seconds(), e.From, e.Data)
	}
	return all.String()
}

// talk is a connection while its dialogue is played.
type talk struct {
	Conversation
	o     Options
	raw   net.Conn // TCP
	conn  net.Conn // raw, or TLS over it
	in    *bufio.Reader
	start time.Time
	stop  <-chan struct{}

	owes    bool  // the client has asked and the server has not said a line since
	greeted bool  // the server has said a line
	ahead   bool  // the client may send before it has its answers
	foreign bool  // the client speaks something else than POP3
	lost    error // why there is no connection any more
	heard   int
}

func newTalk(c net.Conn, o Options, stop <-chan struct{}) *talk {
	t := &talk{o: o, raw: c, conn: c, start: time.Now(), stop: stop, owes: true}
	t.in = bufio.NewReader(tap{t})
	t.limit()
	return t
}

// limit bounds the whole connection, whatever the client does.
func (t *talk) limit() { _ = t.raw.SetDeadline(t.start.Add(t.o.Limit)) }

// run plays the dialogue to its end and says what the client did differently.
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

// finish hangs up and sees that the client does, too.
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

// rest reads until the client is gone.
func (t *talk) rest() ([]byte, error) {
	got, err := io.ReadAll(t.in)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return got, fmt.Errorf("client did not hang up within %v", t.o.Limit)
	}
	return got, nil
}

// readLine reads to the next LF.
func (t *talk) readLine() (string, error) {
	if t.lost != nil {
		return "", t.lost
	}
	return t.in.ReadString('\n')
}

// explain words an error of reading.
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

// lockStep sees that the client is waiting. It listens for a moment, because what a client sends too
// early may not have arrived yet.
func (t *talk) lockStep() error {
	if !t.owes || t.ahead || t.foreign || t.lost != nil {
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
	return fmt.Errorf("client sent %q while the server was still to speak", clip(early))
}

// listen is what the client has sent, or sends within d; an error says that it is gone.
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

// sleep lets time pass, until the player is closed.
func (t *talk) sleep(d time.Duration) error {
	select {
	case <-time.After(min(d, time.Until(t.start.Add(t.o.Limit)))):
		return nil
	case <-t.stop:
		return errEnd
	}
}

// write says something and notes it.
func (t *talk) write(b []byte) error {
	t.note('S', string(b))
	_, err := t.conn.Write(b)
	t.spoke(b)
	return err
}

// spoke keeps account of whose turn it is: with a line's end the client has something to read.
func (t *talk) spoke(b []byte) {
	if bytes.IndexByte(b, '\n') >= 0 {
		t.owes, t.greeted = false, true
	}
}

func (t *talk) note(from byte, data string) {
	t.Events = append(t.Events, Event{time.Since(t.start), from, data})
}

// tap reads from the connection as it is now, with TLS or without, and keeps what was read.
type tap struct{ t *talk }

func (r tap) Read(p []byte) (int, error) {
	n, err := r.t.conn.Read(p)
	if n > 0 {
		r.t.note('C', string(p[:n]))
	}
	if r.t.heard += n; r.t.heard > flood {
		return n, errFlood
	}
	return n, err
}
