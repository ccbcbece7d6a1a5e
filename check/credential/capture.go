package credential

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"sync"

	"check_pop3x/check/fault"
)

// A capture keeps what a program writes to a pipe. It does not wait for the end
// of the pipe, which any process that the program left behind can delay.
// Instead, once the program has ended, we write a sentinel of our own behind
// its output.
type capture struct {
	pipe     *os.File // the end that the program and we write to
	sentinel []byte   // nobody can guess it
	done     chan struct{}

	limit      int    // octets to keep; the others are dropped, so that the program can end
	onOverflow func() // is called once when there are more

	mu        sync.Mutex // guards the rest
	kept      []byte
	truncated bool
}

func newCapture(limit int, onOverflow func()) (*capture, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	c := &capture{pipe: w, sentinel: []byte(rand.Text()), done: make(chan struct{}), limit: limit, onOverflow: onOverflow}
	go func() {
		defer close(c.done)
		defer r.Close()
		_ = fault.Guard(func() error { c.readAll(r); return nil })
	}()
	return c, nil
}

// readAll reads up to the sentinel. What may be its beginning is not kept yet.
func (c *capture) readAll(r io.Reader) {
	buf, n := make([]byte, 4096), 0
	defer clear(buf)
	for {
		read, err := r.Read(buf[n:])
		n += read
		before, _, found := bytes.Cut(buf[:n], c.sentinel)
		if found || err != nil {
			c.keep(before)
			return
		}
		end := n - c.overlap(buf[:n])
		c.keep(buf[:end])
		n = copy(buf, buf[end:n])
	}
}

// overlap returns how many octets of the sentinel's beginning b ends with.
func (c *capture) overlap(b []byte) int {
	for n := min(len(b), len(c.sentinel)-1); n > 0; n-- {
		if bytes.HasSuffix(b, c.sentinel[:n]) {
			return n
		}
	}
	return 0
}

// keep keeps as much of b as the limit allows.
func (c *capture) keep(b []byte) {
	if overflows := c.add(b); overflows {
		c.onOverflow()
	}
}

// add reports whether b is the first that exceeds the limit.
func (c *capture) add(b []byte) (overflows bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(b), c.limit-len(c.kept))
	c.kept = append(c.kept, b[:n]...)
	overflows = n < len(b) && !c.truncated
	c.truncated = c.truncated || overflows
	return overflows
}

// text returns what was written until now.
func (c *capture) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.kept)
}

// finish waits until everything is kept that the program wrote, which has
// ended.
func (c *capture) finish() {
	_, _ = c.pipe.Write(c.sentinel)
	<-c.done
	c.pipe.Close()
}
