package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
)

// failureLife is how long a failure is repeated instead of asking again.
const failureLife = 60 * time.Second

// A failure is why there is no token, without secrets.
type failure struct {
	Text    string        `json:"text"`              // in our words
	Said    string        `json:"said"`              // in the server's
	Problem fault.Problem `json:"problem,omitempty"` // behind it
}

// repeated is the failure of an earlier run.
func (f failure) repeated(age time.Duration) *fault.Error {
	text := fmt.Sprintf("%s (remembered from %.0f s ago)", f.Text, age.Seconds())
	return &fault.Error{Kind: fault.Token, Problem: f.Problem, Said: f.Said, Text: text}
}

// failed is the fault of a request that brought no token: the cause of ctx's
// end where that is to blame.
func (s *source) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.From(context.Cause(ctx), host(s.client.tokenURL))
	}
	f := s.failureOf(err)
	return &fault.Error{Kind: fault.Token, Problem: f.Problem, Said: s.keep(f.Said), Text: s.keep(f.Text), Err: err}
}

// keep hides text that contains a secret.
func (s *source) keep(text string) string {
	return credential.NewRedactor(s.client.secrets...).Keep(text)
}

// failureOf explains why a request brought no token.
func (s *source) failureOf(err error) failure {
	endpoint := s.client.tokenURL
	from := host(endpoint)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		f := refusal(from, refused)
		f.Problem = s.meaning(f.Said)
		if code := refused.Response.StatusCode; s.client.page && f.Said == "" && code >= 400 && code < 500 {
			f.Problem = s.webPage(from).Problem
		}
		return f
	}
	inner, ok := errors.AsType[*url.Error](err)
	switch { // the library has no types for the others
	case ok:
		return failure{Text: unreached(from, route(endpoint), inner.Err)}
	case s.client.page:
		return s.webPage(from)
	case strings.HasPrefix(err.Error(), "oauth2: cannot fetch token: "), strings.HasPrefix(err.Error(), "oauth2: cannot auth device: "):
		return failure{Text: from + " breaks its answer off"}
	case strings.HasPrefix(err.Error(), "oauth2: cannot parse "), strings.HasPrefix(err.Error(), "unmarshal "):
		return failure{Text: from + " gives an answer that is not in the form of RFC 6749, section 5.1"}
	}
	return failure{Text: from + " answers without an access token"}
}

// webPage is the failure of a server that shows a page for people: the address is
// not that of its token endpoint, or something on the way answers in its place.
func (s *source) webPage(from string) failure {
	f := failure{Text: from + " answers with a web page, not with a token", Problem: fault.WebPage}
	u, err := url.Parse(s.client.tokenURL)
	switch {
	case s.Name == google || strings.HasPrefix(s.Name, microsoft+":"):
		f.Problem = fault.Intercepted
	case err == nil && strings.HasSuffix(u.Path, "/authorize"):
		f.Text += "; " + fault.Clean(u.Path) + " is where people log in"
	}
	return f
}

// refusal returns what the server said: its error code and the first line of
// its description (RFC 6749, section 5.2), or the status code of HTTP.
func refusal(from string, refused *oauth2.RetrieveError) failure {
	code := refused.Response.StatusCode
	switch {
	case refused.ErrorCode != "" && firstLine(refused.ErrorDescription) != "":
		return failure{Said: firstLine(refused.ErrorCode) + ": " + firstLine(refused.ErrorDescription), Text: from + " refused the request"}
	case refused.ErrorCode != "":
		return failure{Said: firstLine(refused.ErrorCode), Text: from + " refused the request"}
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
