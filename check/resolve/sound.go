package resolve

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
)

// lookTime is how long before its end a lookup that is silent is looked into.
const lookTime = time.Second

// soundLate asks a server that is silent one more question, a second before ctx
// ends: it may be silent because it waits itself, for the servers of a domain
// that are down. It returns what to call once the lookup has ended.
func (l lookup) soundLate(ctx context.Context) (stop func() bool) {
	end, ok := ctx.Deadline()
	left := time.Until(end)
	if !ok || left < 2*lookTime || l.resolver.NoSecondLook {
		return func() bool { return false }
	}
	return time.AfterFunc(left-lookTime, func() {
		_ = fault.Guard(func() error { l.sound(ctx, lookTime); return nil })
	}).Stop
}

// sound asks the servers that are silent about the root, which each knows, and
// notes whether one answers.
func (l lookup) sound(ctx context.Context, timeout time.Duration) {
	questions := l.journal.questions(l.host)
	at := slices.IndexFunc(questions, func(a asked) bool { return a.ending == silent })
	if at < 0 || l.resolver.NoSecondLook {
		return
	}
	r, err := servers{addrs: questions[at].servers, timeout: timeout, attempts: 1}.ask(ctx, ".", dnsmessage.TypeNS)
	if err == nil && r.isConclusive() {
		l.journal.note(func() { l.journal.alive = r.from })
	}
}

// alive names a server that is silent, but answers other questions.
func (l lookup) alive() (name string, ok bool) {
	var at netip.AddrPort
	l.journal.note(func() { at = l.journal.alive })
	return serverNames([]netip.AddrPort{at}), at.IsValid()
}
