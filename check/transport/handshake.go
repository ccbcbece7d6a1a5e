package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/trust"
)

// A TLS says how to do the handshake, and which certificates to accept.
type TLS struct {
	trust.Policy

	// ServerName is sent as SNI; "" is none, and so is an address, which RFC 6066,
	// section 3 does not allow.
	ServerName string
	MinVersion uint16           // lowest version accepted; 0 = TLS 1.2
	MaxVersion uint16           // highest version offered; 0 = TLS 1.3
	Legacy     bool             // offer cipher suites that clients are giving up, too
	Client     *tls.Certificate // shown to a server that asks for one; nil = none
}

// StartTLS does the handshake on a connection without TLS. On success all that
// follows goes by TLS; after a failure the connection is good for nothing but
// Close. Facts are there whenever the server showed certificates, also if they
// were not accepted.
//
// The error is the cause of ctx's end, or a *fault.Error: of kind Certificate; of
// kind Usage for the file of roots; of kind TLS, with the server's words if it
// did not speak TLS, and around a tls.AlertError if it sent an alert; or of the
// kind of a network that failed.
//
// A server can make a handshake compute for seconds, which nothing interrupts.
// So it runs beside ctx: when that ends, what the handshake still does ends with
// the process, and only Close and SetDeadline may be called, which end its reads
// and writes. (HandshakeContext would have one more goroutine wait for ctx.)
func (c *Conn) StartTLS(ctx context.Context, o TLS) (*trust.Facts, error) {
	if c.tls != nil {
		return nil, fault.New(fault.Internal, "TLS was started twice")
	}
	c.offer = newOffer(o)
	var judged atomic.Pointer[trust.Facts]
	session := tls.Client(c.wire, c.offer.config(o.ServerName, func(state tls.ConnectionState) error {
		facts := o.Judge(ctx, state, time.Now())
		judged.Store(facts)
		return facts.Err
	}))
	c.wire.record = true
	err := fault.Wait(ctx, func() error { return session.Handshake() })
	facts := judged.Load()
	switch {
	case err == nil:
		c.wire.record, c.tls = false, session
		facts.State, facts.ClientAsked = session.ConnectionState(), c.offer.asked
		return facts, nil
	case ctx.Err() != nil && (facts == nil || facts.Err == nil):
		return facts, context.Cause(ctx)
	case ctx.Err() != nil:
		return facts, facts.Err
	}
	return c.failed(session, facts, err)
}

// failed is StartTLS for a handshake that has ended with an error. facts is nil
// if it did not come to certificates.
func (c *Conn) failed(session *tls.Conn, facts *trust.Facts, err error) (*trust.Facts, error) {
	c.wire.record = false
	if facts != nil {
		facts.ClientAsked = c.offer.asked
	}
	switch {
	case facts != nil && facts.Err != nil:
		return facts, facts.Err
	case facts != nil && facts.UnusableKey(err) != nil:
		return facts, facts.UnusableKey(err)
	case isUnreadable(err):
		facts = trust.Unreadable(session.ConnectionState(), sentCertificates(c.wire.received), err)
		return facts, facts.Err
	}
	return facts, c.handshakeFault(err, session.ConnectionState().Version)
}

// handshakeFault is why a handshake failed, unless a certificate is to blame.
// Version is the one agreed on, or 0 if it did not get that far.
func (c *Conn) handshakeFault(err error, version uint16) error {
	received := c.wire.received
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	alert, refused := alertIn(err, fromServer)
	if !refused {
		alert, refused = sentAlert(received)
	}
	chosen := chosenVersion(received)
	switch {
	case isText(received):
		return (&fault.Error{Kind: fault.TLS, Text: "the server answers in plain text, not TLS", Err: err}).Spoken(c.firstLine())
	case noTLS:
		return (&fault.Error{Kind: fault.TLS, Text: "the server answers in something other than TLS", Err: err}).Spoken(c.firstLine())
	case refused:
		return c.offer.refusal(alert)
	case version == 0 && chosen != 0 && chosen < c.offer.min:
		return c.offer.olderVersion(chosen, err)
	}
	return c.cutShort(err)
}

// cutShort is a handshake that ended without a word of the server's.
func (c *Conn) cutShort(err error) error {
	how, ended := isEnd(err)
	switch {
	case ended && len(c.wire.received) == 0:
		return c.offer.unanswered(how, c.isUnheard(), err)
	case ended:
		return &fault.Error{Kind: fault.TLS, Problem: how, Text: endText(how) + " during the handshake", Err: err}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &fault.Error{Kind: fault.Timeout, Text: "no answer in the handshake", Err: err}
	case systemError(err) != nil:
		return lostFault(err, c.wire.RemoteAddr())
	}
	return &fault.Error{Kind: fault.TLS, Text: "the TLS handshake failed" + brokenRule(err), Err: err}
}

// isText reports whether what a server sent first is no TLS record (types 20 to
// 24: RFC 8446, section 5.1 and RFC 6520) but text.
func isText(first []byte) bool {
	return len(first) > 0 && (first[0] >= ' ' && first[0] < 0x7f || first[0] == '\r' || first[0] == '\n')
}

// maxFirstLine limits what is shown of a server that does not speak TLS.
const maxFirstLine = 1024

// firstLine returns what the server said, to the end of its first line, as far
// as it has arrived.
func (c *Conn) firstLine() string {
	w := c.wire
	w.record, w.noWait = true, true
	defer func() { w.record, w.noWait = false, false }()
	for !hasLine(w.received) && len(w.received) < maxFirstLine {
		if _, err := w.Read(make([]byte, maxFirstLine)); err != nil {
			break
		}
	}
	return firstLine(w.received)
}

func hasLine(received []byte) bool { return bytes.IndexByte(received, '\n') >= 0 }

// firstLine returns the first line that has something in it, or its beginning.
func firstLine(received []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimLeft(received[:min(len(received), maxFirstLine)], "\r\n"), []byte("\n"))
	return strings.TrimSuffix(string(line), "\r")
}
