package render

import (
	"fmt"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// usualPorts ends a hint about a port where another service answers.
const usualPorts = "POP3 is usually on port 110, or on 995 with --tls"

// A tip is what to try where the cause is well known.
type tip struct {
	when func(f *fault.Error, phase string, r *report.Report) bool
	try  func(f *fault.Error, p page) string
}

// say is the try of a tip that is always worded the same.
func say(text string) func(*fault.Error, page) string {
	return func(*fault.Error, page) string { return text }
}

// tips are the hints that save a phone call. The first that fits is shown.
var tips = []tip{
	{silentTLSPort, func(_ *fault.Error, p page) string { return "port 995 speaks TLS from the first byte, " + p.tryTLS() }},
	{silentGreeting, mayBeTLS},
	{answersTLS, say("the server speaks TLS from the first byte, try --tls")},
	{answersPOP3, say("the port speaks POP3 in clear, try --starttls, or no TLS")},
	{answersElse, thatIs},
	{problem(fault.OtherVersion), say("if that has to do, try a lower --tls-min")},
	{problem(fault.Unanswered), say("some do so that speak no such version (Dovecot), try a lower --tls-min; others at their limit of connections, and proxies with nothing behind them")},
	{problem(fault.ClientWanted), say("try --client-cert FILE")},
	{problem(fault.ClientRefused), clientEnded},
	{unknownName, say("try the name that users connect to, by --sni, or --sni '' for none")},
	{maybeClient, tryClient},
	{closedAtOnce, say("a server does so at its limit of connections, and a proxy with nothing behind it")},
	{refusedPort, say("nothing listens there; " + usualPorts)},
	{tokenSays("invalid_client"), say("the client id or its secret, key or certificate is wrong, or has expired")},
	{tokenSays("unauthorized_client"), say("grant the application what it asks for (Google: domain-wide delegation of https://mail.google.com/ to the client id of the service account)")},
	{tokenSays("invalid_grant"), say("a refresh token that has ended is replaced with --oauth-login; the user of a service account has to exist, and this host's clock to be right")},
	{tokenSays("invalid_scope"), say("try another --oauth-scope")},
	{kind(fault.TLSRequired), wantsTLS},
	{kind(fault.Cleartext), say("use --tls, --starttls, or --allow-cleartext-login")},
	{noSTLS, offered},
	{fewIterations, say("if that is meant to be, --scram-min-iterations allows it")},
	{noMechanism, offeredLogins},
	{failedHelper, ask},
	{refusedBinding, say("the server may know another channel binding (Cyrus 3.6: tls-unique), --channel-binding names it, or something on the way ends TLS")},
	{refusedWith("EXTERNAL"), say("the server has to trust the authority of the client certificate and to find the user in it; without -u it takes whom it finds")},
	{refusedWith("XOAUTH2", "OAUTHBEARER"), say("the token may have expired, be for another user or scope, or POP be switched off for the mailbox")},
	{refusedWith("APOP"), say("some servers keep a secret of its own for APOP, --auth names another way")},
	{wantsToken, say("passwords may be switched off there, --auth xoauth2 takes an access token")},
	{slowLogin, moreTime},
	{slowIndex, say("a large mailbox takes its time, try -t 30s")},
	{kind(fault.Empty), say("servers also show a mailbox so that they cannot read")},
	{expires, say("leave retr out of --steps")},
	{goneMessage, say("the message may be gone, --retr names another")},
	{damaged, say("rebuild the mailbox's index (Dovecot: doveadm force-resync, Cyrus: reconstruct)")},
	{otherOctets, say("some servers (UW, mailfront, solid-pop3d) count octets that they do not send, else rebuild the index")},
	{problem(fault.Expired), say("renew it, or have the server load the one that was renewed")},
	{problem(fault.NotYetValid), say("if it was issued long ago, this machine's clock is wrong")},
	{problem(fault.WrongName), say("try the name that users connect to, by -H or --sni")},
	{problem(fault.NoName), say("have it issued anew with its names in subjectAltName, newer clients do not look at the common name")},
	{problem(fault.SelfSigned), say("if that is meant to be, name the certificate with --ca-file")},
	{problem(fault.UnknownIssuer), say("if that authority is yours, name its certificate with --ca-file")},
	{problem(fault.MissingIntermediate), say("if that authority is yours, name its certificate with --ca-file; if not, let the server send its intermediate certificates")},
	{problem(fault.WeakKey), say("have it issued anew with RSA 2048 or ECDSA, other clients refuse it as well")},
	{problem(fault.WeakSignature), say("have it issued anew, other clients refuse it as well")},
	{problem(fault.WrongUsage), say("have it issued anew for server authentication")},
	{problem(fault.NoTLSA), say("publish it if that is your certificate")},
	{problem(fault.NoMatch), say("if the key was changed on purpose, publish that, beside the others until nobody has them in a cache")},
	{problem(fault.NotValidating), say("name one that validates by --resolver")},
	{problem(fault.NotSigned), say("clients do not go by what DNSSEC does not secure")},
	{problem(fault.Bogus), say("sign the zone anew, or mend the DS record in its parent")},
	{problem(fault.NoResolver), say("name another by --resolver")},
	{problem(fault.NotPinned), say("if the key was changed on purpose, that is the new --pin")},
	{problem(fault.Revoked), say("have it issued anew")},
	{problem(fault.NoStaple), say("turn OCSP stapling on, or have it issued without must-staple")},
	{kind(fault.OCSP), say("clients that look at it may refuse the server")},
	{problem(fault.NoRoots), say("install ca-certificates, or name a file with --ca-file")},
}

// hint is what to try after a fault, or "".
func (p page) hint(f verdict.Finding) string {
	for _, t := range tips {
		if t.when(f.Fault, f.Phase, p.v.Report) {
			return t.try(f.Fault, p)
		}
	}
	return ""
}

func kind(k fault.Kind) func(*fault.Error, string, *report.Report) bool {
	return func(f *fault.Error, _ string, _ *report.Report) bool { return f.Kind == k }
}

func problem(p fault.Problem) func(*fault.Error, string, *report.Report) bool {
	return func(f *fault.Error, _ string, _ *report.Report) bool { return f.Problem == p }
}

func silentGreeting(f *fault.Error, phase string, r *report.Report) bool {
	return f.Kind == fault.Timeout && phase == "greeting" && r.Security != report.TLSFirst
}

func silentTLSPort(f *fault.Error, phase string, r *report.Report) bool {
	return silentGreeting(f, phase, r) && r.Port == 995
}

func mayBeTLS(_ *fault.Error, p page) string {
	return fmt.Sprintf("if port %d speaks TLS from the first byte, %s", p.v.Report.Port, p.tryTLS())
}

func (p page) tryTLS() string {
	if p.v.Report.Security == report.STLS {
		return "try --tls instead of --starttls"
	}
	return "try --tls"
}

func answersTLS(f *fault.Error, _ string, r *report.Report) bool {
	return f.Kind == fault.Greeting && r.TLS == nil && protocolOf(f.Said) == "TLS"
}

func answersPOP3(f *fault.Error, _ string, r *report.Report) bool {
	return f.Kind == fault.TLS && r.Security == report.TLSFirst && r.TLS == nil && protocolOf(f.Said) == "POP3"
}

func answersElse(f *fault.Error, _ string, _ *report.Report) bool {
	return (f.Kind == fault.TLS || f.Kind == fault.Greeting) && f.Said != "" && protocolOf(f.Said) != "" && protocolOf(f.Said) != "POP3"
}

func thatIs(f *fault.Error, _ page) string {
	return "that is " + protocolOf(f.Said) + "; " + usualPorts
}

func closedAtOnce(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Closed && phase == "greeting"
}

// failedHelper says whether a program that was asked for the password had more to
// say than its exit code.
func failedHelper(_ *fault.Error, phase string, r *report.Report) bool {
	return phase == "password" && r.Helper != nil
}

func ask(_ *fault.Error, p page) string {
	if p.o.Verbose > 0 {
		return ""
	}
	return "-v shows what it said"
}

func refusedPort(f *fault.Error, _ string, _ *report.Report) bool { return f.Kind == fault.Refused }

func noSTLS(f *fault.Error, phase string, r *report.Report) bool {
	return f.Kind == fault.STLS && phase == "stls" && (r.Capabilities == nil || !offersSTLS(r.Capabilities))
}

// offered says what there is instead of STLS.
func offered(_ *fault.Error, p page) string {
	const try = "try --tls on port 995"
	switch r := p.v.Report; {
	case r.Capabilities == nil:
		return "the server has no CAPA, " + try
	case p.o.Jail || len(r.Capabilities) == 0:
		return try
	default:
		return "the server offers " + strings.Join(r.Capabilities, ", ") + "; " + try
	}
}

func noMechanism(f *fault.Error, _ string, r *report.Report) bool {
	return f.Kind == fault.Mechanism && r.Capabilities != nil
}

// offeredLogins says how the server would let a user in.
func offeredLogins(_ *fault.Error, p page) string {
	var names []string
	for _, c := range p.v.Report.Capabilities {
		switch words := strings.Fields(c); {
		case p.o.Jail || len(words) == 0:
		case strings.EqualFold(words[0], "SASL"):
			names = append(names, words[1:]...)
		case strings.EqualFold(words[0], "USER"):
			names = append(names, "USER")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "the server offers " + strings.Join(names, ", ")
}

func wantsTLS(_ *fault.Error, p page) string {
	const start = "the server wants TLS before login, try "
	if c := p.v.Report.Capabilities; c != nil && !offersSTLS(c) {
		return start + "--tls on port 995"
	}
	return start + "--starttls or --tls on port 995"
}

func offersSTLS(capabilities []string) bool {
	for _, c := range capabilities {
		if strings.EqualFold(c, "STLS") {
			return true
		}
	}
	return false
}

func slowLogin(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Timeout && phase == "login"
}

// moreTime names the budgets that are too small for the slowest answers. Where
// other phases had used the time up, it is not for the login to blame.
func moreTime(f *fault.Error, p page) string {
	const late = "servers answer up to 17 s late after wrong passwords or while the mailbox is in use, try"
	if took, ok := p.took("login"); ok && took < f.Within/2 {
		return ""
	}
	whole := f.Within
	for _, m := range p.v.Metrics {
		if m.Label == "time" && m.Max != nil {
			whole = time.Duration(*m.Max * float64(time.Second))
		}
	}
	try := late
	if f.Within < whole {
		try += " --phase-timeout login=20s"
	}
	if whole < 20*time.Second {
		try += " -t 30s"
	}
	if try == late {
		return ""
	}
	return try
}

func slowIndex(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Timeout && (phase == "list" || phase == "uidl" || phase == "top")
}

// expires says whether RETR was not sent.
func expires(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Usage && phase == "retr"
}

// goneMessage says whether a message was refused that may not be there any more.
func goneMessage(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Command && phase == "retr"
}

func damaged(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Consistency && (phase == "list" || phase == "uidl")
}

func otherOctets(f *fault.Error, phase string, _ *report.Report) bool {
	return f.Kind == fault.Consistency && phase == "retr"
}

// openings are how protocols begin.
var openings = []struct{ begin, name string }{
	{"+OK", "POP3"}, {"-ERR", "POP3"},
	{"HTTP/", "HTTP"}, {"<!DOCTYPE", "HTTP"}, {"<html", "HTTP"},
	{"* OK", "IMAP"}, {"* PREAUTH", "IMAP"}, {"* BYE", "IMAP"},
	{"220 ", "SMTP"}, {"220-", "SMTP"}, {"421 ", "SMTP"}, {"554 ", "SMTP"}, {"554-", "SMTP"},
	{"SSH-", "SSH"},
	{"\x15\x03", "TLS"}, {"\x16\x03", "TLS"}, {"\x14\x03", "TLS"}, {"\x17\x03", "TLS"},
}

// protocolOf names the protocol that begins so, or "".
func protocolOf(said string) string {
	for _, o := range openings {
		if strings.HasPrefix(said, o.begin) {
			if o.name == "SMTP" && strings.Contains(said, "FTP") { // which begins alike
				return "FTP"
			}
			return o.name
		}
	}
	return ""
}
