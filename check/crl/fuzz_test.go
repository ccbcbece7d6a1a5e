package crl

import (
	"bytes"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// FuzzEntry: whatever is in the file, the answer is "good" only by the list that
// the issuer signed, and an entry that is written again stays the same.
func FuzzEntry(f *testing.F) {
	s := newScene(f)
	now := time.Now()
	list := signed(f, s)
	t := s.target()
	for _, e := range []entry{
		{URL: t.url, Fetched: now.Unix(), ETag: `"x"`, Modified: "now", list: list},
		{URL: t.url, Tried: now.Unix(), Problem: fault.CRLGone, Text: "gone"},
		{URL: "http://x/", list: list},
	} {
		f.Add([]byte(e.text()))
	}
	f.Add([]byte(`{"version":1,"url":"` + t.url + `","fetched":9223372036854775807}` + "\n" + string(list)))
	f.Fuzz(func(tt *testing.T, text []byte) {
		e := parseEntry(text, t.url)
		if again := parseEntry([]byte(e.text()), t.url); e.URL != "" && again.text() != e.text() {
			tt.Fatalf("%q, and again %q", e.text(), again.text())
		}
		a := e.answer(t, now)
		if a.Err == nil && !bytes.Equal(e.list, list) {
			tt.Fatalf("%x counts", e.list)
		}
		if a.Err != nil && fault.Of(a.Err).Kind != fault.CRL {
			tt.Fatal(a.Err)
		}
	})
}

// signed is the list that the server has.
func signed(f *testing.F, s *scene) []byte {
	f.Helper()
	if a := s.ask(f.Context()); a.Err != nil {
		f.Fatal(a.Err)
	}
	source := s.source()
	source.open(f.Context())
	return source.read(s.target()).list
}
