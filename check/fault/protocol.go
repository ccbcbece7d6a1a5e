package fault

import "strings"

// openings are how protocols begin, the first that fits: FTP begins like SMTP.
var openings = []struct {
	begin, also string
	problem     Problem
}{
	{"+OK", "", InClear}, {"-ERR", "", InClear},
	{"HTTP/", "", SpeaksHTTP}, {"<!DOCTYPE", "", SpeaksHTTP}, {"<html", "", SpeaksHTTP},
	{"* OK", "", SpeaksIMAP}, {"* PREAUTH", "", SpeaksIMAP}, {"* BYE", "", SpeaksIMAP},
	{"220", "FTP", SpeaksFTP}, {"421 ", "FTP", SpeaksFTP},
	{"220 ", "", SpeaksSMTP}, {"220-", "", SpeaksSMTP}, {"421 ", "", SpeaksSMTP},
	{"554 ", "", SpeaksSMTP}, {"554-", "", SpeaksSMTP},
	{"SSH-", "", SpeaksSSH},
	{"\x15\x03", "", SpeaksTLS}, {"\x16\x03", "", SpeaksTLS}, {"\x14\x03", "", SpeaksTLS}, {"\x17\x03", "", SpeaksTLS},
}

// Protocol is what a server speaks, "IMAP", if the problem is that it is not what
// was expected.
func (p Problem) Protocol() string {
	if p == InClear {
		return "plain POP3"
	}
	name, _ := strings.CutPrefix(string(p), "speaks ")
	return strings.ToUpper(name)
}

// Spoken returns e, of kind TLS or Greeting, with what the server said first
// instead, and with the protocol that begins so as its problem and in its text.
// Octets of TLS are not for reading and are left out.
func (e *Error) Spoken(said string) *Error {
	wanted := "POP3"
	if e.Kind == TLS {
		wanted = "TLS"
	}
	for _, o := range openings {
		if strings.HasPrefix(said, o.begin) && strings.Contains(said, o.also) {
			e.Problem, e.Text = o.problem, "the server speaks "+o.problem.Protocol()+", not "+wanted
			break
		}
	}
	if e.Said = said; e.Problem == SpeaksTLS {
		e.Said = ""
	}
	return e
}
