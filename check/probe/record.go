package probe

import (
	"crypto/tls"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"check_pop3x/check/credential"
	"check_pop3x/check/credential/kerberos"
	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// The bounds of the dialogue in the report, in lines and in octets of each.
// Memory does not grow with what the server sends.
const (
	maxTranscript = 1000
	maxLine       = 1024
)

// A recorder puts into the report what a server or a helper said. Nobody else may
// do that, so that all of it passes through the method said.
type recorder struct {
	report   *report.Report
	redactor *credential.Redactor
	dialogue bool // what the server says is kept line by line
}

func newRecorder(target report.Target) *recorder {
	return &recorder{&report.Report{Target: target, Start: time.Now()}, credential.NewRedactor(), true}
}

// said returns what was said as it may be shown: clean, and without secrets as they
// came or as they would be shown, since text that is not UTF-8 is decoded.
func (r *recorder) said(text string) string {
	shown := fault.Clean(r.redactor.Keep(text))
	if utf8.ValidString(text) {
		return shown
	}
	return r.redactor.Keep(shown)
}

func (r *recorder) saidAll(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = r.said(text)
	}
	return all
}

// findFirst records a fault in front of the others, the last of which is what ended
// the session; nil is none.
func (r *recorder) findFirst(phase string, err error) {
	met := r.report.Findings
	r.report.Findings = nil
	r.find(phase, err)
	r.report.Findings = append(r.report.Findings, met...)
}

// find records a fault; nil is none.
func (r *recorder) find(phase string, err error) {
	if err == nil {
		return
	}
	f := *fault.Of(err)
	f.Text, f.Said, f.Who = r.said(f.Text), r.said(f.Said), r.said(f.Who)
	f.Problem = problemOf(phase, &f, r.report)
	r.report.Findings = append(r.report.Findings, report.Finding{Phase: phase, Fault: &f})
}

// hasFound reports whether there is a fault of that kind.
func (r *recorder) hasFound(kind fault.Kind) bool {
	return slices.ContainsFunc(r.report.Findings, func(f report.Finding) bool { return f.Fault.Kind == kind })
}

// line records a line of the dialogue. Of what is not to be shown it keeps only that
// it came: to search each line for secrets is a hundredth of the CPU time of a login.
func (r *recorder) line(sent bool, text string) {
	switch n := len(r.report.Transcript); {
	case n > maxTranscript:
		return
	case !sent && !r.dialogue:
		r.report.Transcript = append(r.report.Transcript, report.Line{From: report.FromServer})
		return
	case n == maxTranscript:
		sent, text = false, "(the rest is not shown)"
	}
	if text = r.said(text); len(text) > maxLine {
		text = strings.Clone(strings.ToValidUTF8(text[:maxLine], "")) // without the rest of it
	}
	from := report.FromServer
	if sent {
		from = report.FromClient
	}
	r.report.Transcript = append(r.report.Transcript, report.Line{From: from, Text: &text})
}

// attempt records a connection that was tried.
func (r *recorder) attempt(a transport.Attempt) {
	tried := report.Attempt{Address: a.Address.String(), Time: a.Time, Tries: a.Tries}
	if a.Err != nil {
		tried.Error = r.said(a.Outcome())
	}
	r.report.Attempts = append(r.report.Attempts, tried)
}

// connectAgain drops what was learned on a connection that ended with a refusal.
// It stays among the attempts, unless it was to a Unix socket, and its lines in the dialogue.
func (r *recorder) connectAgain(refusal *fault.Error) {
	used := slices.IndexFunc(r.report.Attempts, func(a report.Attempt) bool { return a.Error == "" })
	if used >= 0 {
		r.report.Attempts[used].Error = r.said(refusal.Text)
	}
	connect := slices.IndexFunc(r.report.Phases, func(p report.Phase) bool { return p.Name == "connect" })
	r.report.Phases = r.report.Phases[:connect]
	r.report.Findings, r.report.Greeting, r.report.Capabilities, r.report.BeforeTLS = nil, nil, nil, nil
}

// greeting records the text of the greeting.
func (r *recorder) greeting(text string) { r.report.Greeting = new(r.said(text)) }

// helper records what the program printed that was asked for the secret.
func (r *recorder) helper(lines []string) {
	if len(lines) > 0 {
		r.report.Helper = r.saidAll(lines)
	}
}

// hide removes secrets that became known after the server had spoken.
func (r *recorder) hide(secrets *credential.Redactor) {
	r.redactor = secrets
	all := r.report
	if all.Greeting != nil {
		all.Greeting = new(r.said(*all.Greeting))
	}
	for _, texts := range []*[]string{&all.BeforeTLS, &all.UnderTLS, &all.Capabilities} {
		if *texts != nil {
			*texts = r.saidAll(*texts)
		}
	}
	for i, line := range all.Transcript {
		if line.Text != nil {
			all.Transcript[i].Text = new(r.said(*line.Text))
		}
	}
	for _, f := range all.Findings {
		f.Fault.Text, f.Fault.Said = r.said(f.Fault.Text), r.said(f.Fault.Said)
	}
}

// credentials records when what was read from a source ends.
func (r *recorder) credentials(source *credential.Source) {
	if source.Expiries == nil {
		return
	}
	for _, e := range source.Expiries() {
		e.Name = fault.Clean(e.Name)
		r.report.Credentials = append(r.report.Credentials, report.Credential(e))
	}
}

// ticket records where a ticket came from.
func (r *recorder) ticket(o kerberos.Origin) {
	for _, text := range []*string{&o.Client, &o.Service, &o.Place, &o.Unkept} {
		*text = fault.Clean(*text)
	}
	r.report.Ticket = new(report.Ticket(o))
}

// clientCertificate records when our own certificate ends, whether a server asks
// for it or not.
func (r *recorder) clientCertificate(c *tls.Certificate) {
	if c != nil && c.Leaf != nil {
		r.report.Credentials = append(r.report.Credentials, report.Credential{
			Name: "the client certificate of " + fault.Quote(nameOf(c.Leaf.Subject, c.Leaf.DNSNames...), fault.Whole),
			From: c.Leaf.NotBefore, To: c.Leaf.NotAfter,
		})
	}
}

// headers returns what headers say as it may be shown.
func (r *recorder) headers(h *report.Headers) *report.Headers {
	h.Doubt = r.said(h.Doubt)
	if h.Match != nil {
		h.Match.Fields = r.saidAll(h.Match.Fields)
	}
	if h.Authentication != nil {
		h.Authentication = r.saidAll(h.Authentication)
	}
	if t := h.Transit; t != nil {
		for i := range t.Hops {
			hop := &t.Hops[i]
			hop.Host, hop.From = r.hopName(hop.Host), r.hopName(hop.From)
			hop.Protocol = r.hopName(hop.Protocol)
		}
		if t.Slowest != nil {
			t.Slowest = r.leg(t.Slowest)
		}
	}
	return h
}

// The bounds of a name in a Received field, in characters.
const (
	maxHop    = 60
	maxLegEnd = 30 // in the line
)

// leg returns a part of a way as it may be shown.
func (r *recorder) leg(l *report.Leg) *report.Leg {
	return &report.Leg{From: fault.Shorten(r.said(l.From), maxLegEnd), To: fault.Shorten(r.said(l.To), maxLegEnd), Time: l.Time}
}

func (r *recorder) hopName(text string) string { return fault.Shorten(r.said(text), maxHop) }

// capabilities records the reply to CAPA that counts from now on.
func (r *recorder) capabilities(c pop3.Capabilities) { r.report.Capabilities = r.saidAll(c) }

// forgetCapabilities sets the capabilities aside that the server had before TLS.
func (r *recorder) forgetCapabilities() {
	r.report.BeforeTLS, r.report.Capabilities = r.report.Capabilities, nil
}

// capabilitiesUnderTLS records that the capabilities are those right after STLS.
func (r *recorder) capabilitiesUnderTLS() { r.report.UnderTLS = r.report.Capabilities }

// lastFault returns the fault that was recorded last.
func (r *recorder) lastFault() *fault.Error { return r.report.Findings[len(r.report.Findings)-1].Fault }

// refusals records what is known of refused logins, and why it is not kept.
func (r *recorder) refusals(known credential.Refused, err error) {
	r.report.Refusals = nil
	if known.Count > 0 || err != nil {
		r.report.Refusals = &report.Refusals{Count: known.Count, Last: known.Last, Next: known.Next, Held: known.Held}
	}
	if err != nil {
		r.report.Refusals.Unkept = r.said(fault.Of(err).Text)
	}
}

// noRefusals records that those that were known are forgotten.
func (r *recorder) noRefusals(err error) {
	if known := r.report.Refusals; err != nil || known != nil && known.Count > 0 {
		r.refusals(credential.Refused{}, err)
	}
}
