package transport

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"

	"golang.org/x/net/proxy"

	"check_pop3x/check/fault"
)

// socks asks a SOCKS5 proxy (RFC 1928, RFC 1929). The library says what went wrong
// in words only, so its causes are looked up in what the proxy said.
func (t *proxyTalk) socks() error {
	var auth *proxy.Auth
	if t.proxy.User != "" {
		auth = &proxy.Auth{User: t.proxy.User, Password: t.proxy.Password}
	}
	dialer, err := proxy.SOCKS5("tcp", t.proxy.address(), auth, connected{t})
	if err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	if _, err = dialer.Dial("tcp", t.server); err == nil {
		return nil
	}
	return t.socksFault(err)
}

// connected is a dialer whose connection is there already.
type connected struct{ talk *proxyTalk }

func (c connected) Dial(string, string) (net.Conn, error) {
	return socksConn{c.talk.conn.wire, c.talk}, nil
}

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.Dial("", "")
}

// A socksConn is the connection as the library has it.
type socksConn struct {
	*wire
	talk *proxyTalk
}

func (c socksConn) Read(p []byte) (int, error) { return c.talk.Read(p) }

// Close does nothing: the library calls it after a failure, which has still to be
// explained.
func (socksConn) Close() error { return nil }

// Octets of SOCKS5.
const (
	socksVersion   = 5
	socksNoMethod  = 0xff
	socksPassword  = 2 // user and password, RFC 1929
	socksSucceeded = 0
)

// socksFault says why a SOCKS5 proxy did not connect, by what it said: the method
// (two octets), with a password its verdict on it (two), and the reply.
func (t *proxyTalk) socksFault(err error) error {
	said := bytes.NewBuffer(t.heard)
	method := said.Next(2)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case len(method) > 0 && method[0] != socksVersion:
		return t.stranger()
	case len(method) < 2:
		return t.broken(err)
	case method[1] == socksNoMethod && t.proxy.User == "":
		return t.noUser()
	case method[1] == socksNoMethod:
		return t.fault(fault.ProxyOtherLogin, "takes no user with a password")
	case method[1] == socksPassword && t.proxy.User == "":
		return t.noUser()
	case method[1] == socksPassword:
		if verdict := said.Next(2); len(verdict) < 2 {
			return t.broken(err)
		} else if verdict[1] != socksSucceeded {
			return t.wrongUser()
		}
	}
	if reply := said.Next(2); len(reply) == 2 && reply[0] == socksVersion && reply[1] != socksSucceeded {
		return t.refusedBySOCKS(reply[1])
	}
	return t.odd(err)
}

// socksReplies say what the reply of a proxy means (RFC 1928, section 6), as a
// clause behind "the proxy ".
var socksReplies = []struct {
	problem fault.Problem
	text    string
}{
	1: {fault.ProxyNoWay, "failed to connect to %s (general failure)"},
	2: {fault.ProxyForbids, "does not allow a connection to %s"},
	3: {fault.ProxyNoWay, "has no network to %s"},
	4: {fault.ProxyNoWay, "cannot reach %s, or does not know its name"},
	5: {fault.ProxyServerRefused, "was refused by %s"},
	6: {fault.ProxyNoWay, "got no answer from %s (TTL expired)"},
	7: {fault.NoProxy, "does not know CONNECT, for %s"},
	8: {fault.ProxyNoFamily, "does not know this type of address, for %s"},
}

func (t *proxyTalk) refusedBySOCKS(reply byte) error {
	if int(reply) < len(socksReplies) {
		row := socksReplies[reply]
		return t.fault(row.problem, row.text, t.server)
	}
	return t.fault(fault.ProxyNoWay, "did not connect to %s (reply %d)", t.server, reply)
}
