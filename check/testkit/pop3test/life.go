package pop3test

import (
	"fmt"
	"strings"
	"time"
)

// A lifetime is how long a certificate is valid, and for how long still. The
// zero lifetime is the usual one.
type lifetime struct{ whole, left time.Duration }

func (l *lifetime) String() string { return fmt.Sprintf("%v,%v", l.whole, l.left) }

// Set reads WHOLE,LEFT.
func (l *lifetime) Set(text string) (err error) {
	whole, left, _ := strings.Cut(text, ",")
	if l.whole, err = time.ParseDuration(whole); err == nil {
		l.left, err = time.ParseDuration(left)
	}
	return err
}

// validity counts its last second (RFC 5280, section 4.1.2.5).
func (l *lifetime) validity() Validity {
	if l.whole == 0 {
		return Validity{}
	}
	end := time.Now().Add(l.left)
	return Validity{NotBefore: end.Add(-l.whole), NotAfter: end.Add(-time.Second)}
}
