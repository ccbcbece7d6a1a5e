package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// scope is what is asked for; "" leaves it to the server. A refresh token has
// its own, which need not be repeated (RFC 6749, section 6).
func (r Request) scope() string {
	if r.Scope != "" || r.RefreshFile != "" {
		return r.Scope
	}
	return r.AppScope
}

// subject is the user for whom a service account asks, or "": an application is
// given its own token, for all mailboxes that it may open.
func (r Request) subject() string {
	if r.ServiceAccount && r.RefreshFile == "" {
		return r.User
	}
	return ""
}

// request asks for a token once, or twice where the server wants the client's
// secret in another place.
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
	return answer, s.usable(answer)
}

// unauthorized says whether the client was not recognized. By RFC 6749, section
// 2.3.1, a server has to take the secret in the header; some take it in the body
// only, or take the header for what it is before it is decoded (Glewlwyd, which
// says 403 and nothing else).
func unauthorized(err error) bool {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return false
	}
	code := refused.Response.StatusCode
	return refused.ErrorCode == "invalid_client" || code == http.StatusUnauthorized || code == http.StatusForbidden && refused.ErrorCode == ""
}

// The names of what an assertion is for, RFC 7523, sections 2.1 and 2.2, and of
// the grant of RFC 6749, section 6.
const (
	grantJWT     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	grantRefresh = "refresh_token"
	assertionJWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// form is what the request has besides scope, client and its secret. The grant
// is client credentials (RFC 6749, section 4.4) unless it is named here.
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
		return nil, fault.New(fault.Usage, "%s cannot be signed with: %v", s.KeyFile, err)
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

// post sends the request. One function of the library does for all grants: it
// lets the name of the grant be another.
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
	return config.Token(s.client.context(ctx, 0))
}

// context is ctx with the way to the server: its TLS is verified, HTTPS_PROXY
// and NO_PROXY are obeyed, and redirections are not: they would carry secrets
// elsewhere. x/oauth2 reads no more than a mebibyte of the answer. within bounds
// each request; 0: ctx alone does.
func (c *client) context(ctx context.Context, within time.Duration) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Timeout: within,
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			TLSClientConfig:        &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
}

// usable fails where the answer is no token for POP3.
func (s *source) usable(answer *oauth2.Token) error {
	from := host(s.client.tokenURL)
	switch {
	case answer.Type() != "Bearer":
		return &fault.Error{Kind: fault.Token, Said: s.keep(answer.TokenType), Text: "is the type of the token from " + from + ", and mail servers take Bearer only (RFC 7628)"}
	case !sasl.IsToken(answer.AccessToken):
		return fault.New(fault.Token, "%s answers with a token that cannot be sent", from)
	case answer.RefreshToken != "" && !isRefreshToken(answer.RefreshToken):
		return fault.New(fault.Token, "%s answers with a refresh token that cannot be sent", from)
	}
	return nil
}

// A token is used no longer than until shortly before its end, so that it is
// good for the whole of a run.
const (
	early   = 5 * time.Minute // before the end, or a tenth of its life
	unknown = 5 * time.Minute // how long one is used whose end is not known
	longest = 24 * time.Hour
)

// life is how long a token will be used that has just come.
func life(answer *oauth2.Token) time.Duration {
	if answer.Expiry.IsZero() {
		return unknown
	}
	left := min(time.Until(answer.Expiry).Round(time.Second), longest)
	return max(left-min(early, left/10), 0).Truncate(time.Second)
}
