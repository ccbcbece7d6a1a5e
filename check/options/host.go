package options

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
)

// host checks a name or an address, and returns it as DNS has it. URLs and Go
// write brackets around an IPv6 address, which are taken off.
func (o Server) host(security report.Security) (string, error) {
	typed := strings.TrimSpace(string(o.Hostname))
	host := withoutBrackets(typed)
	addr, err := netip.ParseAddr(host)
	switch {
	case host == "":
		return "", about("no host, type -H HOST", "hostname")
	case err == nil && (o.IPv4 && addr.Is6() || o.IPv6 && addr.Is4()):
		return "", o.otherFamily("hostname", addr)
	case err == nil:
		return host, checkZone("hostname", addr)
	case strings.HasPrefix(host, "-"):
		return "", refuse("hostname", "%q is an option, the name is missing, type -H HOST", host)
	case strings.HasPrefix(host, "/"):
		return "", refuse("hostname", "%q is a path, type --unix-socket %s", host, host)
	case strings.Contains(host, "://"):
		return "", refuseURL(host, security)
	}
	if name, port, found := splitPort(host); found {
		return "", refuse("hostname", "%q has a port in it, type %s", typed, commandLine(name, port, security))
	}
	if user, name, found := strings.Cut(host, "@"); found && isName(user) && isName(name) {
		return "", refuse("hostname", "%q has a user in it, type -H %s -u %s", typed, name, user)
	}
	if strings.Count(host, ".") == 3 && strings.Trim(host, ".0123456789") == "" { // no domain ends in a number
		return "", refuse("hostname", "%q is not an IPv4 address", host)
	}
	if strings.Count(host, ":") > 1 && isName(strings.ReplaceAll(host, ":", "")) {
		return "", refuse("hostname", "%q is not an IPv6 address", host)
	}
	return asciiName("hostname", host)
}

// otherFamily refuses an address that is not of the family asked for.
func (o Server) otherFamily(option string, a netip.Addr) error {
	if o.IPv4 {
		return about("--"+option+": "+a.String()+" is an IPv6 address, drop -4, or give an IPv4 address", option, "use-ipv4")
	}
	return about("--"+option+": "+a.String()+" is an IPv4 address, drop -6, or give an IPv6 address", option, "use-ipv6")
}

// withoutBrackets takes the brackets off an IPv6 address.
func withoutBrackets(typed string) string {
	if strings.HasPrefix(typed, "[") && strings.HasSuffix(typed, "]") && strings.Contains(typed, ":") {
		return typed[1 : len(typed)-1]
	}
	return typed
}

// splitPort splits HOST:PORT and [ADDRESS]:PORT.
func splitPort(typed string) (host, port string, found bool) {
	at := strings.LastIndex(typed, ":")
	if at < 0 {
		return "", "", false
	}
	host, port = typed[:at], typed[at+1:]
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return inner, port, ok && isName(port)
	}
	return host, port, isName(host) && isName(port)
}

// refuseURL says what to type instead of a URL.
func refuseURL(typed string, security report.Security) error {
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" {
		return refuse("hostname", "%q is a URL, type the name in it: -H HOST", typed)
	}
	port := u.Port()
	if secure := u.Scheme == "pop3s" || u.Scheme == "pops"; secure && port == "" {
		port = "995"
	} else if secure {
		security = report.TLSFirst
		return refuse("hostname", "%q is a URL, type %s --tls", typed, commandLine(u.Hostname(), port, security))
	}
	return refuse("hostname", "%q is a URL, type %s", typed, commandLine(u.Hostname(), port, security))
}

// commandLine is what to type for a host and a port, beside what was typed
// already. Port 995 is that of TLS from the first byte.
func commandLine(host, port string, security report.Security) string {
	line := "-H " + host
	if port != "" {
		line += " -p " + port
	}
	if port == "995" && security == report.Clear {
		line += " --tls"
	}
	return line
}

// checkName refuses what is neither a name nor an address.
func checkName(option, typed string) error {
	if _, err := netip.ParseAddr(typed); err == nil || isName(typed) {
		return nil
	}
	return refuse(option, "%q is neither a name nor an address", typed)
}

// asciiName returns a name as DNS and certificates have it, or an address.
func asciiName(option, typed string) (string, error) {
	if err := checkName(option, typed); err != nil {
		return "", err
	}
	name, err := resolve.ASCII(typed)
	if err != nil {
		return "", refuse(option, "%q is not a name: %v", typed, err)
	}
	return name, nil
}

// isName reports whether typed has nothing that no name has: blanks, control
// characters, what belongs to a URL.
func isName(typed string) bool {
	return typed != "" && !strings.ContainsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`/:@"'|[]`, r)
	})
}
