package render

import (
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// session is the phases after the greeting, in which a command is sent.
const session = "capa stls login stat list uidl top retr noop reset delete quit"

// cells are the phases in which each kind of fault can occur; "-" is none.
var cells = map[fault.Kind]string{
	fault.Usage:              "password token ticket output",
	fault.DNS:                "resolve tlsa connect",
	fault.Refused:            "connect",
	fault.Unreachable:        "connect tls greeting " + session,
	fault.Proxy:              "resolve connect proxy",
	fault.Timeout:            "password resolve tlsa connect proxy tls greeting " + session,
	fault.Closed:             "connect tls greeting " + session,
	fault.TLS:                "tls greeting " + session,
	fault.TLSVersion:         "tls stls",
	fault.TLSLegacy:          "tls stls",
	fault.TLSPolicy:          "tls stls",
	fault.Certificate:        "tls stls crl",
	fault.OCSP:               "tls stls",
	fault.CRL:                "crl",
	fault.Greeting:           "greeting",
	fault.Mismatch:           "greeting",
	fault.STLS:               "stls",
	fault.Cleartext:          "login",
	fault.Mechanism:          "login",
	fault.Token:              "token",
	fault.Ticket:             "ticket",
	fault.TLSRequired:        "login",
	fault.Auth:               "login stat list",
	fault.InUse:              "login stat list",
	fault.LoginDelay:         "login stat",
	fault.Temporary:          session,
	fault.Permanent:          session,
	fault.Command:            session,
	fault.Protocol:           "greeting " + session,
	fault.CleartextOffered:   "capa",
	fault.Unjudged:           "- uidl top retr",
	fault.Empty:              "stat top retr",
	fault.Address:            "connect",
	fault.CredentialExpiry:   "-",
	fault.MailAuthentication: "top",
	fault.Clock:              "top",
	fault.Consistency:        "list uidl top retr reset delete",
	fault.Send:               "send",
	fault.Deferred:           "send",
	fault.Bounce:             "top",
	fault.Probes:             "top",
	fault.Interrupted:        "- password resolve connect tls crl greeting token " + session,
	fault.Internal:           "- resolve connect tls crl greeting token " + session,
}

// No fault is without a hint, however little is known. What to type after a
// mistake of the user is in its text.
func TestEachKindHasAHint(t *testing.T) {
	for _, row := range verdict.Kinds() {
		phases := strings.Fields(cells[row.Kind])
		if row.Kind == fault.Usage {
			continue
		}
		if len(phases) == 0 {
			t.Errorf("%s occurs nowhere", row.Kind)
		}
		for _, phase := range phases {
			p := page{Verdict: verdict.Verdict{Report: &report.Report{}}}
			f := verdict.Finding{Phase: strings.Trim(phase, "-"), Fault: fault.New(row.Kind, "x"), Options: []string{"--newest-warning"}}
			if p.hint(f) == "" {
				t.Errorf("%s in %s has no hint", row.Kind, phase)
			}
		}
	}
}

// Each row can be reached.
func TestEachRowIsOfACell(t *testing.T) {
	for _, row := range kindHints {
		for _, phase := range strings.Fields(row.phases) {
			if !slices.Contains(strings.Fields(cells[row.kind]), phase) {
				t.Errorf("%s does not occur in %s", row.kind, phase)
			}
		}
	}
}
