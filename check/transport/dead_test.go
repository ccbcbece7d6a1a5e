package transport

import (
	"context"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// errnoOf are the names that tests give to what a dial may end with.
var errnoOf = map[string]error{
	"ok": nil, "lost": ErrLost, "refused": syscall.ECONNREFUSED, "reset": syscall.ECONNRESET, "timeout": syscall.ETIMEDOUT,
	"no-network": syscall.ENETUNREACH, "no-route": syscall.EHOSTUNREACH, "forbidden": syscall.EACCES, "no-family": syscall.EAFNOSUPPORT,
}

// dialError is what a dial ends with.
func dialError(t *testing.T, name string) error {
	t.Helper()
	cause, known := errnoOf[name]
	if !known {
		t.Fatal(name)
	}
	if errno, ok := cause.(syscall.Errno); ok {
		return &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)}
	}
	return cause
}

// tried makes attempts of lines "ADDRESS TIME ERROR".
func tried(t *testing.T, lines ...string) (all []Attempt) {
	t.Helper()
	for _, line := range lines {
		words := strings.Fields(line)
		took, err := time.ParseDuration(words[1])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Attempt{netip.AddrPortFrom(netip.MustParseAddr(words[0]), 110), took, dialError(t, words[2]), 0})
	}
	return all
}

// An address that failed is named, as well as a family that does. One that was
// merely slower is not, nor a family that this machine has no route to.
func TestDead(t *testing.T) {
	const four, other, six = "192.0.2.1 1ms ok", "192.0.2.2 ", "2001:db8::42 "
	for name, c := range map[string]struct {
		attempts []Attempt
		again    string // what comes of asking again; "": nobody is asked
		want     string
	}{
		"the only one":             {tried(t, four), "", ""},
		"none connected":           {tried(t, other+"1ms refused"), "", ""},
		"refused":                  {tried(t, other+"1ms refused", four), "", "192.0.2.2 refused the connection, 192.0.2.1 works"},
		"several":                  {tried(t, other+"1ms refused", "192.0.2.3 1ms reset", four), "", "192.0.2.2 refused the connection, 192.0.2.3 accepted the connection and reset it at once, 192.0.2.1 works"},
		"no route":                 {tried(t, other+"1ms no-route", four), "", "no route to 192.0.2.2, 192.0.2.1 works"},
		"given up by the system":   {tried(t, other+"1ms timeout", four), "", "no answer from 192.0.2.2, 192.0.2.1 works"},
		"a firewall":               {tried(t, other+"1ms forbidden", four), "", "a firewall forbids connections to 192.0.2.2, 192.0.2.1 works"},
		"silent":                   {tried(t, other+"251ms lost", four), "silent", "no answer from 192.0.2.2 within 10 ms, 192.0.2.1 works"},
		"silent, then refused":     {tried(t, other+"251ms lost", four), "refused", "192.0.2.2 refused the connection, 192.0.2.1 works"},
		"merely slower":            {tried(t, other+"251ms lost", four), "ok", ""},
		"the first is slower":      {tried(t, other+"450ms lost", "192.0.2.1 300ms ok"), "", ""},
		"the second is slower":     {tried(t, "192.0.2.1 300ms ok", other+"50ms lost"), "", ""},
		"the third is merely new":  {tried(t, other+"1ms refused", "192.0.2.1 260ms ok", "192.0.2.3 10ms lost"), "", "192.0.2.2 refused the connection, 192.0.2.1 works"},
		"IPv6 is silent":           {tried(t, six+"251ms lost", four), "silent", "IPv6 fails from here (no answer from 2001:db8::42 within 10 ms), IPv4 works"},
		"all of IPv6":              {tried(t, six+"1ms refused", "2001:db8::43 251ms lost", four), "silent", "IPv6 fails from here (2001:db8::42 refused the connection, no answer from 2001:db8::43 within 10 ms), IPv4 works"},
		"some of IPv6":             {tried(t, six+"1ms refused", "2001:db8::43 251ms lost", four), "ok", "2001:db8::42 refused the connection, 192.0.2.1 works"},
		"IPv4 is silent":           {tried(t, other+"251ms lost", six+"1ms ok"), "silent", "IPv4 fails from here (no answer from 192.0.2.2 within 10 ms), IPv6 works"},
		"both families":            {tried(t, six+"1ms refused", other+"1ms refused", four), "", "2001:db8::42 refused the connection, 192.0.2.2 refused the connection, 192.0.2.1 works"},
		"no IPv6 here":             {tried(t, six+"0s no-network", four), "", ""},
		"no IPv6 in the kernel":    {tried(t, six+"0s no-family", "2001:db8::43 0s no-family", four), "", ""},
		"IPv6 for some":            {tried(t, six+"0s no-network", "2001:db8::43 1ms refused", four), "", "IPv6 fails from here (no network to 2001:db8::42, 2001:db8::43 refused the connection), IPv4 works"},
		"no network, says another": {tried(t, other+"1ms no-network", six+"1ms ok"), "", "IPv4 fails from here (no network to 192.0.2.2), IPv6 works"},
	} {
		t.Run(name, func(t *testing.T) {
			q := inquiry{isRouted: func(to netip.AddrPort) bool { return to.Addr().Is4() }, patience: 10 * time.Millisecond}
			q.dial = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
				switch c.again {
				case "":
					t.Error("asked again:", to)
				case "silent":
					return hang(ctx, to)
				case "ok":
					near, _ := net.Pipe()
					return near, nil
				}
				return nil, dialError(t, c.again)
			}
			err := q.dead(bounded(t), addressesOf(c.attempts), c.attempts)
			if c.want == "" && err != nil || c.want != "" && (err == nil || fault.Of(err).Text != c.want || fault.Of(err).Kind != fault.Address) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func addressesOf(attempts []Attempt) (all []netip.Addr) {
	for _, a := range attempts {
		all = append(all, a.Address.Addr())
	}
	return all
}

// An address of the family that nobody has tried may work.
func TestFamilyIsNotJudgedByOneAddress(t *testing.T) {
	attempts := tried(t, "2001:db8::42 1ms refused", "192.0.2.1 1ms ok")
	err := Route{}.Dead(t.Context(), append(addressesOf(attempts), netip.MustParseAddr("2001:db8::43")), attempts, false)
	wantFault(t, err, fault.Address, "2001:db8::42 refused the connection, 192.0.2.1 works")
}

// What is not known when the time is up is not told. An address that answers is
// closed without a byte.
func TestAskAgain(t *testing.T) {
	silent := tried(t, "192.0.2.2 251ms lost", "192.0.2.1 1ms ok")
	ended, end := context.WithCancel(t.Context())
	end()
	if err := (inquiry{dial: hang, patience: time.Hour}).dead(ended, addressesOf(silent), silent); err != nil {
		t.Error(err)
	}
	if err := (Route{}).Dead(t.Context(), addressesOf(silent), silent, false); err != nil {
		t.Error(err)
	}
	near, far := net.Pipe()
	answers := func(context.Context, netip.AddrPort) (net.Conn, error) { return near, nil }
	if err := (inquiry{dial: answers, patience: time.Hour}).dead(bounded(t), addressesOf(silent), silent); err != nil {
		t.Error(err)
	}
	if n, err := far.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d octets, %v", n, err)
	}
}
