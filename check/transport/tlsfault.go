package transport

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// handshakeFault says why a handshake failed that no certificate is to blame
// for. Version is the one agreed on, 0 if it did not get that far.
func (c *Conn) handshakeFault(err error, version, wanted uint16) error {
	f := &fault.Error{Kind: fault.TLS, Err: err}
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	said := listen(c.wire.first)
	alert, refused := alertIn(err, fromServer)
	if !refused && said.alert >= 0 {
		alert, refused = tls.AlertError(said.alert), true
	}
	switch {
	case inClear(c.wire.first):
		f.Text, f.Said = "no TLS: the server answers in plain text", c.firstLine()
	case noTLS:
		f.Text, f.Said = "no TLS: the server answers in something else", c.firstLine()
	case refused:
		return c.refusal(alert)
	case version == 0 && len(said.versions) == 1 && said.versions[0] < wanted:
		f.Problem = fault.OtherVersion
		f.Text = "the server speaks no more than " + tls.VersionName(said.versions[0]) + ", " + tls.VersionName(wanted) + " is wanted"
	case err == io.EOF || err == io.ErrUnexpectedEOF || isReset(err):
		f.Text = "the server hung up during the handshake"
		if len(c.wire.first) == 0 {
			f.Text, f.Problem = c.unanswered()
		}
	case errors.Is(err, os.ErrDeadlineExceeded):
		f.Kind, f.Text = fault.Timeout, "no answer in the handshake"
	case systemError(err) != nil:
		return lostFault(err, c.Remote())
	default:
		f.Text = "the handshake failed" + broken(err)
	}
	return f
}

// unanswered is for a server that hung up when it had seen what is offered. Those
// that speak none of that are to send an alert (RFC 8446, section 4.1.3); Dovecot
// 2.3 loses it.
func (c *Conn) unanswered() (string, fault.Problem) {
	versions := listen(c.wire.sent).versions
	text := "the server hung up at the offer of " + versionNames(versions)
	if slices.Contains(versions, tls.VersionTLS10) {
		return text, ""
	}
	return text, fault.Unanswered
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

// explain finds the fault behind an error of a read or a write under TLS: the
// server refuses us or breaks the rules, or the network fails.
func (c *Conn) explain(err error) error {
	alert, ours := alertIn(err, fromUs)
	_, network := errors.AsType[net.Error](err)
	header, noTLS := errors.AsType[tls.RecordHeaderError](err)
	f := &fault.Error{Kind: fault.TLS, Err: err}
	switch refused, ok := alertIn(err, fromServer); {
	case ok:
		return c.refusal(refused)
	case err == nil, err == io.EOF, err == io.ErrUnexpectedEOF, network && !ours:
		return lostFault(err, c.Remote())
	case c.wire.late != nil: // what the server asked for could not be sent, which a read does not tell
		return c.wire.late
	case noTLS && inClear(header.RecordHeader[:]):
		f.Said, f.Text = string(header.RecordHeader[:]), "in clear, in the middle of TLS"
	case ours && alert == alertNoRenegotiation:
		f.Text = "the server wants to negotiate anew in the middle of the session, which is refused (no_renegotiation)"
	default:
		f.Text = "the server breaks the rules of TLS" + broken(err)
	}
	return f
}

// broken is the rule that crypto/tls found broken, as the end of a sentence: the
// alert that it sent, or its words.
func broken(err error) string {
	if alert, ok := alertIn(err, fromUs); ok {
		return " (" + alertName(alert) + ")"
	}
	return ": " + strings.TrimPrefix(err.Error(), "tls: ")
}
