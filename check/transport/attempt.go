package transport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// ErrLost is the Err of an Attempt that was given up, or closed without a byte,
// because another address connected first.
var ErrLost = errors.New("another address connected first")

// An Attempt is the result of dialing one address.
type Attempt struct {
	Address netip.AddrPort
	Time    time.Duration // from its own start to its end
	Err     error         // nil for the connection that is used
}

// Outcome says why the address is not used: "connection refused". It returns ""
// for the one that is.
func (a Attempt) Outcome() string {
	f, ended := errors.AsType[*fault.Error](a.Err)
	switch {
	case a.Err == nil:
		return ""
	case a.Err == ErrLost:
		return ErrLost.Error()
	case ended && f.Within > 0:
		return "no answer within " + fault.Duration(f.Within)
	case ended:
		return f.Text
	}
	withoutAddress := strings.NewReplacer(" to reach %s from", "", " by %s", "", " from %s", "", " to %s", "", "%s ", "", "%%", "%")
	return withoutAddress.Replace(dialOutcome(a.Err).text)
}

// Dead returns a fault of kind address that names the addresses which failed, or
// were silent, before another one connected; nil if there are none. A family of
// addresses to which this machine has no route at all is not worth a word.
func Dead(attempts []Attempt) error { return dead(attempts, isRouted) }

func dead(attempts []Attempt, isRouted func(netip.AddrPort) bool) error {
	used := slices.IndexFunc(attempts, func(a Attempt) bool { return a.Err == nil })
	if used < 0 {
		return nil
	}
	var all []string
	for _, a := range attempts {
		if text := a.death(attempts[used]); text != "" && !isForeign(a, attempts, isRouted) {
			all = append(all, text)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return fault.New(fault.Address, "%s", fault.JoinFirst(all))
}

// death says what is wrong with an address, or "". One that was given up may be
// merely slower: it is silent only if it had the time after which the next one is
// tried, and twice that of the one that answered.
func (a Attempt) death(used Attempt) string {
	o := dialOutcome(a.Err)
	switch {
	case a.Err == nil, a.Err == ErrLost && (a.Time < attemptDelay || a.Time < 2*used.Time):
		return ""
	case a.Err == ErrLost:
		return fmt.Sprintf("no answer from %s before %s connected (%s)", a.Address.Addr(), used.Address.Addr(), fault.Duration(a.Time))
	case o.kind == fault.Refused:
		return a.Address.Addr().String() + " refused the connection"
	}
	return fmt.Sprintf(o.text, a.Address.Addr())
}

// isForeign reports whether this machine has no route to any address of the
// family.
func isForeign(a Attempt, attempts []Attempt, isRouted func(netip.AddrPort) bool) bool {
	return !slices.ContainsFunc(attempts, func(b Attempt) bool {
		unreachable := b.Err != nil && b.Err != ErrLost && dialOutcome(b.Err).kind == fault.Unreachable
		return b.Address.Addr().Is4() == a.Address.Addr().Is4() && (!unreachable || isRouted(b.Address))
	})
}

// isRouted reports whether the system has a route to an address. Nothing is sent:
// to connect in UDP is to look for a route.
func isRouted(to netip.AddrPort) bool {
	conn, err := net.Dial("udp", to.String())
	if err == nil {
		conn.Close()
	}
	return err == nil
}
