package kerberos

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"syscall"
	"time"

	"check_pop3x/check/fault"
)

// kdcPort is where a KDC listens, RFC 4120, section 7.2.3.
const kdcPort = "88"

// maxAnswer limits an answer of a KDC, in octets. What Active Directory puts into
// tickets (groups) has at most 64 KiB.
const maxAnswer = 256 << 10

// send asks the KDCs of a realm, one after the other, and returns the answer of the
// first that gives one, which comes first from then on. Each gets its share of the
// time that is left.
func (c *config) send(ctx context.Context, realm string, message []byte) ([]byte, error) {
	kdcs, err := c.kdcs(ctx, realm)
	if err != nil {
		return nil, err
	}
	if at := slices.Index(kdcs, c.answered); at > 0 {
		kdcs[0], kdcs[at] = kdcs[at], kdcs[0]
	}
	for i, kdc := range kdcs {
		var answer []byte
		if answer, err = share(ctx, len(kdcs)-i, func(ctx context.Context) ([]byte, error) { return converse(ctx, kdc, message) }); err == nil {
			c.answered = kdc
			return answer, nil
		}
		if ctx.Err() != nil {
			return nil, fault.From(context.Cause(ctx), "the KDC "+kdc)
		}
		err = unreached(kdc, err)
	}
	if more := len(kdcs) - 1; more > 0 {
		f := fault.Of(err)
		f.Text += ", and " + fault.Count(more, "other KDC") + " failed, too"
	}
	return nil, err
}

// share runs f within one of n equal parts of the time that is left.
func share(ctx context.Context, n int, f func(context.Context) ([]byte, error)) ([]byte, error) {
	if end, ok := ctx.Deadline(); ok && n > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/time.Duration(n))
		defer cancel()
	}
	return f(ctx)
}

// converse sends a message over TCP and reads the answer. Each has its length in
// front (RFC 4120, section 7.2.2).
func converse(ctx context.Context, kdc string, message []byte) ([]byte, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", kdc)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)); err != nil {
		return nil, err
	}
	var header [4]byte
	if _, err := io.ReadFull(conn, header[:]); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(header[:])
	if length == 0 || length > maxAnswer {
		return nil, errNoKDC
	}
	answer := make([]byte, length)
	_, err = io.ReadFull(conn, answer)
	return answer, err
}

// errNoKDC is the error of an answer that no KDC gives.
var errNoKDC = errors.New("no answer of a KDC")

// unreached says why a KDC gave no answer.
func unreached(kdc string, err error) error {
	var dns *net.DNSError
	var slow interface{ Timeout() bool }
	text, problem := "the KDC "+kdc, fault.KDCUnreached
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		text, problem = "the name of the KDC "+kdc+" does not exist", fault.KDCUnknown
	case errors.As(err, &dns):
		text, problem = "DNS gave no address for the KDC "+kdc, fault.KDCUnknown
	case errors.Is(err, syscall.ECONNREFUSED):
		text += " refused the connection"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		text = "there is no route to " + text
	case errors.As(err, &slow) && slow.Timeout():
		text += " does not answer"
	case errors.Is(err, errNoKDC):
		text += " gave an answer that is not one of a KDC"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		text += " hung up without an answer"
	default:
		text += " cannot be reached"
	}
	return &fault.Error{Kind: fault.Ticket, Problem: problem, Text: text, Err: err}
}
