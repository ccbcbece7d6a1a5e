package pop3

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// MaxLine is the length of a line that the server may send, in octets. RFC 1939
// and RFC 2449, section 4, allow 512 for a status line; servers send more.
const MaxLine = 64 << 10

// readSize is how much is read at once: two TLS records (RFC 8446, section 5.1).
const readSize = 32 << 10

// A lineReader reads complete lines. Only what ends in LF is a line, also at the
// end of the connection. A CR before the LF belongs to the line end.
type lineReader struct {
	t    Transport
	buf  []byte // what was read; buf[from:] is not consumed yet
	from int
	err  error // of the transport, returned after buf is consumed
}

// next returns the next line without its end.
func (r *lineReader) next() (string, error) {
	line, err := r.nextBytes()
	return string(line), err
}

// nextBytes is next without a copy: the line is valid until the next call.
func (r *lineReader) nextBytes() ([]byte, error) {
	for scanned := 0; ; {
		rest := r.buf[r.from:]
		end := bytes.IndexByte(rest[scanned:], '\n')
		if end >= 0 && scanned+end <= MaxLine {
			r.from += scanned + end + 1
			return bytes.TrimSuffix(rest[:scanned+end], []byte("\r")), nil
		}
		if len(rest) > MaxLine {
			return nil, fault.New(fault.Protocol, "a line of more than %d KiB", MaxLine>>10)
		}
		scanned = len(rest)
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads once from the transport.
func (r *lineReader) fill() error {
	if r.err != nil {
		return r.err
	}
	r.compact()
	n, err := r.t.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if n > 0 {
		r.err = err
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// compact makes room after what is not consumed yet.
func (r *lineReader) compact() {
	rest := r.buf[r.from:]
	switch {
	case len(rest) == cap(r.buf):
		r.buf = append(make([]byte, 0, max(readSize, 2*cap(r.buf))), rest...)
	case r.from > 0:
		r.buf = r.buf[:copy(r.buf[:cap(r.buf)], rest)]
	}
	r.from = 0
}

// waiting returns the first line that has arrived already, or what there is of
// it. It does not wait and reports false if there is nothing.
func (r *lineReader) waiting() (said string, found bool, err error) {
	if r.from == len(r.buf) {
		if r.err != nil {
			return "", false, r.err
		}
		r.compact()
		n, err := r.t.ReadWaiting(r.buf[:cap(r.buf)])
		if n == 0 {
			return "", false, err
		}
		r.buf = r.buf[:n]
	}
	return r.partial(), true, nil
}

// partial returns what is read and not consumed, up to the first line end, and
// at most 512 octets.
func (r *lineReader) partial() string {
	rest := r.buf[r.from:min(len(r.buf), r.from+512)]
	line, _, _ := strings.Cut(string(rest), "\n")
	return strings.TrimSuffix(line, "\r")
}

// A listLimit bounds a multi-line reply, and how many of its lines are traced.
type listLimit struct{ lines, octets, shown int }

// list reads a multi-line reply up to the dot that ends it, and calls each for
// every line without its stuffed dot (RFC 1939, section 3). A line is valid until
// each returns.
func (c *Conn) list(limit listLimit, each func(line []byte) error) error {
	n, err := c.listLines(limit, each)
	if n > limit.shown {
		c.trace(false, more(n-limit.shown))
	}
	if err == nil {
		c.trace(false, ".")
	}
	return err
}

// listLines is list, except that it returns the number of lines before the dot
// and does not trace the dot.
func (c *Conn) listLines(limit listLimit, each func(line []byte) error) (n int, err error) {
	for octets := 0; ; n++ {
		line, err := c.lines.nextBytes()
		if err != nil {
			return n, listError(n, err)
		}
		if len(line) == 1 && line[0] == '.' {
			return n, nil
		}
		if octets += len(line) + 2; n >= limit.lines || octets > limit.octets {
			return n, fault.New(fault.Protocol, "a list of more than %d lines or %d KiB", limit.lines, limit.octets>>10)
		}
		if n < limit.shown {
			c.trace(false, string(line))
		}
		if len(line) > 0 && line[0] == '.' {
			line = line[1:]
		}
		if err := each(line); err != nil {
			return n + 1, err
		}
	}
}

// listError returns the error of a list that ended after n lines.
func listError(n int, err error) error {
	if !isClosed(err) {
		return connError(err)
	}
	return &fault.Error{Kind: fault.Closed, Text: fmt.Sprintf("the server hung up behind line %d of a list, without the dot that ends it", n), Err: err}
}
