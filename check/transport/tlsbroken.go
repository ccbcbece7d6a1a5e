package transport

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"

	"check_pop3x/check/fault"
)

// explain returns an error of a read or a write under TLS as it is where it is
// the network's, and else as the fault that it is: the server refuses us, or
// breaks the rules.
func (c *Conn) explain(err error) error {
	alert, ours := alertIn(err, fromUs)
	_, network := errors.AsType[net.Error](err)
	header, noTLS := errors.AsType[tls.RecordHeaderError](err)
	f := &fault.Error{Kind: fault.TLS, Err: err}
	switch refused, ok := alertIn(err, fromServer); {
	case ok:
		return c.refusal(refused)
	case err == nil, err == io.EOF, err == io.ErrUnexpectedEOF, network && !ours:
		return err
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
