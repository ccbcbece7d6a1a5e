package options

import (
	"cmp"
	"context"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

const (
	proxyVariable         = "POP3X_PROXY"
	proxyPasswordVariable = "POP3X_PROXY_PASSWORD"
	proxyFromEnvironment  = "env" // as the value of --proxy
)

// proxy returns what leads to the server; nil is nothing.
func (o Route) proxy(s Server, t report.Target) (*transport.Proxy, error) {
	typed := strings.TrimSpace(cmp.Or(string(o.Proxy), os.Getenv(proxyVariable)))
	var p *transport.Proxy
	var err error
	switch {
	case typed == "" || o.Socket != "":
		return nil, nil
	case typed == proxyFromEnvironment:
		p, err = proxyOfAll(t)
	default:
		p, err = parseProxy(typed)
	}
	if p == nil || err != nil {
		return nil, err
	}
	if o.ProxyUser != "" {
		p.User = string(o.ProxyUser)
	}
	return p, o.checkProxy(p, s, t)
}

// checkProxy refuses what a proxy cannot do.
func (o Route) checkProxy(p *transport.Proxy, s Server, t report.Target) error {
	host, _ := netip.ParseAddr(t.Host)
	const longest = 255 // RFC 1929, section 2, and RFC 1928, section 4
	switch {
	case p.Kind != transport.HTTP && len(p.User) > longest:
		return refuse("proxy-user", "a name of more than %d octets cannot be sent", longest)
	case strings.ContainsAny(p.User, "\r\n\x00") || p.Kind == transport.HTTP && strings.Contains(p.User, ":"):
		return refuse("proxy-user", "a name with CR, LF or NUL cannot be sent, nor one with a colon to an HTTP proxy")
	case len(t.Host) > longest:
		return refuse("hostname", "a name of more than %d octets cannot be sent to a proxy", longest)
	case host.Zone() != "":
		return refuse("hostname", "%s is an address of this machine's link, to which no proxy leads", host)
	case p.Resolves() && s.Addresses.lower() == "all":
		return about("--addresses all needs the addresses, which this proxy looks up itself: type --proxy socks5://"+p.Host+":"+strconv.Itoa(int(p.Port)), "addresses", "proxy")
	}
	return nil
}

// parseProxy reads the URL of a proxy. User and password are no part of it, as
// everyone on the machine can see arguments.
func parseProxy(typed string) (*transport.Proxy, error) {
	const example = "type for example socks5h://bastion.example.org:1080 or http://192.0.2.3:3128"
	u, err := url.Parse(typed)
	switch {
	case err == nil && u.User != nil || strings.Contains(typed, "@"):
		return nil, refuse("proxy", "the URL has a user in it, type --proxy-user NAME --proxy-password-file FILE")
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return nil, refuse("proxy", "%q is not the URL of a proxy, %s", typed, example)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, refuse("proxy", "%q has more than a host and a port, %s", typed, example)
	}
	return proxyAt(u)
}

// usualProxyPorts are those of URLs without a port.
var usualProxyPorts = []struct {
	kind transport.ProxyKind
	port uint16
}{{transport.SOCKS5, 1080}, {transport.SOCKS5H, 1080}, {transport.HTTP, 80}}

// proxyAt returns the proxy that a URL names.
func proxyAt(u *url.URL) (*transport.Proxy, error) {
	p := &transport.Proxy{Kind: transport.ProxyKind(strings.ToLower(u.Scheme))}
	for _, row := range usualProxyPorts {
		if row.kind == p.Kind {
			p.Port = row.port
		}
	}
	if p.Port == 0 {
		return nil, refuse("proxy", "%q is not one of socks5, socks5h, http", u.Scheme)
	}
	if u.Port() != "" {
		n, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil || n == 0 {
			return nil, refuse("proxy", "%q is not a port, type a number from 1 to 65535", u.Port())
		}
		p.Port = uint16(n)
	}
	var err error
	p.Host, err = asciiName("proxy", u.Hostname())
	return p, err
}

// proxyOfAll returns the proxy of ALL_PROXY, which other programs obey as well,
// unless NO_PROXY exempts the server. A user and a password may stand in it.
func proxyOfAll(t report.Target) (*transport.Proxy, error) {
	all, none := cmp.Or(os.Getenv("ALL_PROXY"), os.Getenv("all_proxy")), cmp.Or(os.Getenv("NO_PROXY"), os.Getenv("no_proxy"))
	u, err := transport.ProxyFor(t.Host, t.Port, all, none)
	switch {
	case err != nil:
		return nil, refuse("proxy", "ALL_PROXY is not the URL of a proxy")
	case u == nil:
		return nil, nil
	}
	p, err := proxyAt(u)
	if err == nil && u.User != nil {
		p.User = u.User.Username()
		p.Password, _ = u.User.Password()
	}
	return p, err
}

// readProxyPassword adds the password of the user of a proxy.
func (o Route) readProxyPassword(p *transport.Proxy) (err error) {
	switch env := os.Getenv(proxyPasswordVariable); {
	case p == nil || p.User == "":
		return nil
	case o.ProxyPassword != "":
		p.Password, err = credential.FileOf("proxy password", string(o.ProxyPassword)).Read(context.Background())
	case o.ProxyUser != "" && env != "":
		p.Password, err = env, credential.Usable(proxyPasswordVariable, env)
	}
	const longest = 255 // RFC 1929, section 2
	switch {
	case err != nil:
		return refuseFault("proxy-password-file", err)
	case p.Password == "":
		return about("no password for the proxy, use --proxy-password-file FILE or "+proxyPasswordVariable, "proxy-user")
	case p.Kind != transport.HTTP && len(p.Password) > longest:
		return refuse("proxy-password-file", "a password of more than %d octets cannot be sent", longest)
	}
	return nil
}
