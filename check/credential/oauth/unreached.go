package oauth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"check_pop3x/check/fault"
)

// A route is how a token server is reached.
type route struct {
	server string // "https://login.example.org"
	proxy  string // "192.0.2.3:3128"; "" for none
}

// routeTo returns the route to an endpoint.
func routeTo(endpoint string) route {
	r := route{server: origin(endpoint)}
	u, err := url.Parse(endpoint)
	if err != nil {
		return r
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err == nil && proxy != nil {
		r.proxy = proxy.Host
	}
	return r
}

// String names the server and, if there is one, the proxy.
func (r route) String() string {
	if r.proxy == "" {
		return r.server
	}
	return r.server + " by the proxy " + r.proxy
}

// peer names whom a connection goes to.
func (r route) peer() string {
	if r.proxy == "" {
		return r.server
	}
	return "the proxy " + r.proxy
}

// unreached explains why the token server did not answer.
func (s *source) unreached(err error) failure {
	var certificate *tls.CertificateVerificationError
	from := routeTo(s.client.tokenURL)
	if errors.As(err, &certificate) {
		return s.untrusted(certificate.Err)
	}
	return from.unreached(err)
}

// unreached explains why nobody answered on a route. The words of Go's errors are
// not for people: where an error has no type they are recognized, and never shown.
func (r route) unreached(err error) failure {
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var slow interface{ Timeout() bool }
	var errno syscall.Errno
	text := err.Error()
	switch {
	case errors.As(err, &dns):
		return unresolved(dns)
	case errors.Is(err, syscall.ECONNREFUSED):
		return failure{Text: r.peer() + " refused the connection" + address(r.peer(), err)}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return failure{Text: "there is no route to " + r.peer() + address(r.peer(), err)}
	case errors.As(err, &record), strings.Contains(text, "HTTP response to HTTPS client"):
		return failure{Text: r.String() + " does not speak TLS", Problem: fault.WrongEndpoint}
	case strings.Contains(text, "tls: "):
		return failure{Text: r.String() + " broke off the TLS handshake: it may have no TLS 1.2 or newer, or want a client certificate"}
	case strings.Contains(text, "malformed HTTP"), strings.HasPrefix(text, "readLoopPeekFail"): // it spoke first
		return failure{Text: r.String() + " does not speak HTTP", Problem: fault.WrongEndpoint}
	case errors.As(err, &slow) && slow.Timeout():
		return failure{Text: r.String() + " does not answer" + address(r.String(), err)}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), slices.ContainsFunc(hangUps, func(s string) bool { return strings.HasSuffix(text, s) }):
		return failure{Text: r.String() + " hung up without an answer"}
	case errors.As(err, &errno):
		return failure{Text: r.String() + " cannot be reached: " + errno.Error()}
	case r.proxy != "" && proxyAnswer(text) != "":
		return failure{Text: "the proxy " + r.proxy + " refuses " + r.server + ": " + proxyAnswer(text), Problem: fault.ProxyRefused}
	}
	return failure{Text: r.String() + " gave no answer that can be read"}
}

// address is that of a connection that was not made, in brackets, unless the name
// of the peer says it.
func address(peer string, err error) string {
	var dial *net.OpError
	if !errors.As(err, &dial) || dial.Addr == nil || strings.HasSuffix(peer, dial.Addr.String()) {
		return ""
	}
	return " (" + dial.Addr.String() + ")"
}

// hangUps are how the texts of net/http's errors end for a connection that ends
// before an answer. Not all of them have a type.
var hangUps = []string{"EOF", "http: server closed idle connection"}

// proxyAnswer is how a proxy refused, which net/http tells by the phrase behind
// its status code; "" if it is none of HTTP's.
func proxyAnswer(text string) string {
	for code := 300; code < 600; code++ {
		if phrase := http.StatusText(code); phrase != "" && strings.HasSuffix(text, phrase) {
			return phrase
		}
	}
	return ""
}

// unresolved says why a name has no address.
func unresolved(err *net.DNSError) failure {
	name := firstLine(err.Name)
	switch {
	case err.IsNotFound:
		return failure{Text: "the name " + name + " does not exist or has no address", Problem: fault.TokenNoName}
	case err.IsTimeout:
		return failure{Text: "no DNS server answered for " + name, Problem: fault.TokenNoDNS}
	}
	return failure{Text: "the DNS server failed for " + name, Problem: fault.TokenNoDNS}
}

// untrusted says what crypto/x509 has against the certificate of the token server.
// Microsoft's and Google's are known to be good, so that one that is not is
// another server's.
func (s *source) untrusted(err error) failure {
	from := host(s.client.tokenURL)
	f := failure{Text: "the certificate of " + from + " ", Problem: fault.TokenCertificate}
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	other, isOther := errors.AsType[x509.HostnameError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case isUnknown:
		f.Text += "is from an untrusted authority"
		f.Problem = fault.TokenUntrusted
	case isOther:
		f.Text += "is for " + namesOf(other.Certificate)
		f.Problem = fault.WrongEndpoint
	case isInvalid && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		f.Text += "is not valid before " + invalid.Cert.NotBefore.UTC().Format(time.DateOnly)
		return f // or this host's clock is wrong
	case isInvalid && invalid.Reason == x509.Expired:
		f.Text += "expired on " + invalid.Cert.NotAfter.UTC().Format(time.DateOnly)
		return f // likewise
	case isInvalid && invalid.Reason == x509.IncompatibleUsage:
		f.Text += "is not for servers"
	default:
		f.Text += "breaks the rules of RFC 5280"
	}
	if s.isKnown() {
		f.Problem = fault.Intercepted
	}
	return f
}

// namesOf lists the names that a certificate is for.
func namesOf(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no name"
	}
	return fault.Clean(fault.JoinFirst(names))
}
