package resolve

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
)

// A failure is a lookup of addresses that found none.
type failure struct {
	lookup
	questions []asked
	err       error // what package net says
}

// late adds to the end of the time who did not answer about what.
func (f failure) late(cause error) error {
	at := slices.IndexFunc(f.questions, func(a asked) bool { return a.ending == silent })
	if at < 0 {
		return lateFrom(cause, "this host's resolver about "+f.host, fault.NoResolver, "")
	}
	a := f.questions[at]
	who := serverNames(a.servers) + " about "
	if a.kind == dnsmessage.TypeAAAA && f.isFound(a.name) {
		return lateFrom(cause, who+"the IPv6 address of "+withoutDot(a.name), fault.SilentOnIPv6, "")
	}
	if at, ok := f.alive(); ok {
		return lateFrom(cause, at+" about "+withoutDot(a.name), fault.SilentOnName, "but about others")
	}
	return lateFrom(cause, who+withoutDot(a.name), fault.NoResolver, "")
}

// isFound reports whether an address of the name is known.
func (f failure) isFound(name string) bool {
	return slices.ContainsFunc(f.questions, func(a asked) bool { return a.ending == found && strings.EqualFold(a.name, name) })
}

// lateFrom returns the end of a budget with who did not answer within it, what is
// behind that, and what else is to be said. It returns other errors as they are.
func lateFrom(err error, who string, p fault.Problem, text string) error {
	late, ok := errors.AsType[*fault.Error](fault.From(err, who))
	if !ok || late.Within == 0 {
		return err
	}
	late.Text = text
	return late.Because(p)
}

// fault says why there is no address, as far as that is known.
func (f failure) fault(ctx context.Context) error {
	if internal, ok := errors.AsType[*fault.Error](f.err); ok {
		return internal
	}
	why := f.reason(ctx)
	why.Err = f.err
	return why
}

func (f failure) reason(ctx context.Context) *fault.Error {
	a, ok := f.decisive()
	switch {
	case !ok:
		return f.unexplained()
	case a.ending == failed:
		return servers{addrs: a.servers, timeout: queryTimeout}.refusal(ctx, &a.reply, a.kind)
	case a.ending == unknown && a.isAlias():
		return fault.New(fault.DNS, "%s, says %s", a.clause("does not exist"), serverNames(a.servers)).Because(fault.DeadAlias)
	case a.ending == unknown:
		return f.unknown(a)
	case a.ending == noAddress:
		text := a.clause("exists but has no " + f.family.address())
		return fault.New(fault.DNS, "%s, says %s", text, serverNames(a.servers)).Because(fault.NoAddress)
	case a.ending == notSent && f.lacksServer():
		return fault.New(fault.DNS, "%s names no DNS server to ask about %s", resolvConf, withoutDot(a.name)).Because(fault.NoNameserver)
	}
	if a.ending == silent {
		f.sound(ctx, queryTimeout)
	}
	if at, ok := f.alive(); ok {
		return fault.New(fault.DNS, "%s answers about other names, but not about %s", at, withoutDot(a.name)).Because(fault.SilentOnName)
	}
	return unanswered(a.servers, a.name, a.err)
}

// worst lists the endings of a failed lookup, that which explains most first.
var worst = []ending{failed, silent, notSent, noAddress, unknown}

// decisive returns the question that explains the failure, if any was asked.
func (f failure) decisive() (a asked, ok bool) {
	questions := f.meant()
	for _, e := range worst {
		if i := slices.IndexFunc(questions, func(a asked) bool { return a.ending == e }); i >= 0 {
			return questions[i], true
		}
	}
	return a, false
}

// meant are the questions that matter: about a name with a dot those without the
// search list (resolv.conf(5)), which is for names without. A function of package
// slices for a type with one of dnsmessage in it would keep its tables.
func (f failure) meant() (own []asked) {
	for _, a := range f.questions {
		if a.isAbout(f.host) {
			own = append(own, a)
		}
	}
	if f.isShort() || len(own) == 0 {
		return f.questions
	}
	return own
}

func (f failure) isShort() bool { return !strings.Contains(f.host, ".") }

// unknown is for a name that does not exist, nor by the search list.
func (f failure) unknown(a asked) *fault.Error {
	says := ", says " + serverNames(a.servers)
	if !f.isShort() {
		return fault.New(fault.DNS, "%s", withoutDot(a.name)+" does not exist"+says).Because(fault.UnknownHost)
	}
	text := f.host + " does not exist"
	var others []string
	for _, a := range f.questions {
		if name := withoutDot(a.name); !a.isAbout(f.host) && !slices.Contains(others, name) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		text += ", nor does " + fault.JoinFirst(others) + " (search list)"
	}
	return fault.New(fault.DNS, "%s", text+says).Because(fault.ShortHost)
}

// lacksServer reports whether the system's configuration names no DNS server, so
// that package net asks this host.
func (f failure) lacksServer() bool {
	data, _ := os.ReadFile(resolvConf)
	return !f.resolver.IsValid() && !readConfig(string(data)).named
}

// unexplained is for a lookup by libc or Windows, or in /etc/hosts alone.
func (f failure) unexplained() *fault.Error {
	e, _ := errors.AsType[*net.DNSError](f.err)
	switch {
	case isNotFound(f.err):
		return fault.New(fault.DNS, "this host's resolver does not know %s", f.host).Because(fault.UnknownHost)
	case e != nil:
		return fault.New(fault.DNS, "this host's resolver failed to look up %s: %s", f.host, e.Err).Because(fault.NoResolver)
	}
	return fault.New(fault.DNS, "this host's resolver failed to look up %s", f.host).Because(fault.NoResolver)
}

func isNotFound(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	if ok {
		return e.IsNotFound
	}
	_, ok = errors.AsType[*net.AddrError](err) // "no suitable address"
	return ok
}

// hostsFile has names beside DNS, hosts(5).
const hostsFile = "/etc/hosts"

// onlyOther is the fault of a name that has addresses of the other family only.
func (f failure) onlyOther(addrs []netip.Addr) error {
	has, problem := IPv4, fault.OnlyIPv4
	if f.family == IPv4 {
		has, problem = IPv6, fault.OnlyIPv6
	}
	text := f.host + " has only " + has.String() + " addresses (" + addrs[0].String()
	if a, ok := f.decisive(); ok {
		text += "), says " + serverNames(a.servers)
	} else if data, err := os.ReadFile(hostsFile); err == nil && hasHost(string(data), f.host) {
		text += " in " + hostsFile + ")"
	} else {
		text += ")"
	}
	return &fault.Error{Kind: fault.DNS, Problem: problem, Text: text, Err: f.err}
}

// hasHost reports whether a file of names has that one, hosts(5).
func hasHost(text, host string) bool {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if slices.ContainsFunc(words[min(1, len(words)):], func(name string) bool { return strings.EqualFold(withoutDot(name), withoutDot(host)) }) {
			return true
		}
	}
	return false
}
