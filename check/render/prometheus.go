package render

import (
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/verdict"
)

// A sample is one value of a family, with the labels that tell it from the
// others there, as pairs of a name and a value.
type sample struct {
	labels []string
	value  float64
}

// A family is what Prometheus calls a metric: samples of one name.
type family struct {
	name, help string
	samples    func(page) []sample
}

// families are those of the text format, in its order; those that follow from
// verdict's metrics come behind them. All are gauges: a run knows nothing of the
// one before it. A name, once given, stays.
var families = []family{
	{"pop3_up", "1 if the session reached its end, whatever was found on the way, else 0.", func(p page) []sample {
		return one(truth(p.v.Report.Complete))
	}},
	{"pop3_state", "State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", func(p page) []sample {
		return one(float64(p.v.Status))
	}},
	{"pop3_last_run_timestamp_seconds", "When the check began.", func(p page) []sample {
		return moment(p.v.Report.Start)
	}},
	{"pop3_fault_info", "Each fault that was found: its phase, its kind and the state that it has.", faults},
	{"pop3_limit_passed_info", "Each metric, by its name in performance data, whose limit was passed, and the state that it has.", passedLimits},
	{"pop3_phase_duration_seconds", "Time of each phase that ran, to its end or not.", phaseDurations},
	{"pop3_oldest_message_timestamp_seconds", "When the oldest message came in.", func(p page) []sample {
		if box := p.v.Report.Mailbox; box != nil && box.Headers != nil && box.Headers.Oldest != nil {
			return moment(*box.Headers.Oldest)
		}
		return nil
	}},
	{"pop3_newest_message_timestamp_seconds", "When the newest message came in.", func(p page) []sample {
		if box := p.v.Report.Mailbox; box != nil && box.Headers != nil && box.Headers.Newest != nil {
			return moment(*box.Headers.Newest)
		}
		return nil
	}},
	{"pop3_certificate_expiry_timestamp_seconds", "When the certificate ends whose end matters.", func(p page) []sample {
		if t := p.v.Report.TLS; t != nil && t.Expiry != nil {
			return moment(t.Expiry.NotAfter)
		}
		return nil
	}},
	{"pop3_tls_verified", "1 if the chain leads to a trusted root and the name fits, else 0.", func(p page) []sample {
		if t := p.v.Report.TLS; t != nil {
			return one(truth(t.Verified))
		}
		return nil
	}},
	{"pop3_tls_info", "Version, cipher and key exchange of TLS.", func(p page) []sample {
		if t := p.v.Report.TLS; t != nil {
			return one(1, "version", t.Version, "cipher", t.Cipher, "curve", t.Curve)
		}
		return nil
	}},
	{"pop3_check_info", "Version of check_pop3x.", func(p page) []sample { return one(1, "version", p.o.Version) }},
}

// figures are the families that verdict's metrics make. Those without a name are
// told otherwise: an age and days left as the moment that they count from, since
// a file outlives its writer.
var figures = map[string]struct{ name, help string }{
	"time":       {"pop3_duration_seconds", "Time from the first phase to the last byte needed before QUIT."},
	"messages":   {"pop3_messages", "Messages in the mailbox."},
	"size":       {"pop3_mailbox_bytes", "Size of the mailbox."},
	"matches":    {"pop3_matching_messages", "Messages, of those whose headers were read, that match."},
	"retr_rate":  {"pop3_retrieval_bytes_per_second", "How fast a message came."},
	"oldest_age": {},
	"newest_age": {},
	"cert_days":  {},
}

// prometheus is the text format of Prometheus (exposition format 0.0.4), for the
// textfile collector of node_exporter. That drops a series whose labels it has
// from another file already, so that all of them carry whose they are.
func prometheus(v verdict.Verdict, o Options) string {
	p := page{v, o}
	x := exposition{labels: p.identity()}
	for _, f := range families {
		x.write(f.name, f.help, f.samples(p))
	}
	for _, m := range v.Metrics {
		if name, help := figureName(m); m.Phase == "" && name != "" {
			x.write(name, help, one(m.Value))
		}
	}
	return x.text.String()
}

// identity is the labels that tell one check from another.
func (p page) identity() []string {
	r := p.v.Report
	port := ""
	if r.Port != 0 {
		port = strconv.Itoa(int(r.Port))
	}
	return []string{"host", r.Host, "port", port, "user", r.User, "check", p.o.Name}
}

// figureName is what a metric is called here. One that has no row yet is called
// as in performance data, with its unit.
func figureName(m verdict.Metric) (name, help string) {
	if row, ok := figures[m.Label]; ok {
		return row.name, row.help
	}
	units := map[string]string{verdict.Seconds.Suffix: "_seconds", verdict.Bytes.Suffix: "_bytes"}
	return "pop3_" + m.Label + units[m.Unit], "The metric " + m.Label + " of the performance data."
}

func one(value float64, labels ...string) []sample { return []sample{{labels, value}} }

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// moment is a time in seconds since 1970.
func moment(t time.Time) []sample {
	if t.IsZero() {
		return nil
	}
	return one(float64(t.Unix()) + float64(t.Nanosecond()/1e6)/1e3)
}

func faults(p page) []sample {
	var all []sample
	for _, f := range p.v.Findings {
		if f.Fault != nil {
			all = append(all, sample{faultLabels(f.Phase, f.Fault.Kind, f.Status), 1})
		}
	}
	return all
}

func faultLabels(phase string, kind fault.Kind, state verdict.Status) []string {
	return []string{"phase", phase, "kind", string(kind), "state", strings.ToLower(state.String())}
}

func passedLimits(p page) []sample {
	var all []sample
	for _, f := range p.v.Findings {
		if f.Metric != nil {
			all = append(all, sample{[]string{"metric", f.Metric.Label, "state", strings.ToLower(f.Status.String())}, 1})
		}
	}
	return all
}

func phaseDurations(p page) []sample {
	var all []sample
	for _, ph := range p.v.Report.Phases {
		all = append(all, sample{[]string{"phase", ph.Name}, ph.Time.Seconds()})
	}
	return all
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
			x.text.WriteString(series + " " + strconv.FormatFloat(s.value, 'f', -1, 64) + "\n")
		}
		seen[series] = true
	}
}

// braces writes labels; one without a value is none.
func braces(labels []string) string {
	var pairs []string
	for i := 0; i < len(labels); i += 2 {
		if value := clean(labels[i+1], maxName); value != "" {
			pairs = append(pairs, labels[i]+`="`+escapeLabel.Replace(value)+`"`)
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

// escapeLabel is what the text format asks of a label's value.
var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
