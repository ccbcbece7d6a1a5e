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

// met is the fault of a failure.
func (f failure) met(err error) *fault.Error {
	return &fault.Error{Kind: fault.Token, Problem: f.Problem, Text: f.Text, Said: f.Said, Err: err}
}

// failed is the fault of a request that brought no token: the cause of ctx's
// end where that is to blame.
func (s *source) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.From(context.Cause(ctx), host(s.client.tokenURL))
	}
	f := s.failureOf(err)
	f.Said, f.Text = s.keep(f.Said), s.keep(f.Text)
	return f.met(err)
}

// keep hides text that contains a secret.
func (s *source) keep(text string) string {
	return credential.NewRedactor(s.client.secrets...).Keep(text)
}

// failureOf explains why a request brought no token.
func (s *source) failureOf(err error) failure {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return s.refusal(refused)
	}
	server := origin(s.client.tokenURL)
	inner, ok := errors.AsType[*url.Error](err)
	switch { // the library has no types for the others
	case ok:
		return s.unreached(inner.Err)
	case s.client.page:
		return s.webPage()
	case strings.HasPrefix(err.Error(), "oauth2: cannot fetch token: "), strings.HasPrefix(err.Error(), "oauth2: cannot auth device: "):
		return failure{Text: server + " broke its answer off"}
	case strings.HasPrefix(err.Error(), "oauth2: cannot parse "), strings.HasPrefix(err.Error(), "unmarshal "):
		return failure{Text: server + " gave an answer without a token (RFC 6749, section 5.1)", Problem: fault.WrongEndpoint}
	}
	return failure{Text: server + " answered without an access token"}
}

// webPage is the failure of a server that shows a page for people: the address is
// not that of its token endpoint, or something on the way answers in its place.
func (s *source) webPage() failure {
	f := failure{Text: origin(s.client.tokenURL) + " answered with a web page, not with a token", Problem: fault.WebPage}
	u, err := url.Parse(s.client.tokenURL)
	switch {
	case s.isKnown():
		f.Problem = fault.Intercepted
	case err == nil && strings.HasSuffix(u.Path, "/authorize"):
		f.Text = fault.Clean(u.Path) + " of " + origin(s.client.tokenURL) + " is where people log in"
	}
	return f
}

// refusal returns what the server said: its error code and the first line of
// its description (RFC 6749, section 5.2), or the status code of HTTP.
func (s *source) refusal(refused *oauth2.RetrieveError) failure {
	server, code := origin(s.client.tokenURL), refused.Response.StatusCode
	answered := strings.TrimSpace(fmt.Sprintf("%s answered %d %s", server, code, http.StatusText(code)))
	switch {
	case refused.ErrorCode != "":
		said := firstLine(refused.ErrorCode)
		if more := firstLine(refused.ErrorDescription); more != "" {
			said += ": " + more
		}
		m := s.meaning(said)
		return failure{Text: m.cause, Said: said, Problem: m.problem}
	case code >= 300 && code < 400:
		return failure{Text: fmt.Sprintf("%s answered %d, a redirection, which is not followed", server, code), Problem: fault.Redirected}
	case s.client.page && code >= 400 && code < 500:
		return failure{Text: answered, Problem: s.webPage().Problem}
	case code == http.StatusUnauthorized, code == http.StatusForbidden: // of Glewlwyd, for a wrong secret
		return failure{Text: answered, Problem: fault.InvalidClient}
	case code == http.StatusNotFound || code == http.StatusMethodNotAllowed:
		return failure{Text: answered, Problem: fault.WrongEndpoint}
	}
	return failure{Text: answered}
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
