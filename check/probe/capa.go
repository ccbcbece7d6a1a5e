package probe

import (
	"context"
	"errors"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

func (l *link) capa(context.Context) error {
	_, err := l.askCapa()
	return err
}

// askCapa asks for the capabilities. A refusal is not an error, since CAPA is an
// extension (RFC 2449).
func (l *link) askCapa() (refusal *pop3.Error, err error) {
	all, err := l.pop.Capa()
	if refusal, ok := errors.AsType[*pop3.Error](err); ok && !refusal.Unsolicited {
		return refusal, nil
	}
	if err != nil {
		return nil, err
	}
	l.offer.capabilities = all
	l.record.capabilities(all)
	return nil, nil
}

// lastWord waits for a moment whether the server hangs up that knew CAPA before
// TLS and refuses it now. If so, its -ERR was not the reply to CAPA but its last
// word: nginx says so to a client without a good certificate.
func (l *link) lastWord(ctx context.Context, refusal *pop3.Error) error {
	l.conn.SetDeadline(time.Now().Add(farewell))
	n, err := l.conn.Read(make([]byte, 1))
	l.conn.SetDeadline(time.Time{})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case n > 0:
		return fault.New(fault.Protocol, "the server sent more than one answer to CAPA")
	case isTimeout(err):
		return nil
	}
	refusal.Unsolicited = true
	return refusal
}
