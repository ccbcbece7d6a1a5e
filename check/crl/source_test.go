package crl

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/testkit/pop3test"
)

// A scene is a server of lists, and a directory in which they are kept.
type scene struct {
	*pop3test.CRLServer
	dir          string
	cert, issuer *x509.Certificate
}

func newScene(t testing.TB) *scene {
	t.Helper()
	server, err := pop3test.StartCRLServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	issuer, err := x509.ParseCertificate(server.Certificate.Certificate[1])
	if err != nil {
		t.Fatal(err)
	}
	return &scene{server, filepath.Join(t.TempDir(), "state"), server.Certificate.Leaf, issuer}
}

func (s *scene) serve(t testing.TB, how string) {
	t.Helper()
	if err := s.Serve("leaf", how); err != nil {
		t.Fatal(err)
	}
}

// source is that of a new run.
func (s *scene) source() *Source {
	return &Source{Dir: s.dir, Dial: new(net.Dialer).DialContext}
}

// ask is a run.
func (s *scene) ask(ctx context.Context) Answer { return s.source().Ask(ctx, s.cert, s.issuer) }

// wants is a run that must find that out and ask the server that.
func (s *scene) wants(t testing.TB, status string, asked ...string) Answer {
	t.Helper()
	a := s.ask(t.Context())
	got := "good"
	switch {
	case a.Err != nil:
		got = a.Err.Error()
	case a.Revocation != nil:
		got = "revoked"
	}
	if !strings.Contains(got, status) {
		t.Errorf("%s, want %s", got, status)
	}
	if all := s.Asked(); !slices.Equal(all, asked) {
		t.Errorf("the server was asked %q, want %q", all, asked)
	}
	return a
}

// target is the certificate with its URL.
func (s *scene) target() target { return targetsOf(s.cert, s.issuer)[0] }

// change changes the entry that is kept.
func (s *scene) change(t testing.TB, change func(*entry)) {
	t.Helper()
	store, err := files.OpenLists(s.dir, maxEntry)
	if err != nil {
		t.Fatal(err)
	}
	e := (&Source{store: store}).read(s.target())
	change(e)
	if err := store.Write(s.target().entryName(), e.text(), time.Now()); err != nil {
		t.Fatal(err)
	}
}

// later makes an entry as old as if it had been written two minutes ago.
func later(e *entry) {
	const ago = 2 * 60
	if e.Fetched -= ago; e.Tried > 0 {
		e.Tried -= ago
	}
}

// A list is fetched once for all runs, also if they begin at the same time.
func TestOnceForAll(t *testing.T) {
	s := newScene(t)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if a := s.ask(t.Context()); a.Err != nil || a.Revocation != nil {
				t.Errorf("%+v", a)
			}
		})
	}
	all.Wait()
	if asked := s.Asked(); len(asked) != 1 {
		t.Errorf("the server was asked %d times", len(asked))
	}
	s.serve(t, "revoked 1")
	if a := s.wants(t, "good"); !a.Kept {
		t.Error("the list was not kept")
	}
}

// From its NextUpdate on, the server is asked whether there is a newer list.
func TestNextUpdate(t *testing.T) {
	s := newScene(t)
	s.serve(t, "ending")
	s.wants(t, "good", "leaf.crl 200")
	s.wants(t, "good") // a moment later
	s.change(t, later)
	if a := s.wants(t, "good", "leaf.crl 304"); a.Kept || time.Since(a.Fetched) > time.Minute {
		t.Errorf("%+v", a)
	}
	s.change(t, later)
	s.serve(t, "revoked 1")
	s.wants(t, "revoked", "leaf.crl 200")
	s.wants(t, "revoked")
}

// If there is no newer list, the old one does for some minutes more, and what it
// lists stays revoked.
func TestOldList(t *testing.T) {
	s := newScene(t)
	s.serve(t, "ending")
	s.wants(t, "good", "leaf.crl 200")
	s.serve(t, "missing")
	s.change(t, later)
	if a := s.wants(t, "good", "leaf.crl 404"); !a.Kept {
		t.Errorf("%+v", a)
	}
	s.wants(t, "good")
	s.serve(t, "expired")
	s.change(t, later)
	s.wants(t, "good", "leaf.crl 200")
	s.change(t, func(e *entry) { e.list = nil })
	s.wants(t, "it expired")
}

// Why there is no list is remembered for a minute.
func TestFailuresAreKept(t *testing.T) {
	s := newScene(t)
	s.serve(t, "missing")
	s.wants(t, "HTTP status 404", "leaf.crl 404")
	s.serve(t, "good")
	if a := s.wants(t, "HTTP status 404 Not Found ("); fault.Of(a.Err).Problem != fault.CRLGone {
		t.Error(a.Err)
	}
	s.change(t, later)
	s.wants(t, "good", "leaf.crl 200")
	s.change(t, later)
	s.wants(t, "good")
}

// A list in the directory is trusted no more than one from the network.
func TestChangedEntries(t *testing.T) {
	foreign := newScene(t)
	for name, change := range map[string]func(*entry){
		"a bit":       func(e *entry) { e.list[len(e.list)/2] ^= 1 },
		"nothing":     func(e *entry) { e.list = nil },
		"another":     func(e *entry) { e.list = pop3test.NewAuthority("pop3test intermediate").CRL(nil) },
		"another URL": func(e *entry) { e.URL = foreign.URL },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.wants(t, "good", "leaf.crl 200")
			s.change(t, change)
			s.wants(t, "good", "leaf.crl 200")
			s.wants(t, "good")
		})
	}
}

// A file that is not an entry is replaced.
func TestBrokenEntries(t *testing.T) {
	s := newScene(t)
	s.wants(t, "good", "leaf.crl 200")
	name := filepath.Join(s.dir, s.target().entryName()+".list")
	for _, text := range []string{"", "x", "{}\n", `{"version":2}` + "\n", strings.Repeat("x", maxEntry+1)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.wants(t, "good", "leaf.crl 200")
	}
}

// One of several URLs is enough. One that is silent leaves time to the others.
func TestAlternatives(t *testing.T) {
	s := newScene(t)
	s.serve(t, "silence")
	if err := s.Serve("issuer", "missing"); err != nil {
		t.Fatal(err)
	}
	more := newScene(t)
	urls := []string{"ldap://127.0.0.1/x", s.URL + "/leaf.crl", s.URL + "/issuer.crl", more.URL + "/leaf.crl", more.URL + "/issuer.crl", more.URL + "/6"}
	s.cert, s.issuer = reissued(t, more, urls), more.issuer
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if a := s.ask(ctx); a.Err != nil || a.URL != more.URL+"/leaf.crl" {
		t.Errorf("%+v", a)
	}
	if asked := s.Asked(); !slices.Contains(asked, "issuer.crl 404") {
		t.Errorf("%q", asked)
	}
	s.serve(t, "missing")
	more.serve(t, "html")
	s.dir += "-new"
	if a := s.ask(t.Context()); fault.Of(a.Err).Problem != fault.CRLGone || !slices.Equal(more.Asked(), []string{"leaf.crl 200", "leaf.crl 200", "issuer.crl 200"}) {
		t.Errorf("%+v", a)
	}
}

// reissued is the certificate with other URLs. Nobody looks at its signature.
func reissued(t *testing.T, s *scene, urls []string) *x509.Certificate {
	t.Helper()
	other := pop3test.NewAuthority("pop3test intermediate").Issue(pop3test.Leaf{Change: func(c *x509.Certificate) {
		c.SerialNumber, c.CRLDistributionPoints = s.cert.SerialNumber, urls
	}})
	return other.Leaf
}

// A certificate without a list is a doubt, unless it is meant to have none.
func TestNoURL(t *testing.T) {
	root := pop3test.NewAuthority("root")
	leaf := root.Issue(pop3test.Leaf{CommonName: "mail"}).Leaf
	brief := root.Issue(pop3test.Leaf{CommonName: "mail", Validity: pop3test.Validity{NotAfter: time.Now().AddDate(0, 0, 6)}}).Leaf
	s := &Source{}
	if a := s.Ask(t.Context(), leaf, root.Certificate()); a.Err == nil || fault.Of(a.Err).Text != `the certificate of "mail" has no http:// address of a CRL` {
		t.Error(a.Err)
	}
	if a := s.Ask(t.Context(), brief, root.Certificate()); a.Err != nil || a.URL != "" {
		t.Error(a.Err)
	}
}

// Another run that holds the lock and does not get on costs half of the time.
func TestStuckRun(t *testing.T) {
	s := newScene(t)
	store, err := files.OpenLists(s.dir, maxEntry)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := store.Lock(s.target().entryName())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if a := s.ask(ctx); a.Err != nil {
		t.Error(a.Err)
	}
}

// The end of a run is no fault of the list.
func TestInterrupted(t *testing.T) {
	s := newScene(t)
	s.serve(t, "silence")
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := fault.New(fault.Interrupted, "SIGTERM")
	asking := &Source{Dir: s.dir, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		defer time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	if a := asking.Ask(ctx, s.cert, s.issuer); !errors.Is(a.Err, cause) {
		t.Error(a.Err)
	}
	s.serve(t, "good")
	if a := s.ask(t.Context()); a.Err != nil {
		t.Errorf("it was remembered: %v", a.Err)
	}
}

// A proxy is asked for the list, and blamed if there is none.
func TestProxy(t *testing.T) {
	s := newScene(t)
	s.serve(t, "good")
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.String()
		answer, err := http.Get(r.URL.String())
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		io.Copy(w, answer.Body)
	}))
	defer proxy.Close()
	at, _ := url.Parse(proxy.URL)
	source := s.source()
	source.Proxy = at
	if a := source.Ask(t.Context(), s.cert, s.issuer); a.Err != nil || a.URL != <-asked {
		t.Errorf("%+v", a)
	}
	refuses, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer refuses.Close()
	go func() {
		conn, _ := refuses.Accept()
		io.WriteString(conn, "\x05\xff")
		io.Copy(io.Discard, conn)
		conn.Close()
	}()
	source = &Source{Dir: filepath.Join(t.TempDir(), "state"), Dial: s.source().Dial, Proxy: &url.URL{Scheme: "socks5", Host: refuses.Addr().String()}}
	if a := source.Ask(t.Context(), s.cert, s.issuer); a.Err == nil || !strings.Contains(a.Err.Error(), "the proxy does not connect to its server") {
		t.Errorf("%+v", a)
	}
}

// A panic in a goroutine of net/http is one of ours.
func TestPanic(t *testing.T) {
	s := newScene(t)
	broken := &Source{Dir: s.dir, Dial: func(context.Context, string, string) (net.Conn, error) { panic("no") }}
	if a := broken.Ask(t.Context(), s.cert, s.issuer); fault.Of(a.Err).Kind != fault.Internal {
		t.Error(a.Err)
	}
}
