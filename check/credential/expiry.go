package credential

import (
	"strings"
	"time"

	"check_pop3x/check/files"
)

// An Expiry is when something ends that is logged in with.
type Expiry struct {
	Name string    // for people: "the password in FILE"
	From time.Time // when its life began
	To   time.Time // zero if that cannot be read
}

// ExpiryOf returns what the second line of a file says, "# expires 2027-05-01",
// about the secret in the first one; or nothing. A day ends the life when it
// begins, in UTC; a time as in RFC 3339 is exact. The life began when the file was
// changed.
func expiryOf(name string, s files.Secret) []Expiry {
	words := strings.Fields(strings.TrimPrefix(s.Comment, "#"))
	if len(words) == 0 || !strings.EqualFold(strings.TrimSuffix(words[0], ":"), "expires") {
		return nil
	}
	e := Expiry{Name: name, From: s.Changed}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if to, err := time.Parse(layout, strings.Join(words[1:], " ")); err == nil {
			e.To = to
		}
	}
	return []Expiry{e}
}
