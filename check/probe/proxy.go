package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
)

// resolveProxy looks up the proxy. That it has no address is no fault of the mail
// server. An address that was typed for it may be of any family.
func (l *link) resolveProxy(ctx context.Context) error {
	family := l.plan.Family
	if resolve.IsAddress(l.plan.Route.Proxy.Host) {
		family = resolve.Any
	}
	all, err := resolve.Resolve(ctx, l.plan.Resolver, l.plan.Route.Proxy.Host, family)
	if err == nil {
		l.proxies, err = l.ofSource(all, "the proxy")
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.DNS {
		return err
	}
	blamed := *f
	blamed.Kind, blamed.Text = fault.Proxy, "the proxy is not found: "+f.Text
	switch f.Problem {
	case fault.UnknownHost, fault.ShortHost, fault.NoAddress:
		blamed.Problem = fault.ProxyUnknown
	}
	return &blamed
}

// dial connects to the server, or to the proxy that leads there.
func (l *link) dial(ctx context.Context) (*transport.Conn, []transport.Attempt, error) {
	proxy := l.plan.Route.Proxy
	if proxy == nil {
		return l.plan.Route.Dial(ctx, l.addresses, l.plan.Port)
	}
	conn, attempts, err := l.plan.Route.Dial(ctx, l.proxies, proxy.Port)
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok:
		return conn, attempts, err
	case f.Within > 0:
		return nil, attempts, &fault.Error{Kind: f.Kind, Within: f.Within, Who: "the proxy", Problem: fault.ProxyUnreached, Err: err}
	case f.Kind == fault.Usage || f.Kind == fault.Interrupted || f.Kind == fault.Internal:
		return nil, attempts, err
	}
	blamed := *f
	blamed.Kind, blamed.Text = fault.Proxy, "the proxy cannot be reached: "+f.Text
	if f.Problem == "" {
		blamed.Problem = fault.ProxyUnreached
	}
	return nil, attempts, &blamed
}

// proxy has the proxy connect to the server: by its name, or to the first of its
// addresses that the proxy gets to, with a new connection to the proxy for each.
func (l *link) proxy(ctx context.Context) error {
	hosts := []string{l.plan.Host}
	if !l.plan.Route.Proxy.Resolves() {
		hosts = hosts[:0]
		for _, a := range l.addresses {
			hosts = append(hosts, a.String())
		}
	}
	err := l.through(ctx, hosts[0])
	for _, host := range hosts[1:] {
		if !isWayOfProxy(err) {
			break
		}
		conn, _, lost := l.dial(ctx)
		if lost != nil {
			break
		}
		l.conn.Close()
		l.begin(conn)
		stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
		if again := l.through(ctx, host); again == nil || !isWayOfProxy(again) {
			err = again
		}
		stop()
	}
	if err != nil {
		return err
	}
	return l.plan.Route.Announce(l.conn)
}

// through has the proxy connect to one host.
func (l *link) through(ctx context.Context, host string) error {
	server := net.JoinHostPort(host, strconv.Itoa(int(l.plan.Port)))
	err := l.plan.Route.Proxy.Connect(l.conn, server)
	if isTimeout(err) && ctx.Err() != nil {
		return l.silentProxy(context.Cause(ctx))
	}
	if f, refused := errors.AsType[*fault.Error](err); refused && l.plan.EachAddress { // who reads it knows which it is
		told := *f
		told.Text = strings.Replace(f.Text, server, "the server", 1)
		return &told
	}
	if err == nil {
		l.record.report.Address = server
	}
	return err
}

// isWayOfProxy reports whether a proxy does not get to one address, and may well
// get to another.
func isWayOfProxy(err error) bool {
	f, _ := errors.AsType[*fault.Error](err)
	if f == nil {
		return false
	}
	switch f.Problem {
	case fault.ProxyNoWay, fault.ProxyNoFamily, fault.ProxyServerRefused:
		return true
	}
	return false
}

func (l *link) silentProxy(cause error) error {
	late, ok := errors.AsType[*fault.Error](fault.From(cause, "the proxy"))
	if !ok || late.Within == 0 {
		return cause
	}
	return late.Because(fault.ProxySilent)
}

// orProxy adds to a fault of the connection that the proxy may have been it.
func (l *link) orProxy(f *fault.Error) *fault.Error {
	if l.plan.Route.Proxy == nil || f.Text == "" {
		return f
	}
	switch f.Problem {
	case fault.Unanswered, fault.UnansweredAll, fault.ResetAtOffer, fault.ResetAtAnyOffer:
	default:
		if f.Kind != fault.Closed || f.Said != "" {
			return f
		}
	}
	shared := *f
	shared.Text, shared.Problem = f.Text+", or the proxy did", fault.ProxyOrServer
	return &shared
}

// proxyAgain has a second connection go to the same address of the proxy.
func (l *link) proxyAgain(conn *transport.Conn) {
	l.proxies = []netip.Addr{conn.Remote().Addr()}
}
