package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// maxDialogue bounds a line of the dialogue, in characters.
const maxDialogue = 500

// verbose is what an administrator pastes into a ticket: a section each, as far
// as -v goes.
func (p page) verbose() []string {
	sections := []struct {
		level int
		title string
		lines []string
	}{
		{1, "Findings", p.findings()},
		{1, "Notes", slices.Concat(p.o.Notes, p.mailboxNotes())},
		{1, "Addresses", p.addresses()},
		{1, "Phases", p.phases()},
		{1, "DANE", p.dane()},
		{1, "TLS", p.tls()},
		{1, "STLS", p.stls()},
		{1, "Password program", p.helper()},
		{1, "Access token", p.token()},
		{1, "Login", p.login()},
		{1, "Mailbox", p.mailbox()},
		{2, "Capabilities before TLS", p.capabilities(p.v.Report.BeforeTLS)},
		{2, "Capabilities", p.capabilities(p.v.Report.Capabilities)},
		{3, "Dialogue", p.dialogue()},
	}
	var all []string
	for _, s := range sections {
		if s.level > p.o.Verbose || len(s.lines) == 0 {
			continue
		}
		all = append(all, s.title+":")
		for _, line := range s.lines {
			all = append(all, "  "+line)
		}
	}
	return all
}

// findings lists those that the first line does not show.
func (p page) findings() []string {
	var lines []string
	for _, f := range p.v.Findings {
		if f.Status != p.v.Status || f.Status == verdict.OK {
			lines = append(lines, f.Status.String()+" - "+p.sentence(f, ""))
		}
	}
	return lines
}

func (p page) addresses() []string {
	var lines []string
	for _, a := range p.v.Report.Attempts {
		result := "connected"
		if a.Error != "" {
			result = clean(a.Error, maxText)
		}
		lines = append(lines, fmt.Sprintf("%s  %s, %s", a.Address, result, fault.Duration(a.Time)))
	}
	return lines
}

// phases is the table of times: what took how long, and from when on.
func (p page) phases() []string {
	var lines []string
	for _, ph := range p.v.Report.Phases {
		line := fmt.Sprintf("%-9s %10.3f ms", ph.Name, float64(ph.Time)/float64(time.Millisecond))
		if ph.Failed {
			line += "  failed"
		}
		lines = append(lines, line)
	}
	if t := p.v.Report.Time; t != nil {
		lines = append(lines, fmt.Sprintf("%-9s %10.3f ms", "time", float64(*t)/float64(time.Millisecond)))
	}
	return lines
}

func (p page) login() []string {
	l := p.v.Report.Login
	if l == nil {
		return nil
	}
	line := "with " + l.Mechanism
	if l.User != "" {
		line = clean(l.User, maxSaid) + p.userFrom() + " " + line
	}
	switch from := clean(l.Source, maxSaid); {
	case from == "":
	case l.Token:
		line += ", token from " + from
	default:
		line += ", password from " + from
	}
	return []string{line}
}

// userFrom is where a name came from that was not typed.
func (p page) userFrom() string {
	if from := p.v.Report.UserFrom; from != "" {
		return " (from " + clean(from, maxSaid) + ")"
	}
	return ""
}

// helper is what the program said that was asked for the password.
func (p page) helper() []string {
	var lines []string
	for _, line := range p.v.Report.Helper {
		lines = append(lines, clean(line, maxDialogue))
	}
	return lines
}

func (p page) capabilities(c []string) []string {
	if p.o.Jail {
		return nil
	}
	var lines []string
	for _, line := range c {
		lines = append(lines, clean(line, maxDialogue))
	}
	return lines
}

// dialogue marks the client's lines C and the server's S.
func (p page) dialogue() []string {
	var lines []string
	for _, l := range p.v.Report.Transcript {
		switch {
		case l.From == report.FromClient:
			lines = append(lines, "C: "+clean(*l.Text, maxDialogue))
		case p.o.Jail:
			lines = append(lines, "S: (not shown)")
		default:
			lines = append(lines, "S: "+clean(*l.Text, maxDialogue))
		}
	}
	return lines
}

// fit joins lines into at most max octets, cut at a line's end.
func fit(lines []string, max int) string {
	whole := joinLines(lines)
	if len(whole) <= max {
		return whole
	}
	var b strings.Builder
	for i, line := range lines {
		more := "… " + fault.Count(int64(len(lines)-i), "line") + " more\n"
		if b.Len()+len(line)+1+len(more) > max {
			b.WriteString(more)
			break
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
