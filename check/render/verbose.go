package render

import (
	"fmt"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// maxDialogue bounds a line of the dialogue, in characters.
const maxDialogue = 500

// verbose is what an administrator pastes into a ticket: what it means for users,
// then a section each, as far as -v goes.
func (p page) verbose() []string {
	if p.Verbose < 1 {
		return nil
	}
	r := p.Report
	tried := addresses(r.Attempts)
	if p.Parts != nil {
		tried = p.addressTable()
	}
	all := p.titled("", []chapter{
		{1, "In short", p.inShort()},
		{1, "Findings", p.otherFindings()},
		{1, "The server's words", p.cutWords()},
		{1, "Notes", slices.Concat(p.Notes, mailboxNotes(r.Mailbox))},
		{1, "Addresses", tried},
	})
	if p.Parts == nil {
		return append(all, p.titled("", chapters(r))...)
	}
	all = append(all, p.titled("", []chapter{{1, "Password program", lines(r.Helper)}, {1, "Credentials", credentials(r.Credentials)}})...)
	for _, part := range p.Parts {
		all = append(all, p.titled(" at "+part.Report.Address, chapters(part.Report))...)
	}
	return all
}

// A chapter is lines under a title.
type chapter struct {
	level int // of -v that shows it
	title string
	lines []string
}

// chapters are what a session showed.
func chapters(r *report.Report) []chapter {
	return []chapter{
		{1, "Way to the server", route(r)},
		{1, "Second look", secondLook(r.Look)},
		{1, "Phases", phases(r)},
		{1, "SRV", srv(r.SRV)},
		{1, "DANE", dane(r.DANE, r.TLS != nil)},
		{1, "TLS", tls(r.TLS)},
		{1, "Revocation", revocations(r)},
		{1, "STLS", stls(r)},
		{1, "Password program", lines(r.Helper)},
		{1, "Access token", token(r.Token)},
		{1, "Kerberos ticket", ticket(r.Ticket)},
		{1, "Credentials", credentials(r.Credentials)},
		{1, "Login", login(r)},
		{1, "Mailbox", mailbox(r.Mailbox)},
		{1, "Way of the newest message", transit(r.Mailbox)},
		{1, "Mail sent", sent(r.Send)},
		{1, "Probes", loop(r.Loop)},
		{2, "Capabilities before TLS", lines(r.BeforeTLS)},
		{2, "Capabilities", lines(r.Capabilities)},
		{Dialogue, "Dialogue", dialogue(r.Transcript)},
		{Dialogue, "Dialogue with the submission server", sentDialogue(r.Send)},
	}
}

// titled are the chapters that have lines, as far as -v goes; whose ends each title.
func (p page) titled(whose string, chapters []chapter) (all []string) {
	for _, s := range chapters {
		if s.level > p.Verbose || len(s.lines) == 0 {
			continue
		}
		all = append(all, s.title+whose+":")
		for _, line := range s.lines {
			all = append(all, "  "+line)
		}
	}
	return all
}

// otherFindings are those that the first line does not show.
func (p page) otherFindings() []string {
	var all []string
	for _, f := range p.Findings {
		if f.Status != p.Status || f.Status == verdict.OK {
			found := clause{text: p.of(f).sentence(f, true, fault.Whole)}
			if f.Address != "" {
				found.at = []string{f.Address}
			}
			all = append(all, f.Status.String()+" - "+p.addressed(found))
		}
	}
	return all
}

// cutWords is what the server said, if the first line has not room for all of it.
func (p page) cutWords() []string {
	var all []string
	for _, f := range p.Worst() {
		if at := p.of(f); f.Fault != nil && at.said(f, fault.Whole) != at.said(f, fault.InLine) {
			all = append(all, at.said(f, fault.Whole))
		}
	}
	return all
}

func addresses(attempts []report.Attempt) []string {
	var all []string
	for _, a := range attempts {
		result := "connected"
		if a.Error != "" {
			result = fault.Shorten(a.Error, maxText)
		}
		if a.Tries > 1 {
			result += fmt.Sprintf(" in %d tries", a.Tries)
		}
		all = append(all, fmt.Sprintf("%s  %s, %s", a.Address, result, fault.Duration(a.Time)))
	}
	return all
}

// phases is the table of times: what took how long.
func phases(r *report.Report) []string {
	var all []string
	for _, ph := range r.Phases {
		line := fmt.Sprintf("%-9s %10.3f ms", ph.Name, milliseconds(ph.Time))
		if ph.Failed {
			line += "  failed"
		}
		all = append(all, line)
	}
	if r.Time != nil {
		all = append(all, fmt.Sprintf("%-9s %10.3f ms", "time", milliseconds(*r.Time)))
	}
	return all
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func login(r *report.Report) []string {
	l := r.Login
	if l == nil {
		return nil
	}
	line := "with " + l.Mechanism
	if l.User != "" {
		line = fault.Shorten(l.User, maxWord) + source(r.UserFrom) + " " + line
	}
	switch from := fault.Shorten(l.Source, maxWord); {
	case from == "":
	default:
		line += ", " + secretName(l) + " from " + from
	}
	return append([]string{line}, refusals(r)...)
}

// source is where a name came from that was not typed.
func source(from string) string {
	if from == "" {
		return ""
	}
	return " (from " + fault.Shorten(from, maxWord) + ")"
}

// token says where the access token came from, never what it is.
func token(t *report.Token) []string {
	if t == nil {
		return nil
	}
	from := "from " + fault.Shorten(t.Place, maxText)
	switch {
	case t.Kept && t.Left == 0:
		from += ", which gave none " + fault.Age(t.Age) + " ago"
	case t.Kept:
		from += fmt.Sprintf(", kept from %s ago, for %s more", fault.Age(t.Age), fault.Age(t.Left))
	case t.Left > 0 && t.Unkept == "":
		from += ", asked for now, kept for " + fault.Age(t.Left)
	case t.Unkept != "":
		return []string{from + ", asked for now", "not kept: " + fault.Shorten(t.Unkept, maxText)}
	}
	return []string{from}
}

// ticket says whose ticket it is, for what, and where it came from.
func ticket(t *report.Ticket) []string {
	if t == nil {
		return nil
	}
	line := fault.Shorten(t.Client, maxWord) + " for " + fault.Shorten(t.Service, maxWord) + ", from " + fault.Shorten(t.Place, maxWord)
	if t.Kept {
		line += ", kept from an earlier run"
	}
	if !t.End.IsZero() {
		line += ", until " + moment(t.End) + " UTC"
	}
	if t.Unkept != "" {
		return []string{line, "not kept: " + fault.Shorten(t.Unkept, maxText)}
	}
	return []string{line}
}

// lines are what a server or a program said, as lines.
func lines(said []string) []string {
	var all []string
	for _, line := range said {
		all = append(all, fault.Shorten(line, maxDialogue))
	}
	return all
}

// dialogue marks the client's lines C and the server's S.
func dialogue(transcript []report.Line) []string {
	var all []string
	for _, l := range transcript {
		mark, text := "S: ", "(not shown)"
		if l.From == report.FromClient {
			mark = "C: "
		}
		if l.Text != nil {
			text = fault.Shorten(*l.Text, maxDialogue)
		}
		all = append(all, mark+text)
	}
	return all
}

// credentials are what is logged in with, and until when.
func credentials(own []report.Credential) []string {
	var all []string
	for _, c := range own {
		if !c.To.IsZero() {
			all = append(all, fault.Shorten(c.Name, maxText)+": until "+moment(c.To)+" UTC")
		}
	}
	return all
}
