package probe

import (
	"context"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/transport"
)

// A phase is one row of the table.
type phase struct {
	name         string
	when         func(*Plan) bool                      // nil: always, or if --steps names it
	how          string                                // what to type so that it runs; "" for a step
	before       func(*session, context.Context) error // may keep it from running; not part of any time
	ready        func(*session, context.Context) bool  // reports right before whether there is something to do; not part of any time; nil: always
	needsMessage bool                                  // it does not run if STAT has shown that the mailbox is empty
	work         work
	maximum      time.Duration               // its budget is never larger; 0: only the whole budget counts
	apart        bool                        // it is not part of the time of the check
	beside       bool                        // it is not with the mail server: its failure does not end the session
	late         fault.Kind                  // of a time limit that ended it; "": timeout
	look         func(*link) *transport.Peek // at what, if it is silent; nil: nothing
	command      pop3.Command                // what run sends first, if that is known before any reply: it may be pipelined
	step         stepKind
}

// A work is what a phase does.
type work interface {
	run(*session, context.Context) error
}

// inSession makes a method of the session the work of a phase.
type inSession func(*session, context.Context) error

func (f inSession) run(s *session, ctx context.Context) error { return f(s, ctx) }

// A stepKind says how --steps names a phase.
type stepKind int

const (
	noStep   stepKind = iota
	inAll             // by its name or by "all"
	byItself          // by its name only, because it writes or reads much
)

// phases is the session, in the order of the protocol. It ends with quit. A phase
// that has two places is in one of them.
var phases = []phase{
	{name: "srv", when: (*Plan).bySRV, how: "--srv DOMAIN", work: onLink((*link).srv)},
	{name: "resolve", when: (*Plan).byName, how: "a name as -H", work: onLink((*link).resolve)},
	{name: "tlsa", when: (*Plan).usesDANE, how: "--dane", work: onLink((*link).tlsa)},
	{name: "connect", work: onLink((*link).connect), look: (*link).lookElsewhere},
	{name: "proxy", when: (*Plan).usesProxy, how: "--proxy URL", work: onLink((*link).proxy)},
	{name: "tls", when: (*Plan).tlsFirst, how: "--tls", work: onLink((*link).handshake), look: (*link).lookInPlain},
	{name: "crl", when: (*Plan).asksCRLFirst, how: "--crl", work: onLink((*link).crl), apart: true, late: fault.CRL},
	{name: "greeting", work: onLink((*link).greeting), look: (*link).lookForTLS},
	{name: "capa", when: (*Plan).asksCAPA, how: "no --no-capa", work: onLink((*link).capa)},
	{name: "stls", when: (*Plan).usesSTLS, how: "--starttls", work: onLink((*link).stls)},
	{name: "crl", when: (*Plan).asksCRLAfterSTLS, how: "--crl", work: onLink((*link).crl), apart: true, late: fault.CRL},
	{name: "token", when: (*Plan).usesToken, how: "--oauth SERVER or --token-file FILE", work: inSession((*session).fetchToken), apart: true, late: fault.Token},
	{name: "ticket", when: (*Plan).usesTicket, how: "--auth gssapi", work: inSession((*session).fetchTicket), apart: true, late: fault.Ticket},
	{name: "login", when: (*Plan).LogsIn, how: "-u NAME", before: (*session).recall, work: inSession((*session).logIn)},
	{name: "stat", when: (*Plan).LogsIn, how: "-u NAME", work: inMailbox((*mailbox).stat), command: pop3.STAT},
	{name: "list", work: inMailbox((*mailbox).list), command: pop3.LIST, step: inAll},
	{name: "uidl", work: inMailbox((*mailbox).uidl), command: pop3.UIDL, step: inAll},
	{name: "top", when: (*Plan).readsHeaders, needsMessage: true, work: inSession((*session).top), step: inAll},
	{name: "retr", needsMessage: true, work: inMailbox((*mailbox).retr), step: byItself},
	{name: "noop", work: inMailbox((*mailbox).noop), step: inAll},
	{name: "reset", needsMessage: true, work: inMailbox((*mailbox).reset), step: byItself},
	{name: "send", when: (*Plan).sends, how: "--send-via HOST", ready: (*session).isDue, work: inSession((*session).send), apart: true, beside: true, late: fault.Send},
	{name: "delete", when: (*Plan).deletesProbes, how: "--delete-probes", ready: (*session).hasOldProbes, work: inMailbox((*mailbox).deleteProbes)},
}

// atResolve is where the phases of one server begin.
func atResolve() int {
	return slices.IndexFunc(phases, func(p phase) bool { return p.name == "resolve" })
}

// atConnect is where the phases of a connection begin.
func atConnect() int {
	return slices.IndexFunc(phases, func(p phase) bool { return p.name == "connect" })
}

// quit ends a session that went well. Its failure changes nothing. The reply is
// awaited, so that the mailbox is unlocked before the next check, but not for
// long.
var quit = phase{name: "quit", work: onLink((*link).quit), maximum: time.Second}

// Names lists the phases in the order of the protocol.
func Names() []string {
	names := make([]string, 0, len(phases)+1)
	for _, p := range phases {
		if !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	return append(names, quit.name)
}

// in reports whether a phase is in the plan.
func (p phase) in(plan *Plan) bool {
	switch {
	case p.when != nil:
		return p.when(plan)
	case p.step != noStep:
		return plan.LogsIn() && plan.Mailbox.Has(p.name)
	}
	return true
}

// Lacks returns what to type so that a phase runs, if it is not in the plan; else
// "".
func (p *Plan) Lacks(name string) (how string) {
	for _, one := range phases {
		switch {
		case one.name != name:
		case one.in(p):
			return ""
		case one.step == noStep:
			how = one.how
		case !p.LogsIn():
			how = "-u NAME --steps " + name
		default:
			how = "--steps " + name
		}
	}
	return how
}

// Steps lists what --steps takes: the names, and those that "all" stands for.
func Steps() (names, all []string) {
	for _, p := range phases {
		if p.step != noStep {
			names = append(names, p.name)
		}
		if p.step == inAll {
			all = append(all, p.name)
		}
	}
	return names, all
}
