package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// certificateDays counts whole days that are left, negative once expired. Limits
// look at the time that is left, to the second.
var certificateDays = Row{
	Label: "cert_days", What: "the time that the certificate lasts", Unit: Days,
	Help:       "Time at which the certificate that ends first expires, in seconds since 1970.",
	Prometheus: "pop3_certificate_expiry_timestamp_seconds",
	Moment: func(r *report.Report) *time.Time {
		if r.TLS == nil || r.TLS.Expiry == nil {
			return nil
		}
		return &r.TLS.Expiry.NotAfter
	},
	Warning: "certificate", Critical: "certificate",
	Words: func(m Metric, _ *Range) string {
		return "the certificate of " + m.Of + " " + fault.Expires(daysLong(m.Exact.Float()))
	},
	Low: "renew it and reload the server",
	value: func(r *report.Report, l Limits) []Metric {
		if r.TLS == nil || r.TLS.Expiry == nil {
			return nil
		}
		c := r.TLS.Expiry
		m := Metric{Value: Whole(int64(c.Days)), Of: fault.Quote(c.Subject, fault.Whole), Exact: new(Real(inDays(c.NotAfter.Sub(r.Start))))}
		if l.Certificate != nil {
			m.Limit = l.Certificate.of(c.NotBefore, c.NotAfter)
		}
		return []Metric{m}
	},
	doubt: func(*report.Report) doubt { return doubt{"tls", "the server showed no certificate", ""} },
}

func inDays(d time.Duration) float64 { return d.Hours() / 24 }

func daysLong(days float64) time.Duration { return time.Duration(days * 24 * float64(time.Hour)) }

// A CertificateLimit is how much has to be left of a certificate's life.
type CertificateLimit struct{ Warning, Critical Left }

// of is the limit for a life from one time to another.
func (c CertificateLimit) of(from, to time.Time) Limit {
	return Limit{c.Warning.limit(from, to), c.Critical.limit(from, to)}
}

// A Left is the least that has to be left of a life: a time, or a share of it.
type Left struct {
	days  float64
	share float64 // of the whole life; 0: days count
	words string  // as it was typed: "36 h"
}

// maxLeft bounds a Left, in days.
const maxLeft = 1<<16 - 1

// ParseLeft reads a number of days, a time with units such as 36h, or a share
// such as 33%.
func ParseLeft(text string) (Left, error) {
	wrong := fmt.Errorf("%q is not a number of days", text)
	if number, isShare := strings.CutSuffix(text, "%"); isShare {
		v, err := decimal(number)
		if err != nil || v < 0 || v > 100 {
			return Left{}, fmt.Errorf("%q is not a share of a certificate's life", text)
		}
		return Left{share: v / 100, words: number + " %"}, nil
	}
	if n, err := strconv.ParseUint(text, 10, 16); err == nil {
		return Left{days: float64(n), words: Days.words(text)}, nil
	}
	seconds, err := age(text)
	if _, plain := decimal(text); err != nil || plain == nil || seconds < 0 || seconds > maxLeft*24*60*60 {
		return Left{}, wrong
	}
	return Left{days: seconds / (24 * 60 * 60), words: Age.words(text)}, nil
}

// IsMore reports whether l is more than other whatever the life.
func (l Left) IsMore(other Left) bool {
	alike := (l.share > 0) == (other.share > 0)
	return alike && (l.days > other.days || l.share > other.share)
}

// precision is how exact a limit is, in parts of a day: to 9 seconds.
const precision = 10_000

// limit is the range of days, for a life from one time to another; both belong to
// it (RFC 5280, section 4.1.2.5).
func (l Left) limit(from, to time.Time) *Range {
	days, words := l.days, l.words
	if life := to.Sub(from) + time.Second; l.share > 0 && life > 0 {
		days, words = l.share*inDays(life), words+" of its "+fault.Left(life)
	}
	return atLeast(math.Round(days*precision)/precision, words)
}
