package render

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A hinted is one story for a tip.
type hinted struct {
	phase    string
	fault    *fault.Error
	port     uint16
	security report.Security
	capas    []string // nil: none known
	tls      bool     // a handshake was seen
	want     string   // "": no hint
}

func (h hinted) report() *report.Report {
	r := broke(h.phase, h.fault)
	r.Port, r.Security = h.port, h.security
	if h.capas != nil {
		r.Capabilities = h.capas
	}
	if h.phase == "password" {
		r.Helper = []string{"the store is locked"}
	}
	if h.tls {
		r.TLS = &report.TLS{Version: "TLS 1.3"}
	}
	return r
}

var (
	silence   = &fault.Error{Kind: fault.Timeout, Within: 10 * time.Second}
	hungUp    = &fault.Error{Kind: fault.Closed, Text: "the server hung up"}
	wantsSTLS = &fault.Error{Kind: fault.TLSRequired, Said: "Command is not valid in this state."}
)

func greeted(said string) *fault.Error {
	return &fault.Error{Kind: fault.Greeting, Text: "not a POP3 greeting", Said: said}
}

func answered(said string) *fault.Error {
	return &fault.Error{Kind: fault.TLS, Text: "no TLS: the server answers in plain text", Said: said}
}

func untrusted(p fault.Problem) *fault.Error {
	return &fault.Error{Kind: fault.Certificate, Text: "x", Problem: p}
}

func tokenRefused(said string) *fault.Error {
	return &fault.Error{Kind: fault.Token, Said: said, Text: "from x"}
}

const elsewhere = "; POP3 is usually on port 110, or on 995 with --tls"

// The hints that save a phone call, by what was seen.
var hintStories = merge(merge(tlsStories, daneStories), map[string]hinted{
	"silence on the TLS port": {"greeting", silence, 995, report.Clear, nil, false, "port 995 speaks TLS from the first byte, try --tls"},
	"STLS on the TLS port":    {"greeting", silence, 995, report.STLS, nil, false, "port 995 speaks TLS from the first byte, try --tls instead of --starttls"},
	"silence on another port": {"greeting", silence, 1995, report.Clear, nil, false, "if port 1995 speaks TLS from the first byte, try --tls"},
	"silence within TLS":      {"greeting", silence, 995, report.TLSFirst, nil, true, ""},
	"silence before TLS":      {"tls", silence, 110, report.TLSFirst, nil, false, ""},
	"silence later":           {"stat", silence, 995, report.Clear, nil, false, ""},
	"a TLS alert":             {"greeting", greeted("\x15\x03\x01\x00\x02\x02F"), 1995, report.Clear, nil, false, "the server speaks TLS from the first byte, try --tls"},
	"a TLS handshake":         {"greeting", greeted("\x16\x03\x03\x00\x7a"), 995, report.STLS, nil, false, "the server speaks TLS from the first byte, try --tls"},
	"POP3 in clear":           {"tls", answered("+OK Dovecot ready."), 110, report.TLSFirst, nil, false, "the port speaks POP3 in clear, try --starttls, or no TLS"},
	"a refusal in clear":      {"tls", answered("-ERR busy"), 110, report.TLSFirst, nil, false, "the port speaks POP3 in clear, try --starttls, or no TLS"},
	"HTTP":                    {"greeting", greeted("HTTP/1.1 400 Bad Request"), 80, report.Clear, nil, false, "that is HTTP" + elsewhere},
	"a page":                  {"greeting", greeted("<!DOCTYPE html>"), 80, report.Clear, nil, false, "that is HTTP" + elsewhere},
	"HTTP within TLS":         {"greeting", greeted("HTTP/1.1 400 Bad Request"), 443, report.TLSFirst, nil, true, "that is HTTP" + elsewhere},
	"IMAP":                    {"greeting", greeted("* OK [CAPABILITY IMAP4rev1] ready"), 143, report.Clear, nil, false, "that is IMAP" + elsewhere},
	"SMTP":                    {"greeting", greeted("220 mail.example.org ESMTP"), 25, report.Clear, nil, false, "that is SMTP" + elsewhere},
	"SMTP, several lines":     {"tls", answered("220-mail.example.org ESMTP"), 25, report.TLSFirst, nil, false, "that is SMTP" + elsewhere},
	"SSH":                     {"greeting", greeted("SSH-2.0-OpenSSH_9.2p1"), 22, report.Clear, nil, false, "that is SSH" + elsewhere},
	"SSH where TLS should be": {"tls", answered("SSH-2.0-OpenSSH_9.2p1"), 22, report.TLSFirst, nil, false, "that is SSH" + elsewhere},
	"something else":          {"greeting", greeted("hello"), 110, report.Clear, nil, false, ""},
	"lower case":              {"greeting", greeted("+ok"), 110, report.Clear, nil, false, ""},
	"hang-up at once":         {"greeting", hungUp, 110, report.Clear, nil, false, "a server does so at its limit of connections, and a proxy with nothing behind it"},
	"hang-up later":           {"stat", hungUp, 110, report.Clear, nil, false, ""},
	"refused":                 {"connect", fault.New(fault.Refused, "connection refused"), 110, report.Clear, nil, false, "nothing listens there" + elsewhere},
	"TLS before login":        {"login", wantsSTLS, 110, report.Clear, nil, false, "the server wants TLS before login, try --starttls or --tls on port 995"},
	"TLS before login, STLS":  {"login", wantsSTLS, 110, report.Clear, []string{"TOP", "stls"}, false, "the server wants TLS before login, try --starttls or --tls on port 995"},
	"no STLS to log in by":    {"login", wantsSTLS, 110, report.Clear, []string{"TOP", "USER"}, false, "the server wants TLS before login, try --tls on port 995"},
	"password in clear":       {"login", fault.New(fault.Cleartext, "x"), 110, report.Clear, nil, false, "use --tls, --starttls, or --allow-cleartext-login"},
	"STLS not offered":        {"stls", fault.New(fault.STLS, "STLS is not offered"), 110, report.STLS, []string{"TOP", "SASL PLAIN"}, false, "the server offers TOP, SASL PLAIN; try --tls on port 995"},
	"no CAPA":                 {"stls", fault.New(fault.STLS, "STLS is not offered"), 110, report.STLS, nil, false, "the server has no CAPA, try --tls on port 995"},
	"STLS refused":            {"stls", &fault.Error{Kind: fault.STLS, Said: "no"}, 110, report.STLS, []string{"STLS"}, false, ""},
	"text behind STLS":        {"stls", &fault.Error{Kind: fault.STLS, Text: "injected", Said: "+OK"}, 110, report.STLS, []string{"STLS"}, false, ""},
	"slow login":              {"login", silence, 110, report.Clear, nil, false, "servers answer up to 17 s late after wrong passwords or while the mailbox is in use, try -t 30s"},
	"wrong name":              {"tls", untrusted(fault.WrongName), 995, report.TLSFirst, nil, true, "try the name that users connect to, by -H or --sni"},
	"no name at all":          {"tls", untrusted(fault.NoName), 995, report.TLSFirst, nil, true, "have it issued anew with its names in subjectAltName, newer clients do not look at the common name"},
	"an FTP server":           {"greeting", greeted("220 (vsFTPd 3.0.3)"), 21, report.Clear, nil, false, "that is FTP" + elsewhere},
	"self-signed":             {"tls", untrusted(fault.SelfSigned), 995, report.TLSFirst, nil, true, "if that is meant to be, name the certificate with --ca-file"},
	"unknown issuer":          {"tls", untrusted(fault.UnknownIssuer), 995, report.TLSFirst, nil, true, "if that authority is yours, name its certificate with --ca-file"},
	"intermediate not sent": {"stls", untrusted(fault.MissingIntermediate), 110, report.STLS, nil, true,
		"if that authority is yours, name its certificate with --ca-file; if not, let the server send its intermediate certificates"},
	"no roots":       {"tls", untrusted(fault.NoRoots), 995, report.TLSFirst, nil, true, "install ca-certificates, or name a file with --ca-file"},
	"another reason": {"tls", untrusted(fault.OtherProblem), 995, report.TLSFirst, nil, true, ""},
	"nothing in common": {"login", fault.New(fault.Mechanism, "no mechanism in common"), 110, report.Clear, []string{"SASL CRAM-MD5 GSSAPI", "USER"}, false,
		"the server offers CRAM-MD5, GSSAPI, USER"},
	"a large mailbox": {"uidl", silence, 110, report.Clear, nil, false, "a large mailbox takes its time, try -t 30s"},
	"nothing there":   {"stat", fault.New(fault.Empty, "x"), 110, report.Clear, nil, false, "servers also show a mailbox so that they cannot read"},
	"EXPIRE 0":        {"retr", fault.New(fault.Usage, "x"), 110, report.Clear, nil, false, "leave retr out of --steps"},
	"no such message": {"retr", fault.New(fault.Command, "x"), 110, report.Clear, nil, false, "the message may be gone, --retr names another"},
	"damaged index":   {"list", fault.New(fault.Consistency, "x"), 110, report.Clear, nil, false, "rebuild the mailbox's index (Dovecot: doveadm force-resync, Cyrus: reconstruct)"},
	"another length":  {"retr", fault.New(fault.Consistency, "x"), 110, report.Clear, nil, false, "some servers (UW, mailfront, solid-pop3d) count octets that they do not send, else rebuild the index"},
	"no date":         {"top", fault.New(fault.Consistency, "x"), 110, report.Clear, nil, false, ""},
	"a locked store":  {"password", fault.New(fault.Usage, "x"), 110, report.Clear, nil, false, "-v shows what it said"},
	"a client that is not known": {"token", tokenRefused("invalid_client: AADSTS7000222: expired"), 995, report.Clear, nil, false,
		"the client id or its secret, key or certificate is wrong, or has expired"},
	"a client that may not": {"token", tokenRefused("unauthorized_client"), 995, report.Clear, nil, false,
		"grant the application what it asks for (Google: domain-wide delegation of https://mail.google.com/ to the client id of the service account)"},
	"a grant that has ended": {"token", tokenRefused("invalid_grant: Bad Request"), 995, report.Clear, nil, false,
		"a refresh token that has ended is replaced with --oauth-login; the user of a service account has to exist, and this host's clock to be right"},
	"a scope that is not known":   {"token", tokenRefused("invalid_scope: no"), 995, report.Clear, nil, false, "try another --oauth-scope"},
	"a token server that is busy": {"token", tokenRefused("temporarily_unavailable"), 995, report.Clear, nil, false, ""},
	"the words of a mail server":  {"login", &fault.Error{Kind: fault.Auth, Said: "invalid_client"}, 995, report.TLSFirst, nil, false, ""},
	"wrong password":              {"login", fault.New(fault.Auth, "no"), 110, report.Clear, []string{"STLS"}, false, ""},
})

func merge(a, b map[string]hinted) map[string]hinted {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func TestHints(t *testing.T) {
	for name, h := range hintStories {
		r := h.report()
		f := verdict.Judge(r, verdict.Limits{}).Findings[0]
		if got := (page{v: verdict.Verdict{Report: r}}).hint(f); got != h.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, h.want)
		}
		line := text(r, verdict.Limits{}, Options{})
		tail := fmt.Sprintf("[%s]", h.fault.Kind)
		if h.want != "" {
			tail += "; " + h.want
		}
		if !strings.HasSuffix(line, tail) {
			t.Errorf("%s: %s", name, line)
		}
	}
}

// Each tip is given by one story at least, and each of its words is seen.
func TestEachTipIsTold(t *testing.T) {
	var all []toldOf
	for _, h := range hintStories {
		all = append(all, toldOf{h.report(), h.want})
	}
	all = append(all, loginStories()...)
	for _, c := range clientStories {
		all = append(all, toldOf{asked(c.client, c.fault), c.want})
	}
	for i, tip := range tips {
		told := false
		for _, s := range all {
			f := s.report.Findings[0]
			told = told || s.want != "" && tip.when(f.Fault, f.Phase, s.report) && tip.try(f.Fault, page{v: verdict.Verdict{Report: s.report}}) == s.want
		}
		if !told {
			t.Errorf("no story tells tip %d", i)
		}
	}
}

// Octets of TLS are not for reading, whatever the hint.
func TestTLSIsNotQuoted(t *testing.T) {
	checkText(t, hintStories["a TLS alert"].report(),
		"POP3 CRITICAL - greeting: not a POP3 greeting [greeting]; the server speaks TLS from the first byte, try --tls")
}

// A server that goes on in clear behind STLS cannot be told to try STLS.
func TestNoHintToTryWhatWasTried(t *testing.T) {
	r := broke("stls", answered("+OK Dovecot ready."))
	r.Security = report.STLS
	if line := text(r, verdict.Limits{}, Options{}); strings.Contains(line, "--starttls") {
		t.Error(line)
	}
}

// An empty line behind STLS is an injection, too, and not STLS missing.
func TestEmptyLineBehindSTLS(t *testing.T) {
	r := broke("stls", &fault.Error{Kind: fault.STLS, Text: "text injected behind the answer to STLS"})
	r.Security, r.Capabilities = report.STLS, []string{"STLS"}
	if line := text(r, verdict.Limits{}, Options{}); strings.Contains(line, "offers") {
		t.Error(line)
	}
}

// What the capabilities say is cleaned and bounded within a hint, too.
func TestHintsAreClean(t *testing.T) {
	h := hintStories["STLS not offered"]
	h.capas = []string{"A|B\x1b[2J", strings.Repeat("x", 1000), "C\nD"}
	line := text(h.report(), verdict.Limits{}, Options{})
	if strings.ContainsAny(line, "|\x1b\n") || len(line) > 600 || !strings.Contains(line, "the server offers A B[2J, xxx") {
		t.Error(line)
	}
}

func TestProtocolOf(t *testing.T) {
	for said, want := range map[string]string{
		"+OK": "POP3", "-ERR no": "POP3", "HTTP/1.0 200 OK": "HTTP", "<html>": "HTTP", "* BYE": "IMAP", "* PREAUTH x": "IMAP",
		"421 too busy": "SMTP", "554-no": "SMTP", "SSH-1.99-x": "SSH", "\x17\x03\x03": "TLS", "\x14\x03\x03": "TLS",
		"": "", "OK": "", "220": "", "* ": "", "\x15": "", "\x15\x02": "", "http/1.1": "",
	} {
		if got := protocolOf(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

// A budget that other phases had used up is not blamed on the phase that it
// ended, nor is more time for that phase advised.
func TestBudgetUsedByOthers(t *testing.T) {
	for took, want := range map[time.Duration]string{
		160 * time.Millisecond: "POP3 CRITICAL - login: no answer within the 160 ms that were left of 2 s [timeout]",
		2 * time.Second: "POP3 CRITICAL - login: no answer within 2 s [timeout]; " +
			"servers answer up to 17 s late after wrong passwords or while the mailbox is in use, try -t 30s",
	} {
		r := broke("login", &fault.Error{Kind: fault.Timeout, Within: 2 * time.Second})
		r.Phases = []report.Phase{{Name: "login", Time: took, Failed: true}}
		if got := text(r, verdict.Limits{Timeout: 2 * time.Second}, Options{}); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
