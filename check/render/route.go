package render

import (
	"strconv"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// route says how the connection gets to the server, if options say so.
func route(r *report.Report) (lines []string) {
	if r.Route == nil {
		return nil
	}
	if r.Route.Socket != "" {
		lines = append(lines, "by the Unix socket "+fault.Shorten(r.Route.Socket, maxText))
	}
	if r.Route.Proxy != "" {
		lines = append(lines, "through the proxy "+fault.Shorten(r.Route.Proxy, maxText))
	}
	if r.Route.Source != "" {
		lines = append(lines, "from "+r.Route.Source)
	}
	if r.Route.ProxyProtocol != "" {
		lines = append(lines, "with a header of the PROXY protocol, "+r.Route.ProxyProtocol)
	}
	for _, one := range r.LeftOut {
		lines = append(lines, one.Address+"  left out: "+one.Why)
	}
	return lines
}

// silentToSource is for a server that does not answer an address that was chosen.
func silentToSource(c cause) string {
	if c.report.Route == nil || c.report.Route.Source == "" {
		return ""
	}
	return "try without --source: answers to " + c.report.Route.Source + " may not find their way back"
}

// silentProxy is for a proxy that took the time of its phase.
func silentProxy(c cause) string {
	if strings.HasPrefix(proxyOf(c), "socks") {
		return "see whether it gets to the server, or is an HTTP proxy (--proxy http://...)"
	}
	return "see from there whether the server answers; else look at the proxy's log"
}

// wordlessProxy is for a proxy that does not answer at all.
func wordlessProxy(c cause) string {
	if strings.HasPrefix(proxyOf(c), "socks") {
		return "it may be no SOCKS5 proxy (try --proxy http://...), or not allow this host: see its log"
	}
	return "it may be a SOCKS proxy (try --proxy socks5h://...), or not allow this host: see its log"
}

// allowInProxy names the port.
func allowInProxy(c cause) string {
	port := strconv.Itoa(int(c.report.Port))
	if strings.HasPrefix(proxyOf(c), "http:") {
		return "allow CONNECT to port " + port + " in the proxy (squid: SSL_ports)"
	}
	return "allow this host to connect to port " + port + " in the proxy's rules"
}

func proxyOf(c cause) string {
	if c.report.Route == nil {
		return ""
	}
	return c.report.Route.Proxy
}
