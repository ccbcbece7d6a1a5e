package oauth

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// scope returns the scope to ask for; "" leaves it to the server. A refresh
// token has its own, which need not be repeated (RFC 6749, section 6).
func (r Request) scope() string {
	if r.Scope != "" || r.RefreshFile != "" {
		return r.Scope
	}
	return r.AppScope
}

// subject returns the user on whose behalf a service account asks. It is "" for
// an application, whose token is for all mailboxes that it may open.
func (r Request) subject() string {
	if r.ServiceAccount && r.RefreshFile == "" {
		return r.User
	}
	return ""
}

// request asks for a token. If the server does not accept the client's secret
// in the header it asks again with the secret in the body.
func (s *source) request(ctx context.Context) (*oauth2.Token, error) {
	form, err := s.form()
	if err != nil {
		return nil, err
	}
	style := oauth2.AuthStyleInHeader
	if s.InBody || s.client.secret == "" {
		style = oauth2.AuthStyleInParams
	}
	answer, err := s.post(ctx, form, style)
	if style == oauth2.AuthStyleInHeader && unauthorized(err) {
		answer, err = s.post(ctx, form, oauth2.AuthStyleInParams)
	}
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	s.client.hide(answer.AccessToken)
	s.client.hide(answer.RefreshToken)
	return answer, s.checkAnswer(answer)
}

// unauthorized reports whether the server did not recognize the client. A
// server must accept the secret in the header (RFC 6749, section 2.3.1), but
// some accept it in the body only, or do not decode the header (Glewlwyd, which
// answers 403 without an error code).
func unauthorized(err error) bool {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return false
	}
	code := refused.Response.StatusCode
	return refused.ErrorCode == "invalid_client" || code == http.StatusUnauthorized || code == http.StatusForbidden && refused.ErrorCode == ""
}

// The grant types of RFC 7523, section 2.1, and RFC 6749, section 6, and the
// assertion type of RFC 7523, section 2.2.
const (
	grantJWT     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	grantRefresh = "refresh_token"
	assertionJWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// form returns the fields of the request except for the scope, the client and
// its secret. Without a grant type it is client credentials (RFC 6749, section
// 4.4).
func (s *source) form() (url.Values, error) {
	form := url.Values{}
	if s.client.refresh != nil {
		form.Set("grant_type", grantRefresh)
		form.Set("refresh_token", s.client.refresh.value)
	}
	if s.client.signer == nil {
		return form, nil
	}
	assertion, err := s.client.signer.sign(s.claims())
	if err != nil {
		return nil, &fault.Error{Kind: fault.Usage, Text: "--oauth-key-file: the key in " + s.KeyFile + " cannot sign", Err: err}
	}
	s.client.hide(assertion)
	if s.subject() != "" {
		form.Set("grant_type", grantJWT)
		form.Set("assertion", assertion)
		return form, nil
	}
	form.Set("client_assertion_type", assertionJWT)
	form.Set("client_assertion", assertion)
	return form, nil
}

// post sends the request. The library's client credentials serve for all
// grants, as the grant type can be replaced.
func (s *source) post(ctx context.Context, form url.Values, style oauth2.AuthStyle) (*oauth2.Token, error) {
	config := clientcredentials.Config{
		ClientID:       s.ClientID,
		ClientSecret:   s.client.secret,
		TokenURL:       s.client.tokenURL,
		EndpointParams: form,
		AuthStyle:      style,
	}
	if scope := s.scope(); scope != "" && s.subject() == "" { // the assertion of a service account has it
		config.Scopes = []string{scope}
	}
	if s.client.refresh != nil {
		var cancel context.CancelFunc
		ctx, cancel = answering(ctx)
		defer cancel()
	}
	return config.Token(s.client.context(ctx, 0))
}

// context returns ctx with the HTTP client for the server. It verifies TLS, and
// obeys HTTPS_PROXY and NO_PROXY, but does not follow redirections, which would
// carry secrets elsewhere. x/oauth2 reads at most 1 MiB of the answer. timeout
// limits each request; 0 is no limit.
func (c *client) context(ctx context.Context, timeout time.Duration) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Timeout: timeout,
		Transport: watcher{&http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            dial,
			TLSClientConfig:        &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
		}, c},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
}

// A watcher notes whether the last answer was a web page, which the errors of
// x/oauth2 do not tell.
type watcher struct {
	http.RoundTripper
	client *client
}

func (w watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body := bufio.NewReader(answer.Body)
	begin, _ := body.Peek(512)
	begin = bytes.TrimLeft(begin, "\ufeff \t\r\n")
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	w.client.page = media == "text/html" || media == "application/xhtml+xml" || bytes.HasPrefix(begin, []byte("<"))
	answer.Body = struct {
		io.Reader
		io.Closer
	}{body, answer.Body}
	return answer, nil
}

// dial connects to a server, or to a proxy. By the name localhost it connects to
// this machine only, whatever DNS says: a secret may be sent there without TLS.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	if host, _, err := net.SplitHostPort(address); err == nil && strings.EqualFold(host, localhost) {
		d.Control = onLoopback
	}
	return d.DialContext(ctx, network, address)
}

// onLoopback is a Control of net.Dialer.
func onLoopback(_, address string, _ syscall.RawConn) error {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Unmap().IsLoopback() {
		return nil
	}
	return fmt.Errorf("localhost is %s here, which is not this machine", address)
}

// checkAnswer returns an error if the answer has no token that POP3 can use.
func (s *source) checkAnswer(answer *oauth2.Token) error {
	from := origin(s.client.tokenURL)
	switch {
	case answer.Type() != "Bearer":
		return failure{Said: s.keep(answer.TokenType), Text: from + " gave a token of another type than Bearer, which mail servers want (RFC 7628)"}.met(nil)
	case !sasl.IsToken(answer.AccessToken):
		return fault.New(fault.Token, "%s answered with a token that cannot be sent", from)
	case answer.RefreshToken != "" && !isRefreshToken(answer.RefreshToken):
		return fault.New(fault.Token, "%s answered with a refresh token that cannot be sent", from)
	}
	return nil
}

// A token is not used until its very end, so that it stays valid for a whole
// run.
const (
	margin      = 5 * time.Minute // or a tenth of its life, if that is shorter
	defaultLife = 5 * time.Minute // if the server does not say when it expires
	maxLife     = 24 * time.Hour
)

// life returns how long a new token will be used.
func life(answer *oauth2.Token) time.Duration {
	if answer.Expiry.IsZero() {
		return defaultLife
	}
	left := min(time.Until(answer.Expiry).Round(time.Second), maxLife)
	return max(left-min(margin, left/10), 0).Truncate(time.Second)
}
