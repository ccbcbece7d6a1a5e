package oauth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// What the answers of token servers mean, as they were published.
func TestMeaning(t *testing.T) {
	entra := Request{Server: Server{Name: "microsoft:example.org"}}
	refresh := Request{Server: Server{Name: "login.example.org"}, RefreshFile: "refresh"}
	mail := Request{Server: googleServer, User: "alice@example.org"}
	other := Request{Server: Server{Name: "login.example.org"}}
	googleRefresh := Request{Server: googleServer, RefreshFile: "refresh"}
	for _, s := range []struct {
		of   Request
		said string
		want fault.Problem
	}{
		{entra, "invalid_client: AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", fault.SecretWanted},
		{entra, "invalid_client: AADSTS7000222: The provided client secret keys for app '0f5a' are expired.", fault.SecretExpired},
		{entra, "invalid_client: AADSTS7000215: Invalid client secret provided.", fault.SecretWrong},
		{entra, "invalid_client: AADSTS700027: Client assertion failed signature validation.", fault.KeyRefused},
		{entra, "invalid_client: AADSTS700024: Client assertion is not within its valid time range.", fault.ClockWrong},
		{entra, "unauthorized_client: AADSTS700016: Application with identifier '0f5a' was not found in the directory 'Example'.", fault.ClientUnknown},
		{entra, "unauthorized_client: AADSTS7000112: Application '0f5a' is disabled.", fault.ClientDisabled},
		{entra, "invalid_request: AADSTS90002: Tenant 'example.org' not found.", fault.TenantUnknown},
		{refresh, "invalid_grant: AADSTS700082: The refresh token has expired due to inactivity.", fault.RefreshEnded},
		{refresh, "invalid_grant: AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed.", fault.RefreshEnded},
		{refresh, "invalid_grant: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication.", fault.SecondFactor},
		{refresh, "invalid_grant: AADSTS65001: The user or administrator has not consented to use the application.", fault.ConsentWanted},
		{refresh, "invalid_grant: AADSTS53003: Access has been blocked by Conditional Access policies.", fault.PolicyBlocks},
		{entra, "invalid_grant: AADSTS50057: The user account is disabled.", fault.AccountClosed},
		{entra, "invalid_scope: AADSTS70011: The provided value for the input parameter 'scope' is not valid.", fault.InvalidScope},
		{entra, "invalid_client: AADSTS999: Something new.", fault.InvalidClient},
		{mail, "unauthorized_client: Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.", fault.NotDelegated},
		{mail, "invalid_grant: Invalid JWT Signature.", fault.KeyDeleted},
		{mail, "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.", fault.ClockWrong},
		{mail, "invalid_grant: Invalid email or User ID", fault.UserRefused},
		{mail, "invalid_grant: Bad Request", fault.InvalidGrant},
		{googleRefresh, "invalid_grant: Token has been expired or revoked.", fault.GoogleRefreshEnded},
		{googleRefresh, "unauthorized_client: Unauthorized", fault.UnauthorizedClient},
		{googleRefresh, "invalid_grant: reauth related error (invalid_rapt)", fault.RefreshEnded},
		{googleRefresh, "admin_policy_enforced", fault.AdminBlocks},
		{googleRefresh, "invalid_client: The OAuth client was not found.", fault.InvalidClient},
		{other, "unauthorized_client: no", fault.UnauthorizedClient},
		{other, "invalid_grant: no", fault.InvalidGrant},
		{refresh, "invalid_grant: no", fault.RefreshEnded},
		{other, "invalid_request: no", fault.TokenRefused},
		{other, "temporarily_unavailable", fault.TokenRefused},
	} {
		if got := s.of.meaning(s.said); got.problem != s.want || got.cause == "" {
			t.Errorf("%s: %q means %+v, want %q", s.of.Name, s.said, got, s.want)
		}
	}
}

// The cause names the code if it is one that we know, and nothing else that the
// server said: what it says may be anything.
func TestCause(t *testing.T) {
	entra, other := Request{Server: Server{Name: "microsoft:example.org"}}, Request{Server: Server{Name: "login.example.org"}, RefreshFile: "refresh"}
	mail := Request{Server: googleServer, User: "alice@example.org"}
	for _, s := range []struct {
		of         Request
		said, want string
	}{
		{entra, "invalid_client: AADSTS7000222: The provided client secret keys for app '0f5a' are expired.", "the client secret of the application has expired (AADSTS7000222)"},
		{entra, "invalid_client: AADSTS999: Something new.", "the token server does not accept the application (invalid_client)"},
		{entra, "odd] ok: AADSTS999: Something new.", "the token server refused the request"},
		{other, "invalid_grant: no", "the refresh token is no longer accepted (invalid_grant)"},
		{other, "unauthorized_client", "the application may not ask for tokens in this way (unauthorized_client)"},
		{mail, "unauthorized_client: Client is unauthorized", "the service account may not act for the user (unauthorized_client)"},
		{mail, "invalid_grant: Invalid JWT Signature.", "Google does not know the key of the service account (invalid_grant)"},
	} {
		if got := s.of.meaning(s.said).cause; got != s.want {
			t.Errorf("%q: got %s, want %s", s.said, got, s.want)
		}
	}
}

// goWords are what Go's libraries say, and people should not have to read.
var goWords = regexp.MustCompile(`dial |(read|write) (tcp|udp)|lookup |x509|tls:|asn1|json|http:|http2|net/http|oauth2|unmarshal|invalid character|context|EOF|socks|proxyconnect|(Get|Post) "|errorString|0x`)

// Whatever goes wrong on the way to a token server, no text of Go's shows.
func TestNoErrorOfGoShows(t *testing.T) {
	leaf := &x509.Certificate{DNSNames: []string{"x.example.org"}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour)}
	early := &x509.Certificate{NotBefore: time.Now().Add(time.Hour), NotAfter: time.Now().Add(2 * time.Hour)}
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, Err: err}
	}
	verify := func(err error) error {
		return &tls.CertificateVerificationError{UnverifiedCertificates: []*x509.Certificate{leaf}, Err: err}
	}
	var all []error
	for _, errno := range []syscall.Errno{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EACCES, syscall.ETIMEDOUT, syscall.ECONNRESET, syscall.EPIPE} {
		all = append(all, dial(errno), &net.OpError{Op: "proxyconnect", Net: "tcp", Err: dial(errno)}, &net.OpError{Op: "read", Net: "tcp", Err: errno})
	}
	for _, reason := range []x509.InvalidReason{x509.NotAuthorizedToSign, x509.Expired, x509.CANotAuthorizedForThisName, x509.TooManyIntermediates, x509.IncompatibleUsage, x509.NameMismatch, x509.NameConstraintsWithoutSANs, x509.UnconstrainedName, x509.TooManyConstraints, x509.CANotAuthorizedForExtKeyUsage, x509.NoValidChains} {
		all = append(all, verify(x509.CertificateInvalidError{Cert: leaf, Reason: reason, Detail: "x509: detail"}), verify(x509.CertificateInvalidError{Cert: early, Reason: reason}))
	}
	all = append(all,
		verify(x509.UnknownAuthorityError{Cert: leaf}), verify(x509.HostnameError{Certificate: leaf, Host: "y"}), verify(x509.HostnameError{Certificate: early, Host: "y"}),
		verify(x509.SystemRootsError{Err: errors.New("open /etc/ssl")}), verify(x509.UnhandledCriticalExtension{}), verify(x509.ConstraintViolationError{}), verify(x509.InsecureAlgorithmError(1)),
		&net.DNSError{Err: "no such host", Name: "x.example.org", IsNotFound: true},
		&net.DNSError{Err: "read udp 192.0.2.1:4711->192.0.2.53:53: i/o timeout", Name: "x.example.org", Server: "192.0.2.53:53", IsTimeout: true},
		&net.DNSError{Err: "dial udp 192.0.2.53:53: connect: network is unreachable", Name: "x.example.org", Server: "192.0.2.53:53"},
		&net.DNSError{Err: "server misbehaving", Name: "x.example.org", Server: "192.0.2.53:53", IsTemporary: true},
		tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"},
		&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, &net.OpError{Op: "local error", Err: tls.AlertError(70)},
		errors.New("tls: server selected unsupported protocol version 301"), errors.New("remote error: tls: handshake failure"),
		errors.New("tls: failed to parse certificate from server: x509: malformed tbs certificate"),
		errors.New("http: server gave HTTP response to HTTPS client"),
		errors.New("net/http: HTTP/1.x transport connection broken: malformed HTTP response \"+OK\""),
		errors.New("net/http: server response headers exceeded 65536 bytes; aborted"), errors.New("net/http: too many 1xx informational responses"),
		errors.New("net/http: timeout awaiting response headers"), errors.New("http2: unsupported scheme"), errors.New("net/http: abort Handler"),
		errors.New("Proxy Authentication Required"), errors.New("Bad Gateway"), errors.New("unknown status code"), errors.New("proxy: unknown scheme: socks4"),
		errors.New("unsupported protocol scheme \"\""), errors.New("socks connect tcp 192.0.2.1:1080->x.example.org:443: host unreachable"),
		errors.New("net/http: invalid header field value"), errors.New("readLoopPeekFailLocked: EOF"),
		io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, context.Canceled, fmt.Errorf("net/http: HTTP/1.x transport connection broken: %w", io.ErrUnexpectedEOF),
	)
	for i, err := range all {
		if f := (route{"https://login.example.org", "192.0.2.3:3128"}).unreached(err); goWords.MatchString(f.Text) {
			t.Errorf("%v\nis told as %q", err, f.Text)
		}
		all[i] = &url.Error{Op: "Post", URL: "https://login.example.org/token", Err: err}
	}
	all = append(all,
		errors.New("oauth2: cannot fetch token: read tcp 192.0.2.1:4711->192.0.2.2:443: read: connection reset by peer"), errors.New("oauth2: cannot auth device: unexpected EOF"),
		errors.New("oauth2: cannot parse json: invalid character '<' looking for beginning of value"), errors.New("oauth2: cannot parse response: invalid URL escape \"%zz\""),
		errors.New("oauth2: server response missing access_token"), errors.New("unmarshal invalid character 'h'"), errors.New("json: cannot unmarshal string"),
	)
	s := (Request{Server: Server{Name: "login.example.org"}}).source()
	s.client = &client{tokenURL: "https://login.example.org/token"}
	for _, err := range all {
		if f := s.failureOf(err); goWords.MatchString(f.Text) || f.Text == "" || f.Said != "" {
			t.Errorf("%v\nis told as %q", err, f.Text)
		}
	}
}
