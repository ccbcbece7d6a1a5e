package render

import (
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A sample is one value of a family, with the labels that tell it from the
// others there, as pairs of a name and a value.
type sample struct {
	labels []string
	value  verdict.Number
}

// A family is what Prometheus calls a metric: samples of one name.
type family struct {
	name, help string
	samples    func(page) []sample
}

// families are those that are no metric of package verdict, which follow. All are
// gauges: a run knows nothing of the one before it. A name, once given, stays.
var families = []family{
	{"pop3_up", "Whether the session reached its end, whatever was found on the way: 1 or 0.", func(p page) []sample {
		return gauge(boolToFloat(p.Report.Complete))
	}},
	{"pop3_state", "State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", func(p page) []sample {
		return gauge(float64(p.Status))
	}},
	{"pop3_last_run_timestamp_seconds", "Time at which the check began, in seconds since 1970.", func(p page) []sample {
		return timestamp(&p.Report.Start)
	}},
	{"pop3_fault_info", "Each fault that was found, with its phase, its kind and its state, its cause and what to do.", faults},
	{"pop3_limit_passed_info", "Each metric whose limit was exceeded, and its state.", exceededLimits},
	{"pop3_tls_verified", "Whether the certificate is trusted and for the right name: 1 or 0.", func(p page) []sample {
		if t := p.Report.TLS; t != nil {
			return gauge(boolToFloat(t.Verified))
		}
		return nil
	}},
	{"pop3_tls_info", "Version, cipher suite and key exchange of TLS.", func(p page) []sample {
		if t := p.Report.TLS; t != nil {
			return gauge(1, "version", t.Version, "cipher", t.Cipher, "curve", t.Curve)
		}
		return nil
	}},
	{"pop3_login_refusals", "How often in a row the server has refused the login with this secret.", func(p page) []sample {
		if r := p.Report.Refusals; r != nil && r.Unkept == "" {
			return gauge(float64(r.Count))
		}
		return nil
	}},
	{"pop3_login_last_refusal_timestamp_seconds", "Time of the last refusal, in seconds since 1970.", func(p page) []sample {
		if r := p.Report.Refusals; r != nil {
			return timestamp(&r.Last)
		}
		return nil
	}},
	{"pop3_login_next_try_timestamp_seconds", "Time until which no login is tried after refusals, in seconds since 1970.", func(p page) []sample {
		if r := p.Report.Refusals; r != nil {
			return timestamp(&r.Next)
		}
		return nil
	}},
	{"pop3_address_up", "Whether the session with an address reached its end (--addresses all): 1 or 0.", func(p page) []sample {
		return p.byAddress(func(v verdict.Verdict) []sample { return gauge(boolToFloat(v.Report.Complete)) })
	}},
	{"pop3_address_state", "State of an address (--addresses all): 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", func(p page) []sample {
		return p.byAddress(func(v verdict.Verdict) []sample { return gauge(float64(v.Status)) })
	}},
	{"pop3_address_duration_seconds", "Time of the session with an address (--addresses all).", func(p page) []sample {
		return p.byAddress(func(v verdict.Verdict) []sample {
			if v.Report.Time == nil {
				return nil
			}
			return gauge(v.Report.Time.Seconds())
		})
	}},
	{"pop3_address_certificate_expiry_timestamp_seconds", "Time at which the certificate of an address expires (--addresses all), in seconds since 1970.", func(p page) []sample {
		return p.byAddress(func(v verdict.Verdict) []sample {
			if t := v.Report.TLS; t != nil && t.Expiry != nil {
				return timestamp(&t.Expiry.NotAfter)
			}
			return nil
		})
	}},
	{"pop3_check_info", "Version of check_pop3x.", func(p page) []sample { return gauge(1, "version", p.Version) }},
}

// prometheus is the text format of Prometheus (exposition format 0.0.4), for the
// textfile collector of node_exporter. The collector drops a series that another
// file has with the same labels, so all of them name the check.
func prometheus(v verdict.Verdict, o Options) string {
	p := page{v, o}
	x := exposition{labels: identity(v.Report, o.Name)}
	for _, f := range families {
		x.write(f.name, f.help, f.samples(p))
	}
	for _, row := range verdict.Metrics() {
		x.write(row.Prometheus, row.Help, measured(row, v))
	}
	return x.text.String()
}

// identity is the labels that tell one check from another.
func identity(r *report.Report, name string) []string {
	port := ""
	if r.Port != 0 && r.SRV == nil { // which may change
		port = strconv.Itoa(int(r.Port))
	}
	return []string{"host", r.Host, "port", port, "user", r.User, "check", name}
}

// measured are the samples of a metric, or the time that it counts from.
func measured(row *verdict.Row, v verdict.Verdict) []sample {
	if row.Moment != nil {
		return timestamp(row.Moment(v.Report))
	}
	var all []sample
	for _, m := range v.Metrics {
		if m.Row.Prometheus == row.Prometheus {
			all = append(all, sample{[]string{"phase", m.Phase}, m.Value})
		}
	}
	return all
}

func gauge(value float64, labels ...string) []sample { return []sample{{labels, verdict.Real(value)}} }

func boolToFloat(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// timestamp is a time in seconds since 1970.
func timestamp(t *time.Time) []sample {
	if t == nil || t.IsZero() {
		return nil
	}
	return gauge(float64(t.Unix()) + float64(t.Nanosecond()/1e6)/1e3)
}

func faults(p page) []sample {
	var all []sample
	for _, f := range p.Findings {
		if f.Fault != nil {
			at := p.of(f)
			labels := []string{"address", f.Address, "phase", f.Phase, "kind", string(f.Fault.Kind), "state", state(f), "cause", at.cause(f), "remedy", at.hint(f)}
			all = append(all, sample{labels, verdict.Whole(1)})
		}
	}
	return all
}

func state(f verdict.Finding) string { return strings.ToLower(f.Status.String()) }

// exceededLimits are told without their values, as a label that changes at each run
// would make a series of its own each time.
func exceededLimits(p page) []sample {
	var all []sample
	for _, f := range p.Findings {
		if f.Metric != nil {
			labels := []string{"address", f.Address, "metric", f.Metric.Label, "state", state(f), "cause", passed(f), "remedy", f.Remedy()}
			all = append(all, sample{labels, verdict.Whole(1)})
		}
	}
	return all
}

// passed says which limit a metric is beyond, without its value: a label that
// changes makes a new series each time.
func passed(f verdict.Finding) string {
	what := f.Metric.Row.What
	if f.Metric.Phase != "" {
		what = "the time of " + f.Metric.Phase
	}
	return what + " is " + f.Range.Exceeded(f.Metric.Value)
}

// An exposition is a file of the text format as it is written.
type exposition struct {
	labels []string // of every series
	text   strings.Builder
}

// write adds a family, unless it has no samples. A series that is there already
// is left out: one twice spoils the whole file.
func (x *exposition) write(name, help string, samples []sample) {
	seen := map[string]bool{}
	for _, s := range samples {
		series := name + braces(append(x.labels[:len(x.labels):len(x.labels)], s.labels...))
		if len(seen) == 0 {
			x.text.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n")
		}
		if !seen[series] {
			x.text.WriteString(series + " " + s.value.Text(-1) + "\n")
		}
		seen[series] = true
	}
}

// braces writes labels; one without a value is none.
func braces(labels []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`) // as the text format asks
	var pairs []string
	for i := 0; i < len(labels); i += 2 {
		if value := fault.Shorten(labels[i+1], maxName); value != "" {
			pairs = append(pairs, labels[i]+`="`+escape.Replace(value)+`"`)
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return "{" + strings.Join(pairs, ",") + "}"
}
