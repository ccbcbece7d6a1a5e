package crl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/trust"
)

// An entry is a list, and what one run tells the others of it: a line of JSON,
// behind which there is the list in DER. Times are in seconds since 1970.
type entry struct {
	Version  int    `json:"version"`
	URL      string `json:"url"`
	Fetched  int64  `json:"fetched"`            // when the server had that list
	ETag     string `json:"etag,omitempty"`     // of the list (RFC 9110, section 8.8)
	Modified string `json:"modified,omitempty"` // likewise

	Tried   int64         `json:"tried,omitempty"` // when it was not available
	Problem fault.Problem `json:"problem,omitempty"`
	Text    string        `json:"text,omitempty"` // why

	list []byte
}

const (
	entryVersion = 1                // of the format; others are not read
	maxList      = 16 << 20         // octets of a list
	maxEntry     = maxList + 32<<10 // octets of an entry
	maxText      = 400              // characters of a reason
	pause        = time.Minute      // between two questions, if no list is usable
)

// entryName identifies the list of an issuer at a URL.
func (t target) entryName() string {
	return files.EntryName("crl", t.url, trust.PinOf(t.issuer).String())
}

// parseEntry returns the entry of a URL, or an empty one if it is another's or
// broken. Whether the list is the issuer's is not known.
func parseEntry(text []byte, url string) *entry {
	head, list, _ := bytes.Cut(text, []byte("\n"))
	e := &entry{}
	if json.Unmarshal(head, e) != nil || e.Version != entryVersion || e.URL != url {
		return &entry{}
	}
	e.list = list
	return e
}

// text is the content of the file.
func (e *entry) text() string {
	e.Version = entryVersion
	head, err := json.Marshal(e)
	if err != nil { // impossible for strings and numbers
		panic(err)
	}
	return string(head) + "\n" + string(e.list)
}

// failed returns the entry with a failure. The list stays.
func (e *entry) failed(t target, f *fault.Error, now time.Time) *entry {
	failed := *e
	failed.URL, failed.Tried, failed.Problem, failed.Text = t.url, now.Unix(), f.Problem, fault.Shorten(f.Text, maxText)
	return &failed
}

// repeated is the failure of an earlier run.
func (e *entry) repeated(now time.Time) error {
	text := fmt.Sprintf("%s (%.0f s ago)", e.Text, now.Sub(time.Unix(e.Tried, 0)).Seconds())
	return fault.New(fault.CRL, "%s", text).Because(e.Problem)
}

// ask returns what the list says of a certificate, or the cause of ctx's end: to
// read a long list takes a moment.
func (e *entry) ask(ctx context.Context, t target) (Answer, error) {
	return fault.Await(ctx, func() (Answer, error) { return e.answer(t, time.Now()), nil })
}

// answer returns what the list says of a certificate. A list that is not good for
// that is forgotten, unless it was good before.
func (e *entry) answer(t target, now time.Time) Answer {
	a := Answer{URL: t.url, Kept: true, Fetched: time.Unix(e.Fetched, 0)}
	list, err := trust.ReadCRL(e.list, t.issuer)
	if err == nil {
		e.list, a.From, a.To = list.DER, list.ThisUpdate, list.NextUpdate
		a.Revocation, err = list.Find(t.cert, t.point, now)
	}
	_, old := errors.AsType[trust.OutOfDate](err)
	switch {
	case old:
		a.Err = doubtful(t, fault.CRLExpired, err)
	case err != nil:
		e.list, e.ETag, e.Modified = nil, "", ""
		a.Err = doubtful(t, fault.CRLWrong, err)
	}
	return a
}

// doubtful is the fault of a list that does not tell.
func doubtful(t target, p fault.Problem, err error) error {
	return fault.New(fault.CRL, "the CRL from %s does not count: %v", hostOf(t.url), err).Because(p)
}
