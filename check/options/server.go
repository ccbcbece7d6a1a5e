package options

import (
	"strconv"
	"strings"

	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
)

// Server says whom to ask, and over what.
type Server struct {
	Hostname text `unquote:"false" short:"H" long:"hostname" value-name:"HOST" everyday:"yes" restricted:"names a host"`
	Port     text `unquote:"false" short:"p" long:"port" value-name:"PORT" everyday:"yes" restricted:"names a port"`
	TLS      bool `short:"S" long:"tls" everyday:"yes"`
	SSL      bool `long:"ssl" hidden:"yes" excludes:"starttls"`
	StartTLS bool `long:"starttls" excludes:"tls" everyday:"yes"`
	SRV      text `unquote:"false" long:"srv" value-name:"DOMAIN" excludes:"hostname,port,unix-socket" restricted:"names a host"`
	NoCAPA   bool `long:"no-capa"`
	NoLook   bool `long:"no-second-look"`
	IPv4     bool `short:"4" long:"use-ipv4" excludes:"use-ipv6"`
	IPv6     bool `short:"6" long:"use-ipv6"`

	Addresses text `unquote:"false" long:"addresses" value-name:"WHICH"`
	LoginAt   text `unquote:"false" long:"login-at" value-name:"WHICH" needs:"login,all addresses"`

	Resolver text `unquote:"false" long:"resolver" value-name:"ADDR[:PORT]" restricted:"names a resolver"`
}

// target returns the server, with the usual port unless one was given. implied
// means that TLS is wanted even without --tls.
func (o Server) target(implied bool) (t report.Target, err error) {
	switch {
	case o.StartTLS:
		t.Security = report.STLS
	case o.TLS || o.SSL || implied:
		t.Security = report.TLSFirst
	default:
		t.Security = report.Clear
	}
	if o.SRV != "" {
		t.Host, err = o.domain()
		return t, err
	}
	if t.Host, err = o.host(t.Security); err != nil {
		return t, err
	}
	t.Port, err = o.port(t.Security)
	return t, err
}

// domain returns the domain whose servers are looked up.
func (o Server) domain() (string, error) {
	name, err := asciiName("srv", strings.TrimSpace(string(o.SRV)))
	if err != nil {
		return "", err
	}
	if err := resolve.CheckDomain(name); err != nil {
		return "", refuse("srv", "%v", err)
	}
	return strings.TrimSuffix(name, "."), nil
}

// port returns the typed port, or the usual one.
func (o Server) port(security report.Security) (uint16, error) {
	switch {
	case o.Port == "" && security == report.TLSFirst:
		return 995, nil
	case o.Port == "":
		return 110, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(o.Port)), 10, 16)
	if err != nil || n == 0 {
		return 0, refuse("port", "%q is not a port, type a number from 1 to 65535", o.Port)
	}
	return uint16(n), nil
}

// family returns which addresses are wanted.
func (o Server) family() resolve.Family {
	switch {
	case o.IPv4:
		return resolve.IPv4
	case o.IPv6:
		return resolve.IPv6
	}
	return resolve.Any
}

// resolver returns the DNS server to ask; the zero Resolver is the system's.
func (o Server) resolver() (r resolve.Resolver, err error) {
	if o.Resolver != "" {
		if r, err = resolve.ParseResolver(strings.TrimSpace(string(o.Resolver))); err != nil {
			return r, refuse("resolver", "%v", err)
		}
	}
	r.NoSecondLook = o.NoLook
	return r, nil
}
