package transport

import (
	"errors"
	"fmt"
	"net/netip"
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
	Tries   int           // how often TCP asked for it, if it was slow; 0 is not known
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

// Alone is Outcome as a clause with a subject.
func (a Attempt) Alone() string {
	if _, ended := errors.AsType[*fault.Error](a.Err); !ended && strings.HasPrefix(dialOutcome(a.Err).text, "%s ") {
		return "the address " + a.Outcome()
	}
	return a.Outcome()
}

// failed reports whether the address could not be reached, though another one
// could.
func (a Attempt) failed() bool { return a.Err != nil && a.Err != ErrLost }

// failure says how it failed.
func (a Attempt) failure() string {
	f, silent := errors.AsType[*fault.Error](a.Err)
	o := dialOutcome(a.Err)
	switch {
	case silent && f.Within > 0:
		return fmt.Sprintf("no answer from %s within %s", a.Address.Addr(), fault.Duration(f.Within))
	case o.kind == fault.Refused && o.problem == "":
		return a.Address.Addr().String() + " refused the connection"
	}
	return fmt.Sprintf(o.text, a.Address.Addr())
}

// isUnreachable reports whether the system has no way to the address.
func (a Attempt) isUnreachable() bool {
	_, silent := errors.AsType[*fault.Error](a.Err)
	return a.failed() && !silent && dialOutcome(a.Err).kind == fault.Unreachable
}
