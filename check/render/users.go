package render

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// An outlook is what the end of a session means for those who fetch mail there.
type outlook struct {
	phase   string        // "": any
	kind    fault.Kind    // "": any
	problem fault.Problem // "": any
	words   string        // USER stands for who was to be logged in
}

const (
	nobodyKnows = "This check could not find out whether users can fetch mail"
	notTrusted  = "Users can reach the server, but their mail programs may not trust it"
	userOut     = "Users can connect, but USER cannot log in"
)

// What may be due to this check or its host alone, and says nothing about users.
var (
	ownKinds = []fault.Kind{
		fault.Usage, fault.Cleartext, fault.Token, fault.Ticket, fault.Mechanism, fault.TLSRequired, fault.LoginDelay, fault.CRL, fault.Interrupted, fault.Internal,
	}
	ownProblems = []fault.Problem{
		fault.NoResolver, fault.NoNameserver, fault.LookupRefused, fault.SilentOnIPv6, fault.ShortHost, fault.OnlyIPv4, fault.OnlyIPv6, // -H, -4, -6, --resolver
		fault.NoRouter, fault.NoRoute, fault.ForbiddenHere, fault.Banned, // the network of this host
		fault.NotPOP3, fault.InClear, fault.SpeaksTLS, fault.SpeaksHTTP, fault.SpeaksIMAP, fault.SpeaksSMTP, fault.SpeaksFTP, fault.SpeaksSSH, fault.OtherService, fault.HungUpAtTLS, // -p, --tls
		fault.ClientWanted, fault.ClientRefused, fault.MaybeClientWanted, fault.MaybeClientRefused, // --client-cert
		fault.UnknownName, fault.NotPinned, fault.NoRoots, fault.NoMatch, fault.NoTLSA, fault.NotSigned, fault.NotValidating, // --sni, --pin, --dane
	}
)

// outlooks are the words for people who do not know POP3, the first that fit.
var outlooks = []outlook{
	{"tlsa", "", "", nobodyKnows},
	{"srv", "", "", "Users' mail programs may not find the server by themselves"},
	{"", fault.Proxy, "", nobodyKnows},
	{"proxy", "", "", nobodyKnows},
	{"resolve", "", "", "Seen from here, users cannot reach the server"},
	{"connect", "", "", "Seen from here, users cannot reach the server"},
	{"", "", fault.OtherServer, "Seen from here, users reach another server, or do not trust it"},
	{"tls", fault.Certificate, "", notTrusted},
	{"stls", fault.Certificate, "", notTrusted},
	{"crl", fault.Certificate, "", notTrusted},
	{"tls", "", "", "Users can reach the server, but may get no secure connection"},
	{"stls", "", "", "Users can reach the server, but may get no secure connection"},
	{"greeting", "", "", "Users can reach the server, but it does not work as a mail server should"},
	{"capa", "", "", "Users can reach the server, but it does not work as a mail server should"},

	{"login", fault.Auth, "", userOut},
	{"login", fault.InUse, "", userOut},
	{"login", "", fault.POP3Off, userOut},
	{"login", "", fault.NoRoom, userOut},
	{"login", "", fault.MailboxClosed, userOut},
	{"login", "", "", "Users can connect but not log in"},
	{"stat", "", "", "Users can log in but not open their mailbox"},
	{"", "", "", "Users can log in and see their mail, but not all works"},
}

func (o outlook) fits(f verdict.Finding) bool {
	return (o.phase == "" || o.phase == f.Phase) && (o.kind == "" || o.kind == f.Fault.Kind) && (o.problem == "" || o.problem == f.Fault.Problem)
}

// forUsers says in a sentence what was found, for people who do not know POP3.
func (p page) forUsers() string {
	r := p.Report
	switch end := len(r.Findings) - 1; {
	case p.Parts != nil && slices.ContainsFunc(r.Addresses, func(one *report.Report) bool { return !one.Complete }):
		return p.poolForUsers()
	case !r.Complete && end < 0:
		return nobodyKnows + "."
	case !r.Complete: // the last finding has ended it
		return p.outlook(p.Findings[end]) + ": " + p.jsonFinding(p.Findings[end]).Text + "."
	}
	words := "Users can log in and see their mail"
	if r.Mailbox == nil {
		words = "Users can reach the server; no login was tried"
	}
	attention := p.noted()
	if p.Status != verdict.OK {
		attention = p.Worst()
	}
	if len(attention) > 0 {
		words += "; what needs attention: " + p.jsonFinding(attention[0]).Text
	}
	return words + "."
}

// outlook is what a fault that ended the session means for users.
func (p page) outlook(f verdict.Finding) string {
	r := p.Report.Refusals
	if r != nil && r.Held || slices.Contains(ownKinds, f.Fault.Kind) || slices.Contains(ownProblems, f.Fault.Problem) {
		return nobodyKnows
	}
	at := slices.IndexFunc(outlooks, func(o outlook) bool { return o.fits(f) })
	who := "this user"
	if l := p.Report.Login; l != nil && l.User != "" {
		who = fault.Shorten(l.User, maxWord)
	}
	return strings.Replace(outlooks[at].words, "USER", who, 1)
}

// A part is a step of the way to a user's mail.
type part struct {
	Name  string `json:"name"`
	Works *bool  `json:"works"` // nil: it was not tried
}

// parts are those there are, each with the phases that prove it.
var parts = []struct {
	name   string
	phases []string
}{
	{"name", []string{"srv", "resolve", "tlsa"}},
	{"network", []string{"connect", "proxy"}},
	{"TLS", []string{"tls", "stls", "crl"}},
	{"greeting", []string{"greeting", "capa"}},
	{"login", []string{"login"}},
	{"mailbox", []string{"stat", "list", "uidl", "top", "retr", "noop", "reset"}},
}

// checklist is what was proven to work, and what was not.
func checklist(r *report.Report) []part {
	if r.Addresses != nil {
		return poolChecklist(r.Addresses)
	}
	end, failed := ending(r)
	var all []part
	for _, row := range parts {
		p := part{Name: row.name}
		switch {
		case slices.Contains(row.phases, end):
			if failed {
				p.Works = new(false)
			}
		case slices.ContainsFunc(r.Phases, func(ph report.Phase) bool { return slices.Contains(row.phases, ph.Name) }):
			p.Works = new(true)
		}
		all = append(all, p)
	}
	return all
}

// ending returns the phase that ended the session early, and whether it failed: a
// signal says nothing about the server, and a login may be held back.
func ending(r *report.Report) (phase string, failed bool) {
	last := len(r.Findings) - 1
	if r.Complete || last < 0 {
		return "", false
	}
	held := r.Refusals != nil && r.Refusals.Held
	return r.Findings[last].Phase, !held && r.Findings[last].Fault.Kind != fault.Interrupted
}

// marked is the checklist on a line.
func marked(all []part) string {
	var words []string
	for _, p := range all {
		mark := "–"
		switch {
		case p.Works == nil:
		case *p.Works:
			mark = "✓"
		default:
			mark = "✗"
		}
		words = append(words, mark+" "+p.Name)
	}
	return strings.Join(words, "  ")
}

// inShort is what comes first with -v. Wrong arguments concern those who typed
// them, not users.
func (p page) inShort() []string {
	switch r := p.Report; {
	case len(r.Phases) > 0:
		return []string{p.forUsers(), marked(checklist(r))}
	case len(r.Findings) > 0 && r.Findings[0].Phase != "":
		return []string{p.forUsers()}
	}
	return nil
}
