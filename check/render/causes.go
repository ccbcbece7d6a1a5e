package render

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A cause is a fault with all that a hint to it may depend on.
type cause struct {
	phase   string
	options []string // those that asked for what is unjudged
	fault   *fault.Error
	report  *report.Report
	budget  time.Duration // the whole
	verbose bool          // -v is given
	noTrace bool          // the dialogue cannot be asked for: it is shown, or must not be
}

// hint is what to do after a fault: by the problem behind it, or else by its kind
// and phase.
func (p page) hint(f verdict.Finding) string {
	c := cause{f.Phase, f.Options, f.Fault, p.Report, wholeBudget(p.Metrics), p.Verbose > 0, p.Verbose > 2 || p.Jail}
	if c.isOddHeader() {
		return "leave out --proxy-protocol, unless only a load balancer may connect there"
	}
	for _, row := range problemHints {
		if row.problem == c.fault.Problem && row.hint.words(c) != "" {
			return row.hint.words(c)
		}
	}
	for _, row := range kindHints {
		if row.has(c.fault.Kind, c.phase) && row.hint.words(c) != "" {
			return row.hint.words(c)
		}
	}
	return ""
}

// isOddHeader reports whether a server may have been annoyed by the header of
// --proxy-protocol, for which it takes what it does not expect: it ends the session
// or answers what it was not asked, before anything else has worked.
func (c cause) isOddHeader() bool {
	if c.report.Route == nil || c.report.Route.ProxyProtocol == "" {
		return false
	}
	switch c.fault.Kind {
	case fault.Closed, fault.Protocol, fault.Greeting:
		return c.phase == "greeting" || c.phase == "capa"
	case fault.TLS:
		return c.phase == "tls"
	}
	return false
}

// wholeBudget is the maximum of the metric time; 0 if there is none.
func wholeBudget(metrics []verdict.Metric) time.Duration {
	for _, m := range metrics {
		if m.Label == "time" && m.Max != nil {
			return time.Duration(*m.Max * float64(time.Second))
		}
	}
	return 0
}

// drop is for what could not be judged, and cannot be.
func drop(c cause) string {
	return "leave out " + fault.JoinAnd(inPairs(c.options)) + ", or use --state unjudged=ok"
}

// inPairs writes the two limits of a thing in one word: "--size-warning/-critical".
func inPairs(options []string) (all []string) {
	for _, o := range options {
		thing, isWarning := strings.CutSuffix(o, "-warning")
		critical, isCritical := strings.CutSuffix(o, "-critical")
		switch {
		case isWarning && slices.Contains(options, thing+"-critical"):
			all = append(all, o+"/-critical")
		case isCritical && slices.Contains(options, critical+"-warning"):
		default:
			all = append(all, o)
		}
	}
	return all
}

// clientExpired tells if it is the client certificate that is out of date.
func clientExpired(c cause) string {
	t := c.report.TLS
	if t == nil || t.Client == nil || t.Client.Shown == nil || t.Client.Shown.NotAfter.After(c.report.Start) {
		return "have the server trust its issuer, or use another one"
	}
	return "renew it: it expired " + t.Client.Shown.NotAfter.UTC().Format(time.DateOnly)
}

// noSTLS is for a server that does not offer STLS.
func noSTLS(c cause) string {
	if c.fault.Kind == fault.TLSRequired {
		return "use --tls on port 995"
	}
	return "use --tls on port 995, or enable STLS on the server"
}

// withoutCAPA is for a server that cannot tell if it has STLS.
func withoutCAPA(c cause) string {
	if c.fault.Kind == fault.STLS {
		return "try --no-capa, or --tls on port 995"
	}
	return "use --tls on port 995, as this server has no CAPA"
}

// helperFailed is for a program that was asked for the password and had more to
// say than its exit code.
func helperFailed(c cause) string {
	if c.verbose {
		return "see what it said, below"
	}
	return "-v shows what it said"
}

// unusableFile is for a file that the system does not let us use.
func unusableFile(c cause) string {
	switch {
	case errors.Is(c.fault, fs.ErrNotExist):
		return "create it, or correct its name"
	case errors.Is(c.fault, fs.ErrPermission):
		return "let the user of this check have access"
	case c.phase == "output":
		return "name another file with --output, or make room for it"
	}
	return ""
}

// offeredInstead is for a way to log in that --auth names and the server does not
// offer.
func offeredInstead(c cause) string {
	if names := offeredNames(c.report); len(names) > 0 {
		return "leave out --auth, or name one that the server offers: " + strings.Join(names, ", ")
	}
	return "leave out --auth, or enable this way to log in on the server"
}

// byName names the logins that a server offers and auto does not choose.
func byName(c cause) string {
	var all []string
	for _, name := range offeredNames(c.report) {
		if name = strings.ToLower(name); name == "ntlm" || strings.HasSuffix(name, "-plus") {
			all = append(all, "--auth "+name)
		}
	}
	return "use " + strings.Join(all, " or ")
}

// offeredLogins says how the server would let a user in.
func offeredLogins(c cause) string {
	if names := offeredNames(c.report); len(names) > 0 {
		return "enable another one on the server, which offers only " + strings.Join(names, ", ")
	}
	return "enable a way to log in on the server, such as PLAIN or USER"
}

// offeredNames lists the ways to log in that a server offers.
func offeredNames(r *report.Report) []string {
	var names []string
	for _, capability := range r.Capabilities {
		switch words := strings.Fields(capability); {
		case len(words) == 0:
		case strings.EqualFold(words[0], "SASL"):
			names = append(names, words[1:]...)
		case strings.EqualFold(words[0], "USER"):
			names = append(names, "USER")
		}
	}
	return names
}

// refusedLogin says what to look at first, by the mechanism.
func refusedLogin(c cause) string {
	l := c.report.Login
	switch {
	case l == nil:
		return anyProvider
	case strings.HasSuffix(l.Mechanism, "-PLUS"):
		return "try it without -PLUS; if that works, try --channel-binding"
	case l.Mechanism == "EXTERNAL":
		return "have the server trust it and find the user in it"
	case l.Mechanism == "GSSAPI":
		return "see its log: its keytab may be old, its clock wrong"
	case l.Token:
		return "check its user, scope and age, and POP for the mailbox"
	case l.Mechanism == "NTLM":
		return `check the password, then try DOMAIN\user or user@domain`
	case l.Mechanism == "APOP":
		return "check the password, or use another --auth than APOP"
	}
	return providerHint(c.report)
}

// serverFailed is for a server that refused for a reason of its own.
func serverFailed(c cause) string {
	switch c.phase {
	case "login":
		return "look at its log, and what is behind it: the password is not the reason"
	case "greeting", "capa", "stls":
		return "look at its log, and what is behind it"
	}
	return "look at the disk and permissions of the mail store, and the server's log"
}

// otherForm names another way to log in after one that the server did not
// understand.
func otherForm(c cause) string {
	l := c.report.Login
	switch {
	case l == nil:
		return ""
	case l.Token && l.Mechanism == "XOAUTH2":
		return "use --auth oauthbearer"
	case l.Token:
		return "use --auth xoauth2"
	case l.Mechanism == "USER":
		return "use --auth plain"
	}
	return "use --auth user"
}

// apopRefused is for a login that --auth auto chose APOP for.
func apopRefused(c cause) string {
	if c.report.Security == report.Clear {
		return "use --auth user over TLS: many servers show a timestamp to users without APOP"
	}
	return "use --auth user: many servers show a timestamp to users without APOP"
}

// timeUsedUp is for a phase that had less than half of the budget that ran out:
// it is not to blame.
func timeUsedUp(c cause) string {
	if took, ok := timeOf(c.report.Phases, c.phase); ok && took < c.fault.Within/2 {
		return "see -v for the slow phase, or raise -t"
	}
	return ""
}

// stoppedShort is for an answer that stopped. A large packet that is lost each time
// looks the same if none follows it.
func stoppedShort(c cause) string {
	if words := timeUsedUp(c); words != "" {
		return words
	}
	return "look at the server's load and log, then at the MTU on the way"
}

// protocolBroken is for a server that broke a rule.
func protocolBroken(c cause) string {
	const repair = "repair or update the server or proxy"
	if c.noTrace {
		return repair
	}
	return repair + "; -vvv shows the dialogue"
}

// maxTry is how long options may be that a hint has more to say about.
const maxTry = len(" --phase-timeout login=20s")

// slowLogin names the budgets that are too small for the slowest answers.
func slowLogin(c cause) string {
	const enough = 20 * time.Second
	whole, try := max(c.budget, c.fault.Within), ""
	if c.fault.Within < whole {
		try += " --phase-timeout login=20s"
	}
	if whole < enough {
		try += " -t 30s"
	}
	switch {
	case try == "":
		return ""
	case len(try) > maxTry: // no room on a phone for both
		return "try" + try + ": wrong passwords delay logins"
	}
	return "try" + try + ": wrong passwords or locks delay logins"
}
