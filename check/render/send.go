package render

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// isOfSending reports whether a fault is about the mail that is sent, which stands
// beside what the mail server showed.
func isOfSending(kind fault.Kind) bool { return kind == fault.Send || kind == fault.Deferred }

// silentSender is for a submission server that does not greet.
func silentSender(c cause) string {
	if c.leftLittle() {
		return littleTime
	}
	return "check the port of --send-via: 465 wants --send-tls, firewalls block 25"
}

// slowSender is for a submission server that has greeted.
func slowSender(c cause) string {
	if c.leftLittle() {
		return littleTime
	}
	return "look at its load and log"
}

const littleTime = "try a longer -t: little time was left"

// leftLittle reports whether a phase without a limit of its own had less than a
// quarter of the time.
func (c cause) leftLittle() bool {
	limited := slices.ContainsFunc(c.report.Phases, func(p report.Phase) bool { return p.Name == c.phase && p.Budget > 0 })
	return !limited && c.fault.Within > 0 && c.fault.Within < c.budget/4
}

// wantsMore is for a submission server that wants TLS or a login.
func wantsMore(c cause) string {
	s := c.report.Send
	switch {
	case s != nil && s.TLS != nil && c.fault.Problem == fault.SendTLSWanted:
		return "look at its log: the session has TLS"
	case s != nil && s.Mechanism != "":
		return "look at its log: a login went before"
	}
	return "leave out --send-clear, or have it relay for this host"
}

// refusedSender is for a login that the submission server refused. What has logged in
// to the mailbox a moment ago is right.
func refusedSender(c cause) string {
	s, l := c.report.Send, c.report.Login
	if s != nil && l != nil && s.User == l.User && s.Source == l.Source {
		return "have SMTP allowed for it (POP3 takes it), or use --send-user"
	}
	return "check its password, and that SMTP is allowed"
}

// otherFrom is for a refused sender.
func otherFrom(c cause) string {
	if s := c.report.Send; s != nil && s.Mechanism == "" {
		return "give --send-from an address that it takes mail from"
	}
	return "give --send-from an address of the user"
}

// sent is what became of the mail of this run.
func sent(s *report.Send) []string {
	switch {
	case s == nil:
		return nil
	case !s.Next.IsZero():
		return []string{"by " + s.Server + ", next one at " + moment(s.Next) + " UTC"}
	}
	all := []string{"by " + s.Server, "from " + fault.Shorten(s.From, maxWord) + " to " + fault.Shorten(s.To, maxWord)}
	if s.Address != "" {
		all[0] += ", at " + s.Address
	}
	if s.TLS != nil {
		all = append(all, "TLS: "+agreed(s.TLS))
	}
	if s.Mechanism != "" {
		all = append(all, fault.Shorten(s.User, maxWord)+" with "+s.Mechanism+", "+fault.Shorten(s.Source, maxWord))
	}
	var parts []string
	for _, p := range s.Parts {
		parts = append(parts, p.Name+" "+fault.Duration(p.Time))
	}
	if len(parts) > 0 {
		all = append(all, strings.Join(parts, ", "))
	}
	switch {
	case s.Answer != "":
		all = append(all, "accepted: "+quoteWhole(s.Answer))
	case s.ID != "":
		all = append(all, "not answered: it may be on its way")
	}
	if s.ID != "" {
		all = append(all, "probe "+s.ID)
	}
	return all
}

// sentDialogue is the dialogue with the submission server.
func sentDialogue(s *report.Send) []string {
	if s == nil {
		return nil
	}
	return dialogue(s.Transcript)
}

// withoutDialogue is what became of the mail without the dialogue.
func withoutDialogue(s *report.Send) *report.Send {
	if s == nil {
		return nil
	}
	silent := *s
	silent.Transcript = nil
	return &silent
}

// withoutAnswers is what became of the mail without what the server said.
func withoutAnswers(s *report.Send) *report.Send {
	if s == nil {
		return nil
	}
	silent := *s
	silent.Answer, silent.Transcript = "", slices.Clone(s.Transcript)
	for i, line := range silent.Transcript {
		if line.From == report.FromServer {
			silent.Transcript[i].Text = nil
		}
	}
	return &silent
}
