package probe

import (
	"context"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

// A phase is one row of the table.
type phase struct {
	name         string
	when         func(*Plan) bool                      // nil: always
	how          string                                // what to type so that it runs; "" for a step
	before       func(*session, context.Context) error // may keep it from running; not part of any time
	needsMessage bool                                  // it does not run if STAT has shown that the mailbox is empty
	run          func(*session, context.Context) error
	maximum      time.Duration // its budget is never larger; 0: only the whole budget counts
	apart        bool          // it is not part of the time of the check
	late         fault.Kind    // of a time limit that ended it; "": timeout
	command      pop3.Command  // what run sends first, if that is known before any reply: it may be pipelined
	step         stepKind
}

// A stepKind says how --steps names a phase.
type stepKind int

const (
	noStep   stepKind = iota
	inAll             // by its name or by "all"
	byItself          // by its name only, because it writes or reads much
)

// phases is the session, in the order of the protocol. It ends with quit.
var phases = []phase{
	{name: "resolve", when: (*Plan).byName, how: "a name as -H", run: onLink((*link).resolve)},
	{name: "tlsa", when: (*Plan).usesDANE, how: "--dane", run: onLink((*link).tlsa)},
	{name: "connect", run: onLink((*link).connect)},
	{name: "tls", when: (*Plan).tlsFirst, how: "--tls", run: onLink((*link).handshake)},
	{name: "greeting", run: onLink((*link).greeting)},
	{name: "capa", when: (*Plan).asksCAPA, how: "no --no-capa", run: onLink((*link).capa)},
	{name: "stls", when: (*Plan).usesSTLS, how: "--starttls", run: onLink((*link).stls)},
	{name: "token", when: (*Plan).usesToken, how: "--oauth SERVER or --token-file FILE", run: (*session).fetchToken, apart: true, late: fault.Token},
	{name: "login", when: (*Plan).LogsIn, how: "-u NAME", before: (*session).recall, run: (*session).logIn},
	{name: "stat", when: (*Plan).LogsIn, how: "-u NAME", run: inMailbox((*mailbox).stat), command: pop3.STAT},
	{name: "list", when: step("list"), run: inMailbox((*mailbox).list), command: pop3.LIST, step: inAll},
	{name: "uidl", when: step("uidl"), run: inMailbox((*mailbox).uidl), command: pop3.UIDL, step: inAll},
	{name: "top", when: (*Plan).readsHeaders, needsMessage: true, run: (*session).top, step: inAll},
	{name: "retr", when: step("retr"), needsMessage: true, run: inMailbox((*mailbox).retr), step: byItself},
	{name: "noop", when: step("noop"), run: inMailbox((*mailbox).noop), step: inAll},
	{name: "reset", when: step("reset"), needsMessage: true, run: inMailbox((*mailbox).reset), step: byItself},
}

// quit ends a session that went well. Its failure changes nothing. The reply is
// awaited, so that the mailbox is unlocked before the next check, but not for
// long.
var quit = phase{name: "quit", run: onLink((*link).quit), maximum: time.Second}

// Names lists the phases in the order of the protocol.
func Names() []string {
	var names []string
	for _, p := range append(phases, quit) {
		names = append(names, p.name)
	}
	return names
}

// Lacks returns what to type so that a phase runs, if it is not in the plan; else
// "".
func (p *Plan) Lacks(name string) string {
	for _, one := range phases {
		switch {
		case one.name != name || one.when == nil || one.when(p):
		case one.step == noStep:
			return one.how
		case !p.LogsIn():
			return "-u NAME --steps " + name
		default:
			return "--steps " + name
		}
	}
	return ""
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
