package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"check_pop3x/check/fault"
)

// A Peek is a short connection that finds out who is at an address. It sends at
// most the header of its route and what begins a TLS handshake.
type Peek struct {
	Route   Route
	Address netip.AddrPort
	Way     Way
	Name    string // to ask for in the handshake (SNI); "" is none
}

// A Way is what a Peek does once it is connected.
type Way int

// The ways to look.
const (
	Knock  Way = iota // nothing: that it connects is all
	Listen            // read what the server says first, for half a second
	Hello             // send a ClientHello, and read what is answered
)

// listenTime is how long Listen waits for a server to speak first.
const listenTime = 500 * time.Millisecond

// A Sight is what a Peek showed.
type Sight struct {
	Connected bool
	Said      string        // what the server said, to the end of its first line; "" is nothing
	Time      time.Duration // of it all
	Err       error         // why it is nothing, or why there is no connection; else nil
}

// Take looks until ctx ends.
func (p Peek) Take(ctx context.Context) (s Sight) {
	start := time.Now()
	defer func() { s.Time = time.Since(start) }()
	tcp, _, err := dialOne(ctx, p.Address, p.Route.dialTCP)
	if err != nil {
		return Sight{Err: err}
	}
	defer tcp.Close()
	if p.Way == Listen {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, listenTime)
		defer cancel()
	}
	said, err := p.talk(ctx, tcp)
	return Sight{Connected: true, Said: said, Err: err}
}

// talk returns what the server says first.
func (p Peek) talk(ctx context.Context, tcp net.Conn) (string, error) {
	if p.Way == Knock {
		return "", nil
	}
	stop := context.AfterFunc(ctx, func() { tcp.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = p.Route.Announce(newConn(tcp)) // an error comes again when the answer is read
	if p.Way == Hello {
		sendHello(tcp, p.Name)
	}
	var said []byte
	for buffer := make([]byte, maxFirstLine); len(said) < maxFirstLine && !isOpening(said); {
		n, err := tcp.Read(buffer)
		said = append(said, buffer[:n]...)
		if err != nil && len(said) == 0 {
			return "", err
		}
		if err != nil {
			break
		}
	}
	return firstLine(said), nil
}

// isOpening reports whether what a server said first is enough to tell who it is:
// a line, or what is no text.
func isOpening(said []byte) bool {
	const recordHeader = 5 // RFC 8446, section 5.1
	return len(said) >= recordHeader && !isText(said) || hasLine(said)
}

// Kind is what kept an answer from coming: Timeout if the time ended, Closed if the
// server hung up without a word, Refused and so on if there is no connection. It is
// "" if there was an answer.
func (s Sight) Kind() fault.Kind {
	f, ok := errors.AsType[*fault.Error](s.Err)
	o, known := outcomeOf(s.Err)
	switch {
	case s.Err == nil:
		return ""
	case ok && f.Problem == fault.Rejected: // a firewall did that, of which nobody knows where it is
		return fault.Unreachable
	case ok:
		return f.Kind
	case errors.Is(s.Err, os.ErrDeadlineExceeded), errors.Is(s.Err, context.Canceled):
		return fault.Timeout
	case s.Err == io.EOF:
		return fault.Closed
	case known:
		return o.kind
	}
	return fault.Unreachable
}

// Outcome says what was seen: "answered", "connection refused".
func (s Sight) Outcome() string {
	switch kind := s.Kind(); {
	case kind == "" && s.Said == "":
		return "connected"
	case kind == "":
		return "answered"
	case kind == fault.Timeout && s.Connected:
		return "connected, no answer"
	case kind == fault.Timeout:
		return "no answer"
	case kind == fault.Closed:
		return "hung up without a word"
	}
	return Attempt{Err: s.Err}.Outcome()
}

// sendHello sends what begins a handshake with any version of TLS, and leaves the
// answer to be read. An error comes again when it is.
func sendHello(tcp net.Conn, name string) {
	o := newOffer(TLS{MinVersion: tls.VersionTLS10, Legacy: true})
	_ = tls.Client(helloOnly{tcp}, o.config(name, nil)).Handshake()
}

// A helloOnly is a connection on which a handshake ends where its answer begins.
type helloOnly struct{ net.Conn }

var errHelloSent = errors.New("the ClientHello was sent")

func (helloOnly) Read([]byte) (int, error) { return 0, errHelloSent }
