package transport

import (
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"

	"golang.org/x/net/http/httpproxy"

	"check_pop3x/check/fault"
)

// A ProxyKind is what a proxy speaks, as the scheme of its URL.
type ProxyKind string

// The kinds of proxies.
const (
	SOCKS5  ProxyKind = "socks5"  // RFC 1928; names are resolved here
	SOCKS5H ProxyKind = "socks5h" // likewise; names are resolved by the proxy
	HTTP    ProxyKind = "http"    // CONNECT (RFC 9110, section 9.3.6)
)

func (k ProxyKind) name() string {
	if k == HTTP {
		return "HTTP proxy"
	}
	return "SOCKS5 proxy"
}

// A Proxy connects to the server in our place.
type Proxy struct {
	Kind           ProxyKind
	Host           string // a name or an address, without brackets
	Port           uint16
	User, Password string // "": none
}

// String is the URL of the proxy, without user and password.
func (p *Proxy) String() string { return string(p.Kind) + "://" + p.address() }

// URL is the URL of the proxy, with user and password.
func (p *Proxy) URL() *url.URL {
	u := &url.URL{Scheme: string(p.Kind), Host: p.address()}
	if p.User != "" {
		u.User = url.UserPassword(p.User, p.Password)
	}
	return u
}

func (p *Proxy) address() string { return net.JoinHostPort(p.Host, strconv.Itoa(int(p.Port))) }

// Resolves reports whether the proxy resolves the name of the server.
func (p *Proxy) Resolves() bool { return p.Kind != SOCKS5 }

// ProxyFor returns the URL of the proxy that leads to a server by variables of the
// environment, ALL_PROXY and NO_PROXY; nil is none.
func ProxyFor(host string, port uint16, all, none string) (*url.URL, error) {
	c := httpproxy.Config{HTTPProxy: all, NoProxy: none}
	return c.ProxyFunc()(&url.URL{Scheme: "http", Host: net.JoinHostPort(host, strconv.Itoa(int(port)))})
}

// Connect has the proxy at the other end of c connect to a server, HOST:PORT. What
// is written and read afterwards is the server's. The error is that of a deadline
// as it is, or a *fault.Error of kind Proxy.
func (p *Proxy) Connect(c *Conn, server string) error {
	talk := &proxyTalk{conn: c, proxy: p, server: server}
	if p.Kind == HTTP {
		return talk.http()
	}
	return talk.socks()
}

// A proxyTalk is what is said to a proxy.
type proxyTalk struct {
	conn   *Conn
	proxy  *Proxy
	server string
	heard  []byte // what the proxy said
}

// Read keeps what is read.
func (t *proxyTalk) Read(p []byte) (int, error) {
	n, err := t.conn.wire.Read(p)
	t.heard = append(t.heard, p[:n]...)
	return n, err
}

// fault is what the proxy did, said of it: text is a clause behind "the proxy ".
func (t *proxyTalk) fault(p fault.Problem, text string, args ...any) *fault.Error {
	return fault.New(fault.Proxy, "the proxy "+text, args...).Because(p)
}

// broken is the fault of a talk that err ended, which is no deadline.
func (t *proxyTalk) broken(err error) error {
	_, ended := isEnd(err)
	ended = ended || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case ended && len(t.heard) == 0:
		return t.fault(fault.ProxyWordless, "closed the connection without a word")
	case ended:
		return t.fault(fault.ProxyBroke, "closed the connection in the middle of its answer")
	}
	return t.fault(fault.ProxyBroke, "cannot be talked to any more (%v)", systemError(err))
}

// odd is the fault of a proxy that goes on with something else than an answer.
func (t *proxyTalk) odd(err error) error {
	if _, ended := isEnd(err); ended || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return t.broken(err)
	}
	return t.fault(fault.NoProxy, "sent an answer that is not SOCKS5")
}

// stranger is the fault of a server that is no proxy of that kind: it said
// something else first.
func (t *proxyTalk) stranger() error {
	if t.proxy.Kind == HTTP && t.heard[0] == socksVersion {
		return fault.New(fault.Proxy, "%s is a SOCKS5 proxy, not an HTTP proxy", t.proxy.address()).Because(fault.ProxyIsSOCKS)
	}
	rest := make([]byte, maxFirstLine)
	n, _ := t.conn.ReadWaiting(rest)
	f := (&fault.Error{Kind: fault.Proxy}).Spoken(firstLine(append(t.heard, rest[:n]...)))
	protocol, speaksHTTP := f.Problem.Protocol(), f.Problem == fault.SpeaksHTTP
	f.Text, f.Problem = t.proxy.address()+" is no "+t.proxy.Kind.name(), fault.NoProxy
	switch {
	case speaksHTTP && t.proxy.Kind == HTTP:
		f.Text = "the proxy sent an answer to CONNECT that cannot be read"
	case speaksHTTP:
		f.Text, f.Problem = f.Text+", it speaks HTTP", fault.ProxyIsHTTP
	case protocol != "":
		f.Text += ", it speaks " + protocol
	}
	return f
}

// noUser is the fault of a proxy that wants to know who asks.
func (t *proxyTalk) noUser() error {
	return t.fault(fault.ProxyUserWanted, "wants a user and a password")
}

// wrongUser is the fault of a proxy that does not know the user, or not with this
// password.
func (t *proxyTalk) wrongUser() error {
	return t.fault(fault.ProxyUserRefused, "refused the user %s or the password", t.proxy.User)
}
