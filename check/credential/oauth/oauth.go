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

// A Request says what to ask of which server, and on whose behalf. Files and
// texts may be "".
type Request struct {
	Server
	ClientID string
	Scope    string // instead of the server's usual one
	User     string // on whose behalf a service account asks

	SecretFile  string // first line: the client's secret
	KeyFile     string // a private key in PEM, or the key of a service account
	CertFile    string // the certificate of the key, in PEM
	RefreshFile string // first line: a refresh token, which the server may replace
	CAFile      string // trusted roots for the server, instead of the system's

	StateDir string // where tokens are kept
}

// A source is a Request that is being carried out.
type source struct {
	Request
	client *client // nil before prepare
	cache  *cache  // nil if tokens are not kept
	origin credential.Origin
	token  string
	now    func() time.Time

	assertionLife time.Duration // of assertions that authenticate the client
}

// Token returns a source of access tokens for the request. Everything that may
// block ends with the contexts that it is given.
func (r Request) Token() *credential.Source {
	s := r.source()
	return &credential.Source{Name: s.Name, Read: s.read, Expiries: s.expiries, Token: &credential.Token{
		Prepare: s.prepare,
		Origin:  func() credential.Origin { return s.origin },
		Hidden:  s.hidden,
		Refused: s.discard,
	}}
}

func (r Request) source() *source {
	return &source{Request: r, now: time.Now, assertionLife: clientLife}
}

// prepare reads the files.
func (s *source) prepare(ctx context.Context) (err error) {
	if s.client, err = fault.Await(ctx, func() (*client, error) { return s.load(ctx) }); err == nil {
		s.hideKept(ctx)
	}
	return err
}

// hideKept hides the token of an earlier run, since a server that has seen it may
// greet with it. A file system that does not answer has its time when the token
// is needed.
func (s *source) hideKept(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	var kept string
	cache, err := fault.Await(ctx, func() (*cache, error) {
		cache, err := openCache(s.StateDir)
		if err == nil {
			kept = cache.kept(s.entryName())
		}
		return cache, err
	})
	if err == nil {
		s.cache = cache
		s.client.hide(kept)
	}
}

// read returns the cached token, or asks for one.
func (s *source) read(ctx context.Context) (string, error) {
	token, err := s.find(ctx)
	if err == nil {
		s.token = token
	}
	return token, err
}

func (s *source) find(ctx context.Context) (string, error) {
	if s.cache == nil {
		s.openCache(ctx)
	}
	if s.cache == nil {
		return s.ask(ctx)
	}
	name := s.entryName()
	if token, err, known := s.cached(ctx, name); known {
		return token, err
	}
	unlock, err := s.lock(ctx, name)
	if err != nil {
		return "", fault.From(err, "another run, which is asking for this token")
	}
	defer unlock()
	if token, err, known := s.cached(ctx, name); known {
		return token, err
	}
	return s.ask(ctx)
}

// lock waits for the run that asks for the same token, but no more than half of
// the time that is left: it may have been stopped. Then this one asks as well. A
// refresh token has a lock of its own, and is never used twice.
func (s *source) lock(ctx context.Context, name string) (unlock func(), err error) {
	patient := ctx
	if end, ends := ctx.Deadline(); ends && s.RefreshFile == "" {
		var cancel context.CancelFunc
		patient, cancel = context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
	}
	unlock, err = s.cache.lock(patient, name)
	if err != nil && ctx.Err() == nil {
		return func() {}, nil
	}
	return unlock, err
}

func (s *source) openCache(ctx context.Context) {
	cache, err := fault.Await(ctx, func() (*cache, error) { return openCache(s.StateDir) })
	if err != nil {
		s.origin.Unkept = fault.Of(err).Text
		return
	}
	s.cache = cache
}

// cached returns what an earlier run has found: a token, or why there is none.
func (s *source) cached(ctx context.Context, name string) (token string, err error, known bool) {
	now := s.now()
	e, err := fault.Await(ctx, func() (*entry, error) { return s.cache.read(name, s.client.digest(), now), nil })
	switch {
	case err != nil:
		return "", err, ctx.Err() != nil
	case e == nil:
		return "", nil, false
	}
	s.origin.Place, s.origin.Kept, s.origin.Age = host(s.client.tokenURL), true, now.Sub(e.written())
	if e.Failure != nil {
		return "", e.Failure.met(nil), true
	}
	s.origin.Left = e.until().Sub(now)
	return e.Token, nil, true
}

// ask asks the server and stores its answer.
func (s *source) ask(ctx context.Context) (string, error) {
	s.origin.Place = host(s.client.tokenURL)
	answer, err := s.exchange(ctx)
	if err != nil {
		if f := fault.Of(err); f.Kind == fault.Token && err != errNoTime {
			s.store(ctx, &entry{Failure: &failure{Text: f.Text, Said: f.Said, Problem: f.Problem}})
		}
		return "", err
	}
	s.origin.Left = life(answer)
	s.store(ctx, &entry{Token: answer.AccessToken, Until: s.now().Add(s.origin.Left).Unix()})
	return answer.AccessToken, nil
}

// exchange asks the server. If it replaces the refresh token, the new one is
// written to its file before the access token is returned.
func (s *source) exchange(ctx context.Context) (*oauth2.Token, error) {
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
	if end, ends := ctx.Deadline(); ends && time.Until(end) < minTime {
		return nil, errNoTime
	}
	longer, cancel := writing(ctx, writeGrace)
	defer cancel()
	answer, err := s.request(ctx)
	if err != nil {
		return nil, err
	}
	return answer, s.client.refresh.replace(longer, answer.RefreshToken)
}

// store writes the answer to the cache. If that fails, later runs are slower
// and nothing else.
func (s *source) store(ctx context.Context, e *entry) {
	if s.cache == nil {
		return
	}
	ctx, cancel := writing(ctx, storeGrace)
	defer cancel()
	e.Request, e.Credential, e.Written = s.entryName(), s.client.digest(), s.now().Unix()
	if err := fault.Wait(ctx, func() error { return s.cache.write(*e, s.now()) }); err != nil {
		s.origin.Unkept = fault.Of(err).Text
	}
}

// discard deletes a token that the mail server refused, so that the next run
// asks for a new one. A young one stays: a new one would be refused too, and
// each run would ask the token server.
func (s *source) discard(ctx context.Context) {
	if s.cache == nil || s.origin.Age <= minDiscardAge {
		return
	}
	_ = fault.Wait(ctx, func() error {
		s.cache.delete(s.entryName(), s.token)
		return nil
	})
}

// hidden returns the secrets that were used.
func (s *source) hidden() []string {
	if s.client == nil {
		return nil
	}
	return append(slices.Clone(s.client.secrets), s.token)
}

// expiries returns when what the client authenticates with ends.
func (s *source) expiries() []credential.Expiry {
	if s.client == nil {
		return nil
	}
	return s.client.expiries
}

// absolute returns the absolute path, which names the same file in every
// directory.
func absolute(path string) string {
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}
