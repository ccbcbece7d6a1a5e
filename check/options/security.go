package options

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"check_pop3x/check/confine"
	"check_pop3x/check/files"
	"check_pop3x/check/probe"
)

// Security bounds what the program does, and what it can be told to do.
type Security struct {
	Restricted bool `long:"restricted" line-only:"yes"`
	Confine    bool `long:"confine" excludes:"password-command,oauth-login"`
}

// confinement returns what the process still has to do for a plan; nil is
// everything. Directories that will be written are created, as that is
// impossible afterwards.
func (a *settings) confinement(p probe.Plan) *confine.Permissions {
	o := a.options
	if !o.Security.Confine {
		return nil
	}
	left := &confine.Permissions{Read: confine.System(os.Getenv), Ports: o.ports(p)}
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); filepath.IsAbs(dir) {
		left.Read = append(left.Read, dir)
	}
	left.Bind = p.Route.Source.IsValid()
	for _, s := range a.given {
		if s.option.ValueName == "FILE" && s.field.String() != "" {
			left.Read = append(left.Read, s.field.String())
		}
	}
	for _, file := range []text{o.Output.Output, o.Token.RefreshFile} {
		if file != "" {
			left.Write = append(left.Write, filepath.Dir(string(file)))
		}
	}
	if o.Token.Server != "" || p.Refusals != nil || p.CRL != nil || o.Output.NotifyChanges || p.Send != nil || o.Kerberos.Keytab != "" {
		dir := o.Token.stateDir()
		_, _ = files.OpenStore(dir) // an error is shown when something is kept
		left.Write = append(left.Write, dir)
	}
	if p.Ticket != nil {
		read, ports := p.Ticket.Needs()
		left.Read, left.Ports = append(left.Read, read...), append(left.Ports, ports...)
	}
	return left
}

// ports lists those that the process still has to connect to, apart from a KDC's.
func (o *Options) ports(p probe.Plan) []uint16 {
	ports := []uint16{53}
	switch {
	case p.Route.Proxy != nil:
		ports = append(ports, p.Route.Proxy.Port)
	case p.SRV != nil: // the usual ports, whatever DNS says
		ports = append(ports, 110, 995)
	case p.Route.Socket == "":
		ports = append(ports, p.Port)
	}
	if !p.NoSecondLook {
		ports = append(ports, p.OtherPort())
	}
	if p.Resolver.IsValid() {
		ports = append(ports, p.Resolver.Port())
	}
	if p.Send != nil {
		ports = append(ports, p.Send.Port)
	}
	if p.CRL != nil {
		ports = append(ports, 80)
	}
	if o.Token.Server != "" {
		ports = append(ports, tokenPorts(string(o.Token.Server))...)
	}
	return ports
}

// tokenPorts returns the ports of a token server and of the proxies that may lead
// to it. Known servers and those in the key of a service account have 443.
func tokenPorts(server string) []uint16 {
	ports := []uint16{443}
	for _, typed := range []string{server, os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"), os.Getenv("HTTP_PROXY"), os.Getenv("http_proxy")} {
		if typed != server && typed != "" && !strings.Contains(typed, "://") {
			typed = "http://" + typed // as net/http reads it
		}
		u, err := url.Parse(typed)
		if err != nil || u.Host == "" {
			continue
		}
		port := u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
		}
		if n, err := strconv.ParseUint(port, 10, 16); err == nil {
			ports = append(ports, uint16(n))
		}
	}
	return ports
}
