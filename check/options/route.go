package options

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// Route says how to get to the server.
type Route struct {
	Source text `unquote:"false" long:"source" value-name:"ADDR" restricted:"names an address"`
	Socket text `unquote:"false" long:"unix-socket" value-name:"PATH" excludes:"port,source,use-ipv4,use-ipv6,addresses" restricted:"names a file"`

	Proxy         text `unquote:"false" long:"proxy" value-name:"URL" excludes:"unix-socket" restricted:"names a host"`
	ProxyUser     text `unquote:"false" long:"proxy-user" value-name:"NAME" needs:"a proxy" restricted:"names a user"`
	ProxyPassword text `unquote:"false" long:"proxy-password-file" value-name:"FILE" secret:"POP3X_PROXY_PASSWORD" needs:"proxy-user" secret-file:"yes" restricted:"names a file"`

	Header text `unquote:"false" long:"proxy-protocol" value-name:"HEADER"`
}

// maxSocket limits the path of a Unix socket, in octets: on Linux sun_path has 108
// with the NUL at the end (unix(7)).
const maxSocket = 107

// plan returns how to get to the server, which is nothing special without these
// options.
func (o Route) plan(s Server, t report.Target) (r transport.Route, err error) {
	if r.Socket = string(o.Socket); len(r.Socket) > maxSocket {
		return r, refuse("unix-socket", "a path of more than %d octets cannot be connected to, type a shorter one, such as that of a symbolic link", maxSocket)
	}
	r.Header = transport.Header(1 + slices.Index(transport.Headers(), o.Header.lower()))
	if r.Proxy, err = o.proxy(s, t); err != nil {
		return r, err
	}
	if o.Source != "" {
		host := t.Host
		if r.Proxy != nil {
			host = r.Proxy.Host
		}
		r.Source, err = o.source(s, host)
	}
	return r, err
}

// named returns the server with a name. A Unix socket does not need one, except for
// the certificate to be verified.
func (o Route) named(s Server) Server {
	if o.Socket != "" && strings.TrimSpace(string(s.Hostname)) == "" {
		s.Hostname = "localhost"
	}
	return s
}

// source returns the address to connect from, if it is this machine's.
func (o Route) source(s Server, host string) (netip.Addr, error) {
	typed := strings.TrimSpace(string(o.Source))
	a, err := netip.ParseAddr(withoutBrackets(typed))
	a = a.Unmap()
	to, notAddress := netip.ParseAddr(host)
	switch {
	case err != nil:
		return a, refuse("source", "%q is not an address, type one of this machine", typed)
	case s.IPv4 && a.Is6() || s.IPv6 && a.Is4():
		return a, s.otherFamily("source", a)
	case notAddress == nil && to.Unmap().Is4() != a.Is4():
		return a, about("--source "+a.String()+" and "+host+" are not of one family: give --source an address of the family of the other", "source")
	}
	if err := checkZone("source", a); err != nil {
		return a, err
	}
	if err := transport.CheckSource(a); err != nil {
		return a, refuse("source", "%v", err)
	}
	return a, nil
}

// checkZone refuses an address that is valid on one link only if its interface is
// missing (RFC 4007, section 6), and interfaces that this machine does not have.
func checkZone(option string, a netip.Addr) error {
	switch zone := a.Zone(); {
	case zone == "" && a.Is6() && a.IsLinkLocalUnicast():
		return refuse(option, "%s is valid on one link only, type its interface as well, for example %[1]s%%eth0", a)
	case zone != "" && !isInterface(zone):
		return refuse(option, "this machine has no interface %s", zone)
	}
	return nil
}

// isInterface reports whether this machine has an interface of that name or number.
func isInterface(zone string) bool {
	_, err := net.InterfaceByName(zone)
	if n, notNumber := strconv.Atoi(zone); err != nil && notNumber == nil {
		_, err = net.InterfaceByIndex(n)
	}
	return err == nil
}
