package probe

import (
	"errors"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// codes are the response codes that say what an -ERR means (RFC 2449, section 8.1,
// and RFC 3206, section 4).
var codes = []struct {
	code string
	kind fault.Kind
}{
	{"AUTH", fault.Auth},
	{"IN-USE", fault.InUse},
	{"LOGIN-DELAY", fault.LoginDelay},
	{"SYS/TEMP", fault.Temporary},
	{"SYS/PERM", fault.Permanent},
}

// kindOfCode returns the kind that a response code stands for. A code below a
// known one belongs to it (RFC 2449, section 8).
func kindOfCode(code string) (fault.Kind, bool) {
	for _, row := range codes {
		if code == row.code || strings.HasPrefix(code, row.code+"/") {
			return row.kind, true
		}
	}
	return "", false
}

// What servers say that want TLS first, and what is about the name at USER, which
// RFC 1939, section 7, allows. Both in lower case.
var (
	tlsWords = []string{
		"not valid in this state", "plaintext authentication disallowed", "only available under a layer", "tls required",
		"ssl required", "must issue a stls", "stls command first", "requires tls", "requires ssl", "incorrect state",
		"unknown authorization state command", "login disabled", "invalid command", "encryption required", "secure connection",
		"use ssl", "use tls", "use stls", "use starttls", "over ssl", "over tls", "without ssl", "without tls",
	}
	nameWords = []string{"no such user", "unknown user", "user unknown", "no such mailbox", "no mailbox", "never heard"}
)

// faultOf returns the fault that ended a phase.
func (s *session) faultOf(phase string, err error) *fault.Error {
	if refusal, ok := errors.AsType[*pop3.Error](err); ok {
		f := refused(phase, refusal, s.plan.Security == report.Clear)
		if phase == "login" {
			s.login.explain(f)
		}
		return f
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	if isTimeout(err) {
		return fault.New(fault.Timeout, "no answer")
	}
	return fault.Of(err)
}

// refused returns the fault of an -ERR, with the server's words without a code
// that says the same as the kind. What it says of a login is for package render,
// which knows whose login it was.
func refused(phase string, refusal *pop3.Error, clear bool) *fault.Error {
	f := &fault.Error{Kind: kindOf(phase, refusal, clear), Said: refusal.Text, Err: refusal}
	f.Problem = wordingOf(refusal.Text).problemFor(f.Kind)
	if reason, known := reasonOf(refusal.Reason); known && f.Kind == fault.Auth {
		f.Kind, f.Problem = reason.kind, reason.problem
	}
	if f.Kind == fault.Auth && f.Problem == "" && refusal.Command == "USER" {
		f.Problem = fault.NameRefused // there was no password yet
	}
	if kind, known := kindOfCode(refusal.Code); known && (kind == f.Kind || f.Kind == fault.TLSRequired) {
		_, after, _ := strings.Cut(refusal.Text, "]")
		f.Said = strings.TrimSpace(after)
	}
	if refusal.Reason != "" {
		f.Said = strings.TrimSpace(f.Said + " (" + refusal.Reason + ")")
	}
	if phase != "login" || refusal.Unsolicited {
		f.Text = refusedText(phase, f.Kind, refusal)
	}
	return f
}

// refusedText says what was refused.
func refusedText(phase string, kind fault.Kind, refusal *pop3.Error) string {
	switch {
	case phase == "greeting":
		return "the server refuses the session"
	case phase == "stat" && (kind == fault.Temporary || kind == fault.Permanent) && !containsAny(refusal.Text, []string{"shut"}):
		return "the server could not open the mailbox" // Dovecot says so before it is asked
	case refusal.Unsolicited:
		return "the server ended the session"
	}
	return "the server refused " + refusal.Command
}

// kindOf returns the kind of an -ERR, by the phase, the code and the words. clear
// is true if the session does not use TLS.
func kindOf(phase string, refusal *pop3.Error, clear bool) fault.Kind {
	kind, coded := kindOfCode(refusal.Code)
	row := wordingOf(refusal.Text)
	inLogin := phase == "login" && !refusal.Unsolicited
	switch {
	case phase == "greeting":
		return fault.Greeting
	case phase == "stls" && !refusal.Unsolicited:
		return fault.STLS
	case coded && kind != fault.Auth:
		return kind
	case inLogin && clear && (containsAny(refusal.Text, tlsWords) || atUser(refusal) && !row.ofUser() && !row.ofServer()):
		return fault.TLSRequired
	case !coded && (row.ofServer() || inLogin && row.kind != ""):
		return row.kind
	case refusal.Unsolicited && !coded:
		return fault.Closed
	case coded:
		return kind
	case phase == "login":
		return fault.Auth
	}
	return fault.Command
}

// atUser reports whether a login was refused at USER, when there was no password
// to be judged yet, unless the words are about the name.
func atUser(refusal *pop3.Error) bool {
	return refusal.Command == "USER" && !containsAny(refusal.Text, nameWords)
}

func containsAny(text string, words []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
