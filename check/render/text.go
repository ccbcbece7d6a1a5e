package render

import (
	"bytes"
	"net"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// The bounds of what is shown, in characters.
const (
	maxText     = 400 // of a text of our own, in which names from elsewhere may stand
	maxName     = 250 // of a name that a user gave
	maxWord     = 120 // of a word of the command line
	maxGreeting = 60
)

// A page is a verdict on its way to a format.
type page struct {
	verdict.Verdict
	Options
}

// nameOf is the name of a check: that of the options, or POP3 and the host.
func nameOf(o Options, r *report.Report) string {
	if name := fault.Shorten(o.Name, maxName); name != "" {
		return name
	}
	return strings.TrimSpace("POP3 " + fault.Shorten(r.Host, maxName))
}

// text is the status line without state and performance data: the findings of
// the worst state, the limits that are exceeded, and what was learned if the
// session reached its end.
func (p page) text() string {
	parts, failed := p.faults()
	parts = append(parts, p.limits()...)
	parts = append(parts, p.countOK()...)
	if known := p.summary(); !failed && known != "" {
		parts = append(parts, known)
	}
	if notes := p.notes(); p.Status == verdict.OK {
		parts = append(notes, parts...)
	} else {
		parts = append(parts, notes...)
	}
	if p.Status == verdict.OK && len(p.Skipped) > 0 {
		parts = append(parts, "not looked at: "+strings.Join(p.Skipped, ", "))
	}
	return strings.Join(parts, "; ")
}

// faults tells the faults of the worst state, and what to do about several once; it
// reports whether any of them is the mail server's.
func (p page) faults() (parts []string, failed bool) {
	var all []clause
	last := ""
	for _, f := range p.Worst() {
		if f.Fault == nil || !p.isTold(f) {
			continue
		}
		try := f.Address + p.of(f).hint(f)
		where := ""
		if !failed && f.Fault.Kind != fault.Token && f.Fault.Kind != fault.Ticket && !isOfSending(f.Fault.Kind) { // the mail server was not asked
			where = p.where()
		}
		told := p.of(f).clauseOf(f, p.Status != verdict.OK && try != last)
		told.words += where
		all = add(all, told, f.Address)
		failed = failed || !isOfSending(f.Fault.Kind)
		last = try
	}
	return each(all, p.addressed), failed
}

// isTold reports whether a fault is told for its state: what is OK is advice, for
// -v, unless it ended the session.
func (p page) isTold(f verdict.Finding) bool {
	return f.Status == p.Status && !(p.Status == verdict.OK && p.of(f).Report.Complete)
}

// notes tells what works, but not as it should, whatever its state. If all else is
// well there is room for what to do.
func (p page) notes() []string {
	var all []clause
	for _, f := range p.noted() {
		all = add(all, p.of(f).clauseOf(f, p.Status == verdict.OK && f.Fault.Kind == fault.Address), f.Address)
	}
	return each(all, p.addressed)
}

// noted are faults that nobody would notice if their state hid them.
func (p page) noted() (all []verdict.Finding) {
	for _, f := range p.Findings {
		if f.Fault != nil && !p.isTold(f) && (f.Fault.Kind == fault.Address || f.Fault.Problem == fault.NoNewMail || isOfSending(f.Fault.Kind)) {
			all = append(all, f)
		}
	}
	return all
}

// where names the address in use if it is not what was typed and not all is
// well, unless each has its own findings.
func (p page) where() string {
	host, _, err := net.SplitHostPort(p.Report.Address)
	if err != nil || p.Parts != nil || p.Status == verdict.OK || host == p.Report.Host {
		return ""
	}
	return ", at " + p.Report.Address
}

// sentence says where a finding was made, what it is, what to try, and up to max
// characters of what the server said, which nobody needs to understand the rest.
func (p page) sentence(f verdict.Finding, hints bool, max int) string {
	if f.Metric != nil {
		return exceeded(f) + p.slowPhases(f) + "; " + f.Remedy()
	}
	s := p.cause(f)
	if f.Phase != "" {
		s = f.Phase + ": " + s
	}
	if try := p.hint(f); try != "" && hints {
		s += "; " + fault.Shorten(try, maxText)
	}
	s += p.heldBack(f) + " [" + string(f.Fault.Kind) + "]"
	if f.Fault.Said != "" {
		s += "; " + p.said(f, max)
	}
	if t := p.Report.Token; t != nil && t.Kept && f.Fault.Kind == fault.Token {
		s += ", remembered from " + fault.Age(t.Age) + " ago"
	}
	return s
}

// said is what the server said, up to max characters of it.
func (p page) said(f verdict.Finding, max int) string {
	who, t := "the server", p.Report.Token
	switch {
	case f.Fault.Kind == fault.Token && t != nil:
		who = fault.Shorten(t.Place, maxText)
	case f.Fault.Kind == fault.Token:
		who = "the token server"
	case f.Fault.Kind == fault.Ticket:
		who = "the KDC"
	case f.Fault.Kind == fault.Proxy:
		who = "the proxy"
	case isOfSending(f.Fault.Kind):
		who = "the submission server"
	case f.Fault.Kind == fault.Bounce:
		who = "the server that refused it"
	}
	return who + " said " + fault.Quote(f.Fault.Said, max)
}

func quoteWhole(text string) string { return fault.Quote(text, fault.Whole) }

// what says what happened, and until when no login is tried after it.
func (p page) what(f verdict.Finding) string { return p.cause(f) + p.heldBack(f) }

// cause says what happened, in our own words.
func (p page) cause(f verdict.Finding) string {
	text := f.Fault.Text
	switch {
	case f.Fault.Within > 0 && text == "":
		return late(f, p.Report.Phases)
	case f.Fault.Problem == fault.StoppedShort:
		text += ", not complete " + within(f, p.Report.Phases)
	case f.Fault.Within > 0:
		text = late(f, p.Report.Phases) + ", " + text
	case f.Phase == "login" && text != "": // more exact than what its kind means
	case p.refusal(f) != "":
		text = p.refusal(f)
	case f.Phase == "login":
		text = p.loginRefused()
	case text == "":
		text = "the server refused " + strings.ToUpper(f.Phase)
	}
	return fault.Shorten(text, maxText)
}

// summary is what was proven of a server that works, without what an exceeded
// limit tells, and without times if one is exceeded: one about time tells them.
func (p page) summary() string {
	r := p.Report
	took, phases := "", ""
	if r.Time != nil && p.Status == verdict.OK {
		took, phases = " in "+fault.Duration(*r.Time), breakdown(r.Phases)
	}
	certificate := p.certificate()
	switch {
	case r.Mailbox == nil:
		known := ready(r.Greeting)
		for _, more := range []string{protection(r.TLS), certificate, strings.TrimSpace(took)} {
			if more != "" {
				known += ", " + more
			}
		}
		return known + p.where() + "; no login tried"
	case certificate != "" && slices.ContainsFunc(p.Metrics, limitsDays):
		took = strings.TrimSuffix(", "+certificate+","+took, ",")
	}
	return strings.TrimPrefix(p.contents()+took+phases+p.where()+p.firstProbe(), ", ")
}

// ready is what the server says of itself in its greeting.
func ready(greeting *string) string {
	if greeting == nil {
		return "greeting received"
	}
	words := strings.TrimSuffix(strings.TrimSpace(withoutStamp(*greeting)), ".")
	short := fault.Shorten(words, maxGreeting)
	switch {
	case words == "":
		return "greeting received"
	case !isPlain(words):
		return fault.Quote(short, fault.InLine)
	}
	return short
}

// withoutStamp removes what APOP needs of a greeting (RFC 1939, section 7), as it
// differs at each run.
func withoutStamp(greeting string) string {
	var kept []byte
	begin := -1
	for i := range len(greeting) {
		kept = append(kept, greeting[i])
		switch {
		case greeting[i] == '<':
			begin = len(kept) - 1
		case greeting[i] == '>' && begin >= 0:
			kept, begin = bytes.TrimRight(kept[:begin], " "), -1
		}
	}
	return string(kept)
}

// isPlain reports whether a server may say text without quotes: nobody takes it
// for more of our own, as it has nothing that parts our clauses.
func isPlain(text string) bool {
	for word := range strings.SplitSeq(text, " ") {
		word = strings.TrimSuffix(strings.TrimPrefix(word, "("), ")")
		if word == "" || !isAlphanumeric(rune(word[0])) || strings.ContainsFunc(word, isNoPartOfPlain) {
			return false
		}
	}
	return true
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func isNoPartOfPlain(r rune) bool { return !isAlphanumeric(r) && !strings.ContainsRune("._/+-", r) }

// protection returns how the connection is protected; "" without TLS.
func protection(t *report.TLS) string {
	switch {
	case t == nil:
		return ""
	case !t.Verified:
		return t.Version + " not verified"
	}
	return t.Version
}

// certificate tells how long the certificate lasts, unless a finding does.
func (p page) certificate() string {
	t := p.Report.TLS
	switch {
	case t == nil || t.Expiry == nil || p.tells("cert_days"):
		return ""
	}
	return "certificate " + fault.Expires(t.Expiry.NotAfter.Sub(p.Report.Start))
}

// limitsDays reports whether the metric is limited by --certificate.
func limitsDays(m verdict.Metric) bool { return m.Label == "cert_days" && m.Limit != verdict.Limit{} }

// breakdown lists the phases of the time that took long enough to matter.
func breakdown(phases []report.Phase) string {
	var all []string
	for _, p := range phases {
		if !verdict.IsApart(p.Name) && p.Time >= time.Millisecond/2 {
			all = append(all, p.Name+" "+fault.Duration(p.Time))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}
