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

// route names the server and, if there is one, the proxy.
func route(endpoint string) string {
	from := host(endpoint)
	u, err := url.Parse(endpoint)
	if err != nil {
		return from
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err == nil && proxy != nil {
		return from + " by the proxy " + proxy.Host
	}
	return from
}

// unreached explains why a host, which is reached by route, did not answer. The
// words of Go's errors are not for people: where an error has no type they are
// recognized, and never shown.
func unreached(from, route string, err error) string {
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var slow interface{ Timeout() bool }
	var errno syscall.Errno
	text := err.Error()
	switch {
	case errors.As(err, &dns):
		return unresolved(dns)
	case errors.Is(err, syscall.ECONNREFUSED):
		return route + ": connection refused"
	case errors.As(err, &record), strings.Contains(text, "HTTP response to HTTPS client"):
		return route + " does not speak TLS"
	case errors.As(err, &certificate):
		return "the certificate of " + from + " is not accepted: " + untrusted(from, certificate.Err)
	case strings.Contains(text, "tls: "):
		return route + " breaks off the TLS handshake: it may have no TLS 1.2 or newer, or want a client certificate"
	case strings.Contains(text, "malformed HTTP"), strings.HasPrefix(text, "readLoopPeekFail"): // it spoke first
		return route + " does not speak HTTP"
	case errors.As(err, &slow) && slow.Timeout():
		return route + " does not answer"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), slices.ContainsFunc(hangUps, func(s string) bool { return strings.HasSuffix(text, s) }):
		return route + " hangs up without an answer"
	case errors.As(err, &errno):
		return route + ": " + errno.Error()
	case route != from && proxyAnswer(text) != "":
		return route + ": " + proxyAnswer(text)
	}
	return route + " gives no answer that can be read"
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
func unresolved(err *net.DNSError) string {
	name := firstLine(err.Name)
	switch {
	case err.IsNotFound:
		return "there is no host " + name
	case err.IsTimeout:
		return name + " cannot be resolved: no DNS server answers"
	}
	return name + " cannot be resolved: the DNS server fails"
}

// untrusted says what crypto/x509 has against the certificate of a server, and
// what to do.
func untrusted(from string, err error) string {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	other, isOther := errors.AsType[x509.HostnameError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case isUnknown:
		return "its authority is not trusted; if that is yours, name its certificate with --oauth-ca-file"
	case isOther:
		return "it is for " + namesOf(other.Certificate) + ", not for " + from
	case isInvalid && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		return "it is not valid before " + invalid.Cert.NotBefore.UTC().Format(time.DateOnly)
	case isInvalid && invalid.Reason == x509.Expired:
		return "it expired on " + invalid.Cert.NotAfter.UTC().Format(time.DateOnly)
	case isInvalid && invalid.Reason == x509.IncompatibleUsage:
		return "it is not for servers"
	}
	return "its chain breaks the rules of RFC 5280"
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
