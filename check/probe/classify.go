package probe

import (
	"errors"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// codes are the response codes that say what an -ERR means: RFC 2449,
// section 8.1, and RFC 3206, section 4.
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

// byCode is the kind that a response code stands for. Levels below a known one
// belong to it (RFC 2449, section 8).
func byCode(code string) (fault.Kind, bool) {
	for _, row := range codes {
		if code == row.code || strings.HasPrefix(code, row.code+"/") {
			return row.kind, true
		}
	}
	return "", false
}

// The wordings of servers that have no codes, in lower case.
var (
	inUseWords = []string{
		"mailbox in use", "can't get lock", "locked by another", "already locked", "already in use", "lock busy", "mailbox is locked",
	}
	tlsWords = []string{
		"not valid in this state", "plaintext authentication disallowed", "only available under a layer", "tls required",
		"ssl required", "must issue a stls", "stls command first", "requires tls", "requires ssl", "incorrect state",
		"unknown authorization state command", "login disabled", "invalid command", "encryption required", "secure connection",
	}
	nameWords = []string{ // a refusal at USER that is about the name, which RFC 1939, section 7, allows
		"no such user", "unknown user", "user unknown", "no such mailbox", "no mailbox", "never heard",
	}
)

// classify gives what ended a phase its kind, for the refusals by the phase and
// the words, where the error did not bring one.
func (s *session) classify(phase string, err error) error {
	if refused, ok := errors.AsType[*pop3.Error](err); ok {
		return s.refusal(phase, refused)
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if late(err) {
		return fault.New(fault.Timeout, "no answer")
	}
	return fault.Of(err)
}

// refusal is the fault behind an -ERR, in the server's own words but for a code
// that the kind says already.
func (s *session) refusal(phase string, refused *pop3.Error) *fault.Error {
	f := &fault.Error{Kind: s.refusalKind(phase, refused), Said: refused.Text, Err: refused}
	if kind, known := byCode(refused.Code); known && (kind == f.Kind || f.Kind == fault.TLSRequired) {
		_, after, _ := strings.Cut(refused.Text, "]")
		f.Said = strings.TrimSpace(after)
	}
	if s.within != "" && phase == "login" {
		f.Said = strings.TrimSpace(f.Said + " (" + s.within + ")")
	}
	if f.Said == "" {
		f.Text = "refused without a word"
	}
	return f
}

func (s *session) refusalKind(phase string, refused *pop3.Error) fault.Kind {
	kind, coded := byCode(refused.Code)
	switch {
	case phase == "greeting":
		return fault.Greeting
	case phase == "stls" && !refused.Unsolicited:
		return fault.STLS
	case coded && kind != fault.Auth:
		return kind
	case refused.Unsolicited && !coded:
		return fault.Closed
	case !coded && says(refused.Text, inUseWords):
		return fault.InUse
	case phase == "login" && !refused.Unsolicited && s.wantsTLS(refused):
		return fault.TLSRequired
	case coded:
		return kind
	case phase == "login":
		return fault.Auth
	}
	return fault.Command
}

// wantsTLS says whether all speaks for TLS being wanted first: a login in clear
// that was refused in words known for it, or at USER, before the password was
// there to be judged, unless the words are about the name.
func (s *session) wantsTLS(refused *pop3.Error) bool {
	if s.plan.Security != report.Clear {
		return false
	}
	return says(refused.Text, tlsWords) || refused.Command == "USER" && !says(refused.Text, nameWords)
}

// atUser is an error at USER. A server that hangs up there in clear wants TLS.
func (s *session) atUser(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Closed && !errors.Is(err, pop3.ErrUnsent) && s.plan.Security == report.Clear {
		return &fault.Error{Kind: fault.TLSRequired, Text: "the server hung up right after USER", Err: err}
	}
	return err
}

func says(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
