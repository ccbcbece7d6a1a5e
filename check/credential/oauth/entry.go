package oauth

import (
	"encoding/json"
	"time"

	"check_pop3x/check/sasl"
)

// An entry is what one run tells the others: a token, or why there is none.
type entry struct {
	Version    int      `json:"version"`
	Request    string   `json:"request"`    // name of the entry, which covers what was asked for
	Credential string   `json:"credential"` // digest of what it was asked with
	Written    int64    `json:"written"`    // in seconds since 1970
	Until      int64    `json:"until"`      // when a token stops being used
	Token      string   `json:"token,omitempty"`
	Failure    *failure `json:"failure,omitempty"`
}

// entryVersion is the version of the format. Other versions are not read.
const entryVersion = 1

func (e entry) written() time.Time { return time.Unix(e.Written, 0) }
func (e entry) until() time.Time   { return time.Unix(e.Until, 0) }

// parseEntry returns the entry of a request, or nil if it is not usable at that
// time: it is for another request or credential, broken, from the future or too
// old.
func parseEntry(text []byte, request, credential string, now time.Time) *entry {
	e := &entry{}
	if json.Unmarshal(text, e) != nil || e.Version != entryVersion {
		return nil
	}
	if e.Request != request || e.Credential != credential || e.written().After(now) || !e.usable(now) {
		return nil
	}
	return e
}

// usable reports whether the entry still counts.
func (e entry) usable(now time.Time) bool {
	if e.Failure != nil {
		return e.Token == "" && e.Failure.Text != "" && now.Before(e.written().Add(failureLife))
	}
	return sasl.IsToken(e.Token) && now.Before(e.until()) && !e.until().After(e.written().Add(maxLife))
}
