package oauth

import (
	"encoding/json"
	"time"

	"check_pop3x/check/sasl"
)

// maxEntry bounds the file of an entry, in octets.
const maxEntry = 128 << 10

// An entry is what one run tells the others: a token, or why there is none.
type entry struct {
	Version    int      `json:"version"`
	Request    string   `json:"request"`    // what it was asked for
	Credential string   `json:"credential"` // and with what
	Written    int64    `json:"written"`    // in seconds since 1970
	Until      int64    `json:"until"`      // how long a token is used
	Token      string   `json:"token,omitempty"`
	Failure    *failure `json:"failure,omitempty"`
}

// entryVersion is the form of an entry. Another one is not read.
const entryVersion = 1

func (e entry) written() time.Time { return time.Unix(e.Written, 0) }
func (e entry) until() time.Time   { return time.Unix(e.Until, 0) }

// parseEntry reads an entry for a request. It is nil where it is of no use at
// that time: for another request or credential, broken, from the future, or too
// old.
func parseEntry(text []byte, request, credential string, now time.Time) *entry {
	e := &entry{}
	if len(text) > maxEntry || json.Unmarshal(text, e) != nil || e.Version != entryVersion {
		return nil
	}
	if e.Request != request || e.Credential != credential || e.written().After(now) || !e.good(now) {
		return nil
	}
	return e
}

// good says whether the entry is still to be believed.
func (e entry) good(now time.Time) bool {
	if e.Failure != nil {
		return e.Token == "" && e.Failure.Text != "" && now.Before(e.written().Add(memory))
	}
	return sasl.IsToken(e.Token) && now.Before(e.until()) && !e.until().After(e.written().Add(longest))
}
