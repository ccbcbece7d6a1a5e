// Package oauth asks a token server for access tokens (RFC 6749) and keeps them
// between runs, so that a thousand checks a minute ask it once an hour.
package oauth

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
)

// A Request says what is asked of which server, by whom and for whom. Files and
// texts are "" where there is none.
type Request struct {
	Server
	ClientID string
	Scope    string // instead of the server's usual one
	User     string // for whom a service account asks

	SecretFile  string // first line: the client's secret
	KeyFile     string // a private key in PEM, or the key of a service account
	CertFile    string // the certificate of the key, in PEM
	RefreshFile string // first line: a refresh token, which the server may replace
	CAFile      string // trusted for the server's TLS instead of the system's

	StateDir string // where tokens are kept
}

// A source is a Request on its way.
type source struct {
	Request
	client *client // what proves who asks; nil before prepare
	cache  *cache  // nil: tokens are not kept
	origin credential.Origin
	token  string
	now    func() time.Time

	assertionLife time.Duration // of the one by which the client shows who it is
}

// Token returns the source of access tokens for the request. What it reads and
// who it asks is within the contexts that it is given; its faults are of kind
// usage where a file is to blame, and else token.
func (r Request) Token() *credential.Source {
	s := r.source()
	return &credential.Source{Name: s.Name, Read: s.read, Token: &credential.Token{
		Prepare: s.prepare,
		Origin:  func() credential.Origin { return s.origin },
		Hidden:  s.hidden,
		Refused: s.refused,
	}}
}

func (r Request) source() *source {
	return &source{Request: r, now: time.Now, assertionLife: clientLife}
}

// prepare reads the files.
func (s *source) prepare(ctx context.Context) (err error) {
	s.client, err = fault.Await(ctx, func() (*client, error) { return s.load(ctx) })
	return err
}

// read takes the token that is kept, or asks for one. Of many runs at once one
// asks, and the others find what it was told.
func (s *source) read(ctx context.Context) (string, error) {
	token, err := s.find(ctx)
	if err == nil {
		s.token = token
	}
	return token, err
}

func (s *source) find(ctx context.Context) (string, error) {
	s.open(ctx)
	if s.cache == nil {
		return s.ask(ctx)
	}
	name := s.digest()
	if token, err, known := s.kept(ctx, name); known {
		return token, err
	}
	unlock, err := s.cache.lock(ctx, name)
	if err != nil {
		return "", fault.From(err, "another run, which asks for this token")
	}
	defer unlock()
	if token, err, known := s.kept(ctx, name); known {
		return token, err
	}
	return s.ask(ctx)
}

// open opens the place where tokens are kept.
func (s *source) open(ctx context.Context) {
	cache, err := fault.Await(ctx, func() (*cache, error) { return openCache(s.StateDir) })
	if err != nil {
		s.origin.Unkept = fault.Of(err).Text
		return
	}
	s.cache = cache
}

// kept is what is known from an earlier run: a token, or why there is none.
func (s *source) kept(ctx context.Context, name string) (token string, err error, known bool) {
	now := s.now()
	e, err := fault.Await(ctx, func() (*entry, error) { return s.cache.read(name, s.client.digest(), now) })
	switch {
	case err != nil:
		return "", err, ctx.Err() != nil
	case e == nil:
		return "", nil, false
	case e.Failure != nil:
		return "", e.Failure.repeated(now.Sub(e.written())), true
	}
	s.origin.Place, s.origin.Kept = host(s.client.tokenURL), true
	s.origin.Age, s.origin.Left = now.Sub(e.written()), e.until().Sub(now)
	return e.Token, nil, true
}

// ask asks the server, and remembers its answer.
func (s *source) ask(ctx context.Context) (string, error) {
	s.origin.Place = host(s.client.tokenURL)
	answer, err := s.granted(ctx)
	if err != nil {
		if f := fault.Of(err); f.Kind == fault.Token {
			s.remember(ctx, &entry{Failure: &failure{Text: f.Text, Said: f.Said}})
		}
		return "", err
	}
	s.origin.Left = life(answer)
	s.remember(ctx, &entry{Token: answer.AccessToken, Until: s.now().Add(s.origin.Left).Unix()})
	return answer.AccessToken, nil
}

// granted is a whole exchange with the server: where it replaces the refresh
// token, the new one is in its file before the access token is used.
func (s *source) granted(ctx context.Context) (*oauth2.Token, error) {
	if s.RefreshFile == "" {
		return s.request(ctx)
	}
	unlock, err := s.client.refresh.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := s.client.refresh.reread(ctx); err != nil {
		return nil, err
	}
	s.client.hide(s.client.refresh.value)
	answer, err := s.request(ctx)
	if err != nil {
		return nil, err
	}
	return answer, s.client.refresh.replace(ctx, answer.RefreshToken)
}

// remember keeps the answer for the runs to come. A failure of that spoils
// nothing but their speed.
func (s *source) remember(ctx context.Context, e *entry) {
	if s.cache == nil {
		return
	}
	ctx, cancel := grace(ctx)
	defer cancel()
	e.Request, e.Credential, e.Written = s.digest(), s.client.digest(), s.now().Unix()
	if err := fault.Wait(ctx, func() error { return s.cache.write(*e) }); err != nil {
		s.origin.Unkept = fault.Of(err).Text
	}
}

// refused deletes a token that the mail server did not take, so that the next
// run asks for a new one. A young one is kept: a new one would fare no better,
// and the token server would be asked by each run.
func (s *source) refused(ctx context.Context) {
	if s.cache == nil || s.origin.Age <= settled {
		return
	}
	_ = fault.Wait(ctx, func() error {
		s.cache.forget(s.digest(), s.token)
		return nil
	})
}

// grace ends a moment after ctx: what the server gave is brought to safety also
// where the time of the run is up, within the half second that it may last
// longer.
func grace(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(200*time.Millisecond, func() { cancel(fault.New(fault.Token, "the file system does not answer")) })
	})
	return longer, func() {
		stop()
		cancel(nil)
	}
}

// hidden lists the secrets that were used.
func (s *source) hidden() []string {
	if s.client == nil {
		return nil
	}
	return append(slices.Clone(s.client.secrets), s.token)
}

// absolute is the path from the root, so that it names the same file from
// anywhere.
func absolute(path string) string {
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}
