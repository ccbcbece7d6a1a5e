package pop3

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// MaxLine is the length of a line that the server may send, in octets. RFC 1939
// and RFC 2449, section 4, allow 512 for a status line; servers send more.
const MaxLine = 64 << 10

// readSize is how much is read at once: a TLS record (RFC 8446, section 5.1). The
// runtime takes 32 KiB and more from elsewhere, which costs four page faults more.
const readSize = 16 << 10

// A lineReader reads complete lines. Only what ends in LF is a line, also at the
// end of the connection. A CR before the LF belongs to the line end.
type lineReader struct {
	t    Transport
	buf  []byte // what was read; buf[from:] is not consumed yet
	from int
	err  error // of the transport, returned after buf is consumed
}

// errLongLine is the fault of a line of more than MaxLine octets.
var errLongLine = &fault.Error{Kind: fault.Protocol, Text: "the server sent a line of more than 64 KiB"}

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
			return withoutCR(rest[:scanned+end]), nil
		}
		if len(rest) > MaxLine {
			return nil, errLongLine
		}
		scanned = len(rest)
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// withoutCR returns a line without the CR that it may end in. To compare it by
// bytes.TrimSuffix would take a tenth of the time of a line.
func withoutCR(line []byte) []byte {
	if last := len(line) - 1; last >= 0 && line[last] == '\r' {
		return line[:last]
	}
	return line
}

// nextIn is nextBytes for a line of a list, with its length. A limit other than 0
// is for lines that may be longer than MaxLine: see nextLong.
func (r *lineReader) nextIn(limit int) (line []byte, length int, err error) {
	line, err = r.nextBytes()
	if err != nil && limit > 0 && errors.Is(err, errLongLine) {
		return r.nextLong(limit)
	}
	return line, len(line), err
}

// nextLong returns the first MaxLine octets of a line that is longer, and how many
// there are. After limit octets it stops, with what there is.
func (r *lineReader) nextLong(limit int) (begin []byte, length int, err error) {
	begin = bytes.Clone(r.buf[r.from : r.from+MaxLine])
	for last := byte(0); length <= limit; {
		rest := r.buf[r.from:]
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			end = len(rest)
		}
		if length += end; end > 0 {
			last = rest[end-1]
		}
		if end < len(rest) {
			r.from += end + 1
			return begin, length - bytes.Count([]byte{last}, []byte("\r")), nil
		}
		r.from = len(r.buf)
		if err := r.fill(); err != nil {
			return nil, 0, err
		}
	}
	return begin, length, nil
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
// line is for the lines of messages, which may be as long as they are: it bounds
// the octets of one; 0 is MaxLine.
type listLimit struct{ lines, octets, shown, line int }

// list reads the multi-line reply to a command up to the dot that ends it, and calls each for
// every line without its stuffed dot (RFC 1939, section 3), with its length: of
// longer lines than MaxLine it has the beginning. A line is valid until each
// returns.
func (c *Conn) list(command string, limit listLimit, each func(line []byte, length int) error) error {
	n, err := c.listLines(command, limit, each)
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
func (c *Conn) listLines(command string, limit listLimit, each func(line []byte, length int) error) (n int, err error) {
	for octets := 0; ; n++ {
		line, length, err := c.lines.nextIn(limit.line)
		if err != nil {
			return n, c.broken(err, answer{command, true, n}, n < limit.shown)
		}
		if length == 1 && line[0] == '.' {
			return n, nil
		}
		if octets += length + 2; n >= limit.lines || octets > limit.octets {
			return n, fault.New(fault.Protocol, "the server sent a list of more than %d lines or %d KiB", limit.lines, limit.octets>>10)
		}
		if n < limit.shown {
			c.trace(false, string(line))
		}
		if length > 0 && line[0] == '.' {
			line, length = line[1:], length-1
		}
		if err := each(line, length); err != nil {
			return n + 1, err
		}
	}
}
