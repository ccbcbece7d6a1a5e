package crl

import (
	"context"
	"crypto/x509"
	"net"
	"net/url"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/trust"
)

// A Source is where lists come from.
type Source struct {
	Dir   string   // where they are kept
	Proxy *url.URL // which leads to the servers; nil: none
	Dial  Dialer   // to a server, or to Proxy

	store  *files.Store // nil if nothing is kept
	unkept error        // why
}

// A Dialer connects to a server, as the method DialContext of net.Dialer.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// An Answer is what is known of one certificate.
type Answer struct {
	Revocation *trust.Revocation // nil: it is not revoked, if Err is nil
	Err        error             // why it is not known; nil if it is

	URL      string    // of the list; "" if there is none, and if Err is nil none is needed
	Kept     bool      // the list is from the directory, and no server was asked
	Fetched  time.Time // when the server had that list
	From, To time.Time // of the list; To is zero if it does not say
}

// maxURLs limits how many URLs of one certificate are tried.
const maxURLs = 4

// A target is a certificate with one of the URLs of its list.
type target struct {
	cert, issuer *x509.Certificate
	point        trust.CRLPoint
	url          string
}

func targetsOf(cert, issuer *x509.Certificate) (all []target) {
	for _, point := range trust.CRLPoints(cert) {
		for _, url := range point.URLs {
			if len(all) < maxURLs {
				all = append(all, target{cert, issuer, point, url})
			}
		}
	}
	return all
}

// Ask finds out whether a certificate is revoked. It tries one URL after another,
// each in its share of the time that is left. Err is a fault of kind crl, or the
// cause of ctx's end if that is not a time limit.
func (s *Source) Ask(ctx context.Context, cert, issuer *x509.Certificate) (first Answer) {
	all := targetsOf(cert, issuer)
	switch {
	case len(all) == 0 && trust.IsIrrevocable(cert):
		return Answer{}
	case len(all) == 0:
		return Answer{Err: fault.New(fault.CRL, "the certificate of %s has no http:// address of a CRL", trust.Subject(cert)).Because(fault.CRLUnnamed)}
	}
	for i, t := range all {
		a := s.askInShare(ctx, t, len(all)-i)
		if a.Err == nil || fault.Of(a.Err).Kind != fault.CRL {
			return a
		}
		if i == 0 {
			first = a
		}
	}
	return first
}

// askInShare asks for one of several lists.
func (s *Source) askInShare(ctx context.Context, t target, several int) Answer {
	ctx, cancel := Share(ctx, several)
	defer cancel()
	return s.ask(ctx, t)
}

// Share returns ctx with an end that leaves as much time to each of several tasks.
func Share(ctx context.Context, several int) (context.Context, context.CancelFunc) {
	end, ends := ctx.Deadline()
	if !ends || several < 2 {
		return context.WithCancel(ctx)
	}
	share := time.Until(end) / time.Duration(several)
	said := max(share.Round(10*time.Millisecond), time.Millisecond)
	return context.WithTimeoutCause(ctx, share, &fault.Error{Kind: fault.Timeout, Within: said})
}

// ask returns what the list at one URL says: the one that is kept, or a new one.
func (s *Source) ask(ctx context.Context, t target) Answer {
	s.open(ctx)
	if s.store == nil {
		return s.fetch(ctx, t, &entry{})
	}
	_, a, known := s.recall(ctx, t)
	if known {
		return a
	}
	unlock := s.lock(ctx, t.entryName())
	defer unlock()
	kept, a, known := s.recall(ctx, t)
	if known {
		return a
	}
	return s.fetch(ctx, t, kept)
}

// recall returns the entry of earlier runs, and what it says if that still counts.
func (s *Source) recall(ctx context.Context, t target) (kept *entry, a Answer, known bool) {
	now := time.Now()
	kept, err := fault.Await(ctx, func() (*entry, error) { return s.read(t), nil })
	if err == nil {
		a, err = kept.ask(ctx, t)
	}
	switch {
	case err != nil:
		return nil, Answer{URL: t.url, Err: late(ctx, t)}, true
	case a.Err == nil && a.isFresh(now):
		return kept, a, true
	case now.Sub(time.Unix(kept.Tried, 0)).Abs() > pause:
		return kept, a, false
	case a.Err != nil:
		a.Err = kept.repeated(now)
	}
	return kept, a, true
}

// isFresh reports whether no server needs to be asked: there is no newer list yet,
// or nobody knew of one a moment ago.
func (a Answer) isFresh(now time.Time) bool {
	return now.Before(a.To) || now.Sub(a.Fetched).Abs() < pause
}

// fetch asks the server for a list that is newer than the one that is kept. If
// there is none, the old one may do: it is good for some minutes more,
// and what it lists stays revoked.
func (s *Source) fetch(ctx context.Context, t target, kept *entry) Answer {
	e, a := s.asked(ctx, t, kept)
	if a.Err != nil && fault.Of(a.Err).Kind != fault.CRL {
		return a
	}
	s.write(ctx, t, e)
	if a.Err != nil {
		if old := kept.answer(t, time.Now()); old.Err == nil {
			return old
		}
	}
	return a
}

// asked returns what the server says, and the entry that tells it to later runs.
func (s *Source) asked(ctx context.Context, t target, kept *entry) (e *entry, a Answer) {
	e, err := s.request(ctx, t, kept)
	if err == nil {
		a, err = e.ask(ctx, t)
	}
	if err != nil && ctx.Err() != nil {
		err = late(ctx, t)
	}
	if err != nil {
		a = Answer{URL: t.url, Err: err}
	}
	if a.Kept = false; a.Err != nil {
		e = kept.failed(t, fault.Of(a.Err), time.Now())
	}
	return e, a
}

// Unkept returns why lists are not kept, or nil.
func (s *Source) Unkept() error { return s.unkept }

// open opens the directory, once.
func (s *Source) open(ctx context.Context) {
	if s.store != nil || s.unkept != nil {
		return
	}
	store, err := fault.Await(ctx, func() (*files.Store, error) { return files.OpenLists(s.Dir, maxEntry) })
	if ctx.Err() == nil {
		s.store, s.unkept = store, unkept(err)
	}
}

func unkept(err error) error {
	if err == nil {
		return nil
	}
	return (&fault.Error{Kind: fault.CRL, Text: "CRLs cannot be kept: " + err.Error(), Err: err}).Because(fault.CRLUnkept)
}

// read returns the entry of a list. If there is none, it is empty.
func (s *Source) read(t target) *entry {
	text, err := s.store.Read(t.entryName())
	if err != nil {
		return &entry{}
	}
	return parseEntry(text, t.url)
}

// lock waits for the run that asks for the same list, but no more than half of the
// time that is left: it may have been stopped. Then this one asks as well.
func (s *Source) lock(ctx context.Context, name string) (unlock func()) {
	ctx, cancel := Share(ctx, 2)
	defer cancel()
	unlock, err := fault.AwaitLock(ctx, func() (func(), error) { return s.store.Lock(name) })
	if err != nil {
		return func() {}
	}
	return unlock
}

// writeGrace is how long after its end a run may still write what it learned.
const writeGrace = 50 * time.Millisecond

// write replaces the entry of a list. If that fails, each run asks the server.
func (s *Source) write(ctx context.Context, t target, e *entry) {
	if s.store == nil {
		return
	}
	ctx, cancel := fault.Longer(ctx, writeGrace, nil)
	defer cancel(nil)
	err := fault.Wait(ctx, func() error { return s.store.Write(t.entryName(), e.text(), time.Now()) })
	if ctx.Err() == nil {
		s.unkept = unkept(err)
	}
}
