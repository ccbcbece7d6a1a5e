package submit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// A Refusal is an answer by which the server refuses.
type Refusal struct {
	Asked  string // what it answers: "MAIL", "the message", "the greeting"
	Code   int
	Status string // the enhanced status code, RFC 3463: "5.7.1"; "" if there is none
	Text   string // all that it said, with code and status
}

func (r *Refusal) Error() string { return r.Asked + ": " + r.Text }

// statusCode is how a text with an enhanced status code begins (RFC 2034, section 4).
const statusCode = `^([245]\.\d{1,3}\.\d{1,3})(?: |$)`

// refusal returns the Refusal that an answer is. The status is repeated in front of
// each line, and shown once.
func (s *Session) refusal(r reply) *Refusal {
	refusal := &Refusal{Asked: s.Asked(), Code: r.code}
	lines := slices.Clone(r.lines)
	if found := regexp.MustCompile(statusCode).FindStringSubmatch(r.lines[0]); found != nil {
		refusal.Status = found[1]
	}
	for i, line := range lines[1:] {
		lines[i+1] = strings.TrimSpace(strings.TrimPrefix(line, refusal.Status))
	}
	refusal.Text = strings.TrimSpace(fmt.Sprintf("%d %s", r.code, strings.Join(lines, " ")))
	return refusal
}

// Lasting reports whether the server says that it is of no use to try again (RFC
// 5321, section 4.2.1).
func (r *Refusal) Lasting() bool { return r.Code/100 == 5 }

// unknown reports whether the server does not know the command (RFC 5321, section
// 4.2.4).
func (r *Refusal) unknown() bool { return r.Code == 500 || r.Code == 502 }

// Fault returns the fault that a refusal is.
func (r *Refusal) Fault() *fault.Error {
	row := r.class()
	f := &fault.Error{Kind: fault.Send, Problem: row.problem, Text: "the submission server " + r.what(), Said: r.Text, Err: r}
	if row.problem == fault.SendPutOff {
		f.Kind = fault.Deferred
		f.Text += " for now"
	}
	return f
}

// what says what was refused.
func (r *Refusal) what() string {
	switch {
	case r.Code == 421: // RFC 5321, section 3.8
		return "ended the session"
	case r.Asked == "AUTH":
		return "refused the login"
	}
	switch r.Asked {
	case "MAIL":
		return "refused the sender"
	case "RCPT":
		return "refused the recipient"
	case "DATA", "the message":
		return "refused the mail"
	case "the greeting":
		return "refused the session"
	}
	return "refused " + r.Asked
}

// A class is what some refusals mean. The fields that are not "" have to fit.
type class struct {
	asked   string // the commands, with a blank between
	codes   string // and enhanced status codes or their beginning, one of which has to fit
	words   string // in lower case, with "|" between, one of which has to fit
	problem fault.Problem
}

// classes is the table of refusals, the first that fits. Enhanced codes are those of
// RFC 3463, RFC 4954 and RFC 5248.
var classes = []class{
	{"", "4", "greylist|graylist|grey list|gray list|grey-list|gray-list", fault.SendPutOff},
	{"", "", "relay access|relay not|relaying|relay denied|unable to relay|not relay|allowed to relay|rcpthosts|5.7.54|not permitted to send to", fault.SendRelay},
	{"", "530 5.7 538 523", "starttls|must issue|requires tls|encryption required", fault.SendTLSWanted},
	{"MAIL RCPT DATA", "530 5.7.0 5.7.57", "", fault.SendLoginWanted},
	{"MAIL RCPT DATA", "4.7.20 4.7.21 4.7.22 4.7.23 4.7.24 4.7.26 5.7.20 5.7.21 5.7.22 5.7.23 5.7.24 5.7.26", "", fault.SendUnproven},
	{"MAIL RCPT DATA", "", "dmarc|dkim|spf fail|spf check|openspf|unauthenticated", fault.SendUnproven},
	{"MAIL RCPT DATA", "5", "authenticat|log in|login|logged in", fault.SendLoginWanted},
	{"AUTH", "4", "", fault.SendBusy},
	{"AUTH", "504 534 5.5.4 5.7.4", "mechanism|unrecognized auth|not supported|unsupported", fault.SendNoLogin},
	{"AUTH", "", "", fault.SendLogin},
	{"", "4", "limit|throttl|too many|too much|too fast|too often|slow down|sending rate|unusual rate", fault.SendPutOff},
	{"", "", "client host rejected|cannot find your|reverse dns|ptr record|helo command rejected", fault.SendBanned},
	{"RCPT DATA MAIL", "4.7", "", fault.SendPutOff},
	{"", "4.2.2 5.2.2", "", fault.SendRoom},
	{"RCPT DATA", "4 5", "quota|mailbox full|mailbox is full", fault.SendRoom},
	{"", "5.3.4 5.2.3", "", fault.SendSize},
	{"", "552", "size|large|big", fault.SendSize},
	{"", "4.3.1 5.3.1 452", "", fault.SendStorage},
	{"", "4 5", "no space|disk full|insufficient", fault.SendStorage},
	{"MAIL RCPT", "", "sender address|not owned|not allowed to send as|sendas|send as", fault.SendSender},
	{"MAIL", "5", "block|banned|reputation|spamhaus|client host", fault.SendBanned},
	{"MAIL", "5", "", fault.SendSender},
	{"RCPT", "4.1.1 5.1.1 5.1.2 5.1.3 5.1.6 5.1.10 5.2.1", "", fault.SendUnknown},
	{"RCPT", "55", "unknown|no such|does not exist|unrouteable|no mailbox|invalid recipient|not listed", fault.SendUnknown},
	{"", "4", "", fault.SendBusy},
	{"DATA", "", "", fault.SendContent},
	{"EHLO", "500 502", "", ""}, // it does not know EHLO
	{"EHLO", "", "", fault.SendBanned},
	{"", "55", "block|banned|reputation|spamhaus|listed|client host", fault.SendBanned},
}

// class returns the first class that fits; the zero class if none does.
func (r *Refusal) class() class {
	asked := strings.NewReplacer("the message", "DATA", "the greeting", "EHLO", "HELO", "EHLO").Replace(r.Asked)
	code, text := fmt.Sprint(r.Code), strings.ToLower(r.Text)
	for _, c := range classes {
		fits := c.codes == "" || slices.ContainsFunc(strings.Fields(c.codes), func(begin string) bool {
			return isCode(r.Status, begin) || strings.HasPrefix(code, begin)
		})
		said := slices.ContainsFunc(strings.Split(c.words, "|"), func(words string) bool { return strings.Contains(text, words) })
		if fits && said && (c.asked == "" || slices.Contains(strings.Fields(c.asked), asked)) {
			return c
		}
	}
	return class{}
}

// isCode reports whether a status code is that one, or one below it: 4.7.1 is below
// 4.7, and 5.1.10 is not below 5.1.1.
func isCode(status, begin string) bool {
	return strings.HasPrefix(status+".", begin+".")
}
