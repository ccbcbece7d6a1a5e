package verdict

import (
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// certificateDays counts whole days that are left, negative once expired.
var certificateDays = Row{
	Label: "cert_days", What: "how long the certificate lasts", Unit: Days,
	Help:       "Time at which the certificate that ends first expires, in seconds since 1970.",
	Prometheus: "pop3_certificate_expiry_timestamp_seconds",
	Moment: func(r *report.Report) *time.Time {
		if r.TLS == nil || r.TLS.Expiry == nil {
			return nil
		}
		return &r.TLS.Expiry.NotAfter
	},
	Warning: "certificate", Critical: "certificate",
	Words: func(m Metric) string {
		days := m.Value.Int()
		if days < 0 {
			return fmt.Sprintf("the certificate of %s expired %s ago", m.Of, fault.Count(-days, "day"))
		}
		return fmt.Sprintf("the certificate of %s expires in %s", m.Of, fault.Count(days, "day"))
	},
	value: func(r *report.Report, _ Limits) []Metric {
		if r.TLS == nil || r.TLS.Expiry == nil {
			return nil
		}
		return []Metric{{Value: Whole(int64(r.TLS.Expiry.Days)), Of: fault.Quote(r.TLS.Expiry.Subject)}}
	},
	doubt: func(*report.Report) doubt { return doubt{"tls", "the server showed no certificate", ""} },
}
