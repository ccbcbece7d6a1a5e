package pop3

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// MaxLine bounds a line that the server may send, in octets. RFC 1939 allows
// 512 and RFC 2449, section 4, leaves that for responses; servers exceed it.
const MaxLine = 64 << 10

// readSize is what is read at once: two records of TLS (RFC 8446, section 5.1).
const readSize = 32 << 10

// A lineReader reads complete lines: only what ends in LF counts, also where
// the connection ends. A CR before the LF belongs to the line end.
type lineReader struct {
	t    Transport
	buf  []byte // what was read; buf[from:] is not consumed yet
	from int
	err  error // the source's end, told once buf is used up
}

// next returns the next line without its end.
func (r *lineReader) next() (string, error) {
	line, err := r.nextBytes()
	return string(line), err
}

// nextBytes is next without a copy: the line is good until the next call.
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

// fill reads once more from the source.
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

// compact makes room behind what is not consumed yet.
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

// waiting says whether something has arrived unasked, and returns its first
// line or what there is of it. It does not wait.
func (r *lineReader) waiting() (said string, some bool, err error) {
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

// partial returns what is read and not consumed, up to the first line end and
// to 512 octets.
func (r *lineReader) partial() string {
	rest := r.buf[r.from:min(len(r.buf), r.from+512)]
	line, _, _ := strings.Cut(string(rest), "\n")
	return strings.TrimSuffix(line, "\r")
}

// A listLimit bounds a multi-line answer, and how much of it the trace is shown.
type listLimit struct{ lines, octets, shown int }

// list reads the lines of a multi-line answer up to the one dot that ends it
// and hands on each with its stuffed dot removed (RFC 1939, section 3). A line
// is good until each returns. Nothing is kept here.
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

// listLines is list, and says how many lines there were before the dot.
func (c *Conn) listLines(limit listLimit, each func(line []byte) error) (n int, err error) {
	for octets := 0; ; n++ {
		line, err := c.lines.nextBytes()
		if err != nil {
			return n, cutShort(n, err)
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

// cutShort says how far a list came before the server hung up.
func cutShort(n int, err error) error {
	if !isClosed(err) {
		return received(err)
	}
	return &fault.Error{Kind: fault.Closed, Text: fmt.Sprintf("the server hung up behind line %d of a list, without the dot that ends it", n), Err: err}
}
