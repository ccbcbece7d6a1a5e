package render

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// maxWords bounds what a server said, in characters. It cuts nothing: a line that
// is longer is not read at all.
const maxWords = 1 << 16

// asJSON is one document on one line. It has all, whatever -v says, but for what
// the program said that knows the password, which is there with -v, and for the
// dialogue, with -vvv.
func asJSON(v verdict.Verdict, o Options) string {
	p := page{v, o}
	r := v.Report
	d := jsonDocument{
		Schema: schemaNumber, Plugin: jsonPlugin{"check_pop3x", o.Version}, Name: p.name(), Start: moments(r.Start),
		State: jsonState{v.Status.String(), int(v.Status)}, Text: p.text(), Target: p.jsonTarget(), Seconds: seconds(r.Time),
		Complete: r.Complete, Address: optional(r.Address), Token: p.jsonToken(), Login: p.jsonLogin(), Mailbox: p.jsonMailbox(), TLS: p.jsonTLS(), DANE: p.jsonDANE(),
		Findings: each(v.Findings, p.jsonFinding), Phases: each(r.Phases, p.jsonPhase), Metrics: each(v.Metrics, p.jsonMetric),
		Attempts: each(r.Attempts, p.jsonAttempt), Notes: each(append(p.mailboxNotes(), o.Notes...), words),
	}
	if r.Helper != nil && o.Verbose >= 1 {
		d.Helper = list(&r.Helper.Said)
	}
	if !o.Jail {
		d.Greeting, d.Capabilities = said(r.Greeting), list(r.Capabilities)
		d.BeforeTLS, d.UnderTLS = list(r.BeforeTLS), list(r.UnderTLS)
	}
	if o.Verbose >= 3 {
		d.Transcript = new(each(r.Transcript, p.jsonLine))
	}
	var b bytes.Buffer
	writer := json.NewEncoder(&b)
	writer.SetEscapeHTML(false)
	if err := writer.Encode(d); err != nil {
		panic(err) // no value of a document can be the cause
	}
	return b.String()
}

// A number is finite, and written without an exponent.
type number float64

// MarshalJSON writes the shortest decimal number that reads back as n.
func (n number) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(n), 'f', -1, 64), nil
}

// each turns all elements; none are an empty list.
func each[T, U any](from []T, turn func(T) U) []U {
	to := make([]U, 0, len(from))
	for _, one := range from {
		to = append(to, turn(one))
	}
	return to
}

// words is text from elsewhere, whole.
func words(text string) string { return clean(text, maxWords) }

// optional is nil where nothing is left to show.
func optional(text string) *string {
	if text = words(text); text == "" {
		return nil
	}
	return &text
}

func said(text *string) *string {
	if text == nil {
		return nil
	}
	return new(words(*text))
}

func list(lines *[]string) *[]string {
	if lines == nil {
		return nil
	}
	return new(each(*lines, words))
}

func seconds(d *time.Duration) *number {
	if d == nil {
		return nil
	}
	return new(number(d.Seconds()))
}

// moments is a time by RFC 3339, in UTC.
func moments(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

func momentOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	return new(moments(*t))
}

// securities are how the connection is protected, by the options that ask for it.
var securities = map[report.Security]string{report.Clear: "clear", report.TLSFirst: "tls", report.STLS: "starttls"}

// jsonTarget is what was asked for. A command line that was refused has no port.
func (p page) jsonTarget() jsonTarget {
	r := p.v.Report
	t := jsonTarget{Host: optional(r.Host), User: optional(r.User), UserFrom: optional(r.UserFrom)}
	if r.Port != 0 {
		t.Port, t.Security = &r.Port, new(securities[r.Security])
	}
	return t
}

func (p page) jsonFinding(f verdict.Finding) jsonFinding {
	all := jsonFinding{State: f.Status.String(), Phase: optional(f.Phase)}
	if f.Metric != nil {
		all.Metric, all.Text = &f.Metric.Label, exceeded(f)
		return all
	}
	all.Kind, all.Problem = optional(string(f.Fault.Kind)), optional(string(f.Fault.Problem))
	all.Text, all.Hint = p.what(f), optional(p.hint(f))
	if f.Fault.Within > 0 {
		all.Within = seconds(&f.Fault.Within)
	}
	if !p.o.Jail && protocolOf(f.Fault.Said) != "TLS" {
		all.Said = optional(f.Fault.Said)
	}
	return all
}

// jsonPhase has the limits of its metric.
func (p page) jsonPhase(ph report.Phase) jsonPhase {
	all := jsonPhase{Name: ph.Name, Seconds: number(ph.Time.Seconds()), Failed: ph.Failed}
	if ph.Budget > 0 {
		all.Budget = seconds(&ph.Budget)
	}
	for _, m := range p.v.Metrics {
		if m.Phase == ph.Name {
			all.Warning, all.Critical = optional(m.Warning.String()), optional(m.Critical.String())
		}
	}
	return all
}

func (p page) jsonMetric(m verdict.Metric) jsonMetric {
	return jsonMetric{
		Name: m.Label, Value: json.Number(figure(m)), Unit: optional(m.Row.Unit.Suffix), Warning: optional(m.Warning.String()), Critical: optional(m.Critical.String()),
		Min: (*number)(m.Min), Max: (*number)(m.Max),
	}
}

func (p page) jsonAttempt(a report.Attempt) jsonAttempt {
	all := jsonAttempt{Address: words(a.Address), Seconds: number(a.Time.Seconds())}
	if a.Err != nil {
		all.Error = new(words(a.Err.Error()))
	}
	return all
}

func (p page) jsonDANE() *jsonDANE {
	d := p.v.Report.DANE
	if d == nil {
		return nil
	}
	return &jsonDANE{Name: words(d.Name), Server: words(d.Server), Secure: d.Secure, Records: each(d.Records, func(r report.TLSA) jsonTLSA {
		return jsonTLSA{Record: words(r.Record), Matches: r.Matches, Unused: optional(r.Unused)}
	})}
}

func (p page) jsonTLS() *jsonTLS {
	t := p.v.Report.TLS
	if t == nil {
		return nil
	}
	all := &jsonTLS{
		Version: words(t.Version), Cipher: words(t.Cipher), Curve: optional(t.Curve), SNI: optional(t.SNI), ServerName: optional(t.ServerName),
		Verified: t.Verified, ByTLSA: optional(t.ByTLSA), Insecure: t.Insecure, Pinned: t.Pinned, Disordered: t.Disordered, Certificates: each(t.Certificates, p.jsonCertificate),
		Expiry: p.jsonCertificateOf(t.Expiry),
	}
	if s := t.Staple; s != nil {
		all.Staple = &jsonStaple{Status: optional(s.Status), From: dated(s.From), To: dated(s.To), Wrong: optional(s.Wrong)}
	}
	if t.Client != nil {
		all.Client = &jsonClient{Shown: p.jsonCertificateOf(t.Client.Shown)}
	}
	return all
}

// dated is nil for a time that is not known.
func dated(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(moments(t))
}

func (p page) jsonCertificateOf(c *report.Certificate) *jsonCertificate {
	if c == nil {
		return nil
	}
	return new(p.jsonCertificate(*c))
}

func (p page) jsonCertificate(c report.Certificate) jsonCertificate {
	return jsonCertificate{
		Subject: words(c.Subject), Issuer: words(c.Issuer), Names: each(c.Names, words),
		NotBefore: moments(c.NotBefore), NotAfter: moments(c.NotAfter), Days: verdict.DaysLeft(c.NotAfter, p.v.Report.Start),
		Key: words(c.Key), Pin: words(c.Pin), Besides: c.Besides,
	}
}

// jsonToken has no times where they are not known.
func (p page) jsonToken() *jsonToken {
	t := p.v.Report.Token
	if t == nil {
		return nil
	}
	return &jsonToken{Place: words(t.Place), Kept: t.Kept, Age: known(t.Age), Left: known(t.Left), Unkept: optional(t.Unkept)}
}

// known is nil for a time that is 0.
func known(d time.Duration) *number {
	if d == 0 {
		return nil
	}
	return seconds(&d)
}

func (p page) jsonLogin() *jsonLogin {
	l := p.v.Report.Login
	if l == nil {
		return nil
	}
	return &jsonLogin{User: words(l.User), Mechanism: optional(l.Mechanism), Source: optional(l.Source), Token: l.Token}
}

func (p page) jsonMailbox() *jsonMailbox {
	box := p.v.Report.Mailbox
	if box == nil {
		return nil
	}
	all := &jsonMailbox{Messages: box.Messages, Octets: box.Octets, Changed: box.Changed}
	if h := box.Headers; h != nil {
		all.Headers = &jsonHeaders{Top: !h.Missing, Matches: h.Matches, Oldest: momentOf(h.Oldest), Newest: momentOf(h.Newest)}
		if !h.Missing {
			all.Headers.Read = &h.Read
		}
	}
	if got := box.Retrieved; got != nil {
		all.Retrieved = &jsonRetrieved{got.Message, got.Listed, got.Octets, got.Whole, number(got.Time.Seconds())}
	}
	return all
}

// jsonLine is a line of the dialogue. With --jail it is not said what the server
// said, but that it spoke.
func (p page) jsonLine(l report.Line) jsonLine {
	switch {
	case l.Sent:
		return jsonLine{"client", new(words(l.Text))}
	case p.o.Jail:
		return jsonLine{From: "server"}
	}
	return jsonLine{"server", new(words(l.Text))}
}
