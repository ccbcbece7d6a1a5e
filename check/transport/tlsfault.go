package transport

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"strings"

	"check_pop3x/check/fault"
)

// handshakeFault says why a handshake failed that no certificate is to blame
// for. Version is the one agreed on, 0 if it did not get that far.
func (c *Conn) handshakeFault(err error, version, wanted uint16) error {
	f := &fault.Error{Kind: fault.TLS, Err: err}
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	alert, refused := remoteAlert(err)
	chosen, answered := helloVersion(c.wire.first)
	switch {
	case inClear(c.wire.first):
		f.Text, f.Said = "no TLS: the server answers in plain text", c.firstLine()
	case noTLS:
		f.Text, f.Said = "no TLS: the server answers in something else", c.firstLine()
	case refused:
		return refusal(alert)
	case answered && version == 0 && chosen < wanted:
		f.Text = "the server offers no more than " + tls.VersionName(chosen) + ", " + tls.VersionName(wanted) + " is wanted"
	case err == io.EOF || err == io.ErrUnexpectedEOF || hungUp(err):
		f.Text = "the server hung up during the handshake"
	case errors.Is(err, os.ErrDeadlineExceeded):
		f.Kind, f.Text = fault.Timeout, "no answer in the handshake"
	default:
		f.Text = "the handshake failed: " + strings.TrimPrefix(err.Error(), "tls: ")
	}
	return f
}

// inClear reports whether what a server sent first is no TLS record (types 20
// to 24: RFC 8446, section 5.1 and RFC 6520) but text.
func inClear(first []byte) bool {
	return len(first) > 0 && (first[0] >= ' ' && first[0] < 0x7f || first[0] == '\r' || first[0] == '\n')
}

// firstLine returns what the server said, to the end of its first line, as far
// as it has arrived.
func (c *Conn) firstLine() string {
	w := c.wire
	w.keep, w.noWait = true, true
	defer func() { w.keep, w.noWait = false, false }()
	for bytes.IndexByte(w.first, '\n') < 0 && len(w.first) < maxFirst {
		if _, err := w.Read(make([]byte, maxFirst)); err != nil {
			break
		}
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(w.first, "\r\n"), []byte("\n"))
	return strings.TrimSuffix(string(line), "\r")
}

// helloVersion reads the version that a ServerHello names: a record header of
// five bytes, a message header of four, then the version (RFC 5246, sections
// 6.2.1 and 7.4.1.3).
func helloVersion(first []byte) (uint16, bool) {
	const handshake, serverHello = 22, 2
	if len(first) < 11 || first[0] != handshake || first[5] != serverHello {
		return 0, false
	}
	return binary.BigEndian.Uint16(first[9:]), true
}

// remoteAlert finds the alert that the server sent. In TLS over TCP crypto/tls
// keeps its type to itself, a uint8; only QUIC gets the public tls.AlertError.
func remoteAlert(err error) (tls.AlertError, bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return 0, false
	}
	if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
		return tls.AlertError(v.Uint()), true
	}
	return 0, false
}

func refusal(alert tls.AlertError) error {
	text := "the server refuses TLS: " + strings.TrimPrefix(alert.Error(), "tls: ")
	return &fault.Error{Kind: fault.TLS, Text: text, Err: alert}
}

// orAlert returns err, or the fault that it is where the server sent an alert.
func orAlert(err error) error {
	if err == nil {
		return nil
	}
	if alert, ok := remoteAlert(err); ok {
		return refusal(alert)
	}
	return err
}
