package oauth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/oauth2"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
)

// failureLife is how long a failure is repeated instead of asking again.
const failureLife = 60 * time.Second

// A failure is why there is no token, without secrets.
type failure struct {
	Text string `json:"text"` // in our words
	Said string `json:"said"` // in the server's
}

// repeated is the failure of an earlier run.
func (f failure) repeated(age time.Duration) *fault.Error {
	text := fmt.Sprintf("%s (remembered from %.0f s ago)", f.Text, age.Seconds())
	return &fault.Error{Kind: fault.Token, Problem: f.problem(), Said: f.Said, Text: text}
}

// problems are the codes of RFC 6749, section 5.2, that say what to do.
var problems = map[string]fault.Problem{
	"invalid_client": fault.InvalidClient, "unauthorized_client": fault.UnauthorizedClient, "invalid_grant": fault.InvalidGrant, "invalid_scope": fault.InvalidScope,
}

// problem is what the code means that begins what the server said.
func (f failure) problem() fault.Problem {
	code, _, _ := strings.Cut(f.Said, ":")
	return problems[code]
}

// failed is the fault of a request that brought no token: the cause of ctx's
// end where that is to blame.
func (s *source) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.From(context.Cause(ctx), host(s.client.tokenURL))
	}
	f := failureOf(s.client.tokenURL, err)
	return &fault.Error{Kind: fault.Token, Problem: f.problem(), Said: s.keep(f.Said), Text: s.keep(f.Text), Err: err}
}

// keep hides text that contains a secret.
func (s *source) keep(text string) string {
	return credential.NewRedactor(s.client.secrets...).Keep(text)
}

// failureOf explains why a request to endpoint failed.
func failureOf(endpoint string, err error) failure {
	from := host(endpoint)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return refusal(from, refused)
	}
	inner, ok := errors.AsType[*url.Error](err)
	switch { // the library has no types for the others
	case ok:
		return failure{Text: unreached(from, route(endpoint), inner.Err)}
	case strings.HasPrefix(err.Error(), "oauth2: cannot fetch token: "):
		return failure{Text: from + " breaks its answer off"}
	case strings.HasPrefix(err.Error(), "oauth2: cannot parse json: "):
		return failure{Text: from + " gives an answer that is not in the form of RFC 6749, section 5.1"}
	}
	return failure{Text: from + " answers without an access token"}
}

// refusal returns what the server said: its error code and the first line of
// its description (RFC 6749, section 5.2), or the status code of HTTP.
func refusal(from string, refused *oauth2.RetrieveError) failure {
	code := refused.Response.StatusCode
	switch {
	case refused.ErrorCode != "" && firstLine(refused.ErrorDescription) != "":
		return failure{Said: firstLine(refused.ErrorCode) + ": " + firstLine(refused.ErrorDescription), Text: "from " + from}
	case refused.ErrorCode != "":
		return failure{Said: firstLine(refused.ErrorCode), Text: "from " + from}
	case code >= 300 && code < 400:
		return failure{Text: fmt.Sprintf("%s answers %d, a redirection, which is not followed: name the token endpoint itself", from, code)}
	}
	return failure{Text: strings.TrimSpace(fmt.Sprintf("%s answers %d %s", from, code, http.StatusText(code)))}
}

// maxSaid limits what is kept of a server's words, in characters.
const maxSaid = 1000

// firstLine returns what is worth showing of a description. Microsoft's goes on
// with ids and a time, which differ from one answer to the next.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line, _, _ = strings.Cut(line, " Trace ID: ")
	return fault.Shorten(fault.Clean(line), maxSaid)
}

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

// unreached explains why a host, which is reached by route, did not answer.
func unreached(from, route string, err error) string {
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var slow interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host " + firstLine(dns.Name) + ": " + dns.Err
	case errors.As(err, &dns):
		return firstLine(dns.Name) + " cannot be resolved: " + firstLine(dns.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return route + ": connection refused"
	case errors.As(err, &record):
		return route + " does not speak TLS"
	case errors.As(err, &certificate):
		return "the certificate of " + from + " is not accepted: " + untrusted(certificate.Err)
	case strings.Contains(err.Error(), "malformed HTTP"), strings.HasPrefix(err.Error(), "readLoopPeekFail"): // it spoke first
		return route + " does not speak HTTP"
	case errors.As(err, &slow) && slow.Timeout():
		return route + " does not answer"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), slices.Contains(hangUps, err.Error()):
		return route + " hangs up without an answer"
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	return route + ": " + firstLine(err.Error())
}

// hangUps are the texts of net/http's errors for a connection that ends before
// an answer. Not all of them have a type.
var hangUps = []string{"EOF", "unexpected EOF", "http: server closed idle connection"}

// untrusted returns what crypto/x509 says, without its name, and what to do.
func untrusted(err error) string {
	text := strings.TrimPrefix(firstLine(err.Error()), "x509: ")
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		text += "; if that authority is yours, name its certificate with --oauth-ca-file"
	}
	return text
}
