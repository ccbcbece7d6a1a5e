package resolve

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
)

// An asked question is what was asked about one name, and what came of it.
type asked struct {
	reply   // with the answer, if there is one
	kind    dnsmessage.Type
	ending  ending
	servers []netip.AddrPort // for whom it ended like that
	err     error            // of the connection
}

// An ending is what came of a question. One that says more is greater.
type ending int

// The endings.
const (
	notSent   ending = iota // the server cannot be asked
	silent                  // no answer came
	failed                  // the answer has neither an address nor one of the next two
	unknown                 // the name does not exist (NXDOMAIN)
	noAddress               // it exists, and has no record of that type
	found
)

// read returns the question of an entry. One that was not sent is about host.
func (e *entry) read(host string) asked {
	a := asked{reply: reply{name: withDot(host), from: e.server}, ending: notSent, servers: []netip.AddrPort{e.server}, err: e.err}
	sent, err := parse(e.sent())
	if err != nil || len(sent.questions) != 1 {
		return a
	}
	q := query{id: sent.ID, question: sent.questions[0]}
	a.name, a.kind = q.question.Name.String(), q.question.Type
	answer, err := parse(e.answer)
	switch {
	case err == nil && answer.answers(q) && !answer.Truncated:
		a.message, a.ending = answer, answer.ending()
	case ofSystem(e.err) == nil:
		a.ending = silent
	}
	return a
}

// sent is the question without its length, which comes first by TCP (RFC 1035,
// section 4.2.2).
func (e *entry) sent() []byte {
	if e.tcp && len(e.query) > 2 {
		return e.query[2:]
	}
	return e.query
}

// ofSystem returns what the system says of a connection, such as "connection
// refused"; nil if it says nothing, or only that the time is up.
func ofSystem(err error) error {
	if e, ok := errors.AsType[*os.SyscallError](err); ok && !e.Timeout() {
		return e.Err
	}
	return nil
}

// ending is what an answer to a question about addresses says. Without an address
// it has to come from the zone's own server or one that asks others; any other
// only refers to them.
func (m message) ending() ending {
	switch {
	case m.RCode == dnsmessage.RCodeNameError:
		return unknown
	case m.RCode != dnsmessage.RCodeSuccess:
		return failed
	case m.addresses > 0:
		return found
	case m.Authoritative || m.RecursionAvailable:
		return noAddress
	}
	return failed
}

func (a asked) isSame(b asked) bool { return a.isAbout(b.name) && a.kind == b.kind }

func (a asked) isAbout(host string) bool { return strings.EqualFold(a.name, withDot(host)) }

// clause says something of the name, or of the one that it is an alias of.
func (a asked) clause(what string) string {
	if !a.isAlias() {
		return withoutDot(a.name) + " " + what
	}
	return withoutDot(a.name) + " is an alias of " + withoutDot(a.finalName()) + ", which " + what
}

func (a asked) isAlias() bool { return !strings.EqualFold(a.name, a.finalName()) }

// merge adds the same question to another server.
func (a *asked) merge(b asked) {
	switch {
	case b.ending > a.ending:
		*a = b
	case b.ending == a.ending && !slices.Contains(a.servers, b.from):
		a.servers = append(a.servers, b.from)
	}
}

// serverNames are servers for people: the usual port is left out.
func serverNames(addrs []netip.AddrPort) string {
	var names []string
	for _, a := range addrs {
		name := a.String()
		if a.Port() == dnsPort {
			name = a.Addr().String()
		}
		names = append(names, name)
	}
	if len(names) > 1 {
		return "DNS servers " + fault.JoinAnd(names)
	}
	return "DNS server " + strings.Join(names, "")
}
