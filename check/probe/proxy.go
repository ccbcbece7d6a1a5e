package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"

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

// proxy has the proxy connect to the server: to the first of its addresses, or by
// its name.
func (l *link) proxy(ctx context.Context) error {
	proxy, host := l.plan.Route.Proxy, l.plan.Host
	if !proxy.Resolves() {
		host = l.addresses[0].String()
	}
	server := net.JoinHostPort(host, strconv.Itoa(int(l.plan.Port)))
	err := proxy.Connect(l.conn, server)
	if isTimeout(err) && ctx.Err() != nil {
		return l.silentProxy(context.Cause(ctx))
	}
	if err != nil {
		return err
	}
	l.record.report.Address = server
	return l.plan.Route.Announce(l.conn)
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
