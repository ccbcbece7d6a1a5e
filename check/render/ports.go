package render

import (
	"fmt"
	"net"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// What to try if there is no POP3 on the port, or not as it was asked for. A silence
// that a second connection was made for has the finding in its text.

// speaksTLS is for a port on which TLS begins with the first byte.
func speaksTLS(c cause) string { return withTLS(c.report) }

// withTLS is what to type for TLS on the same port.
func withTLS(r *report.Report) string {
	use := "use --tls"
	if r.Port != 995 && !r.Route.IsSocket() {
		use += fmt.Sprintf(" -p %d", r.Port)
	}
	if r.Security == report.STLS {
		use += " instead of --starttls"
	}
	return use
}

// noTLS is for a server that speaks POP3 where TLS was to begin, which it was in any
// case on port 995.
func noTLS(c cause) string {
	switch {
	case c.report.Security == report.STLS:
		return "look at the server's log and TLS settings: it said +OK to STLS"
	case c.report.Port == 995 && !c.report.Route.IsSocket():
		return "turn TLS on for that port of the server, or use --starttls on port 110"
	}
	return "use --starttls, or turn TLS on for that port of the server"
}

// nothingListens is for a port that refuses connections.
func nothingListens(c cause) string {
	usual := uint16(110)
	if c.report.Security == report.TLSFirst {
		usual = 995
	}
	if c.report.Port == usual {
		return "start the POP3 service there, or see whether a firewall resets connections"
	}
	return "start the POP3 service there, or use its port: usually 110, or 995 with --tls"
}

// openPort is for a host that answers on another port than the one of the check.
func openPort(c cause) string {
	open := fmt.Sprintf("open port %d in the firewall, ", c.report.Port)
	if c.fault.Problem != fault.PortSilent || c.report.Look == nil {
		return open + "or lift a ban of this host"
	}
	_, other, _ := net.SplitHostPort(c.report.Look.Address)
	use := "lift a ban, or use "
	switch {
	case other == "995":
		use += "--tls "
	case c.report.Security == report.TLSFirst:
		use += "--starttls "
	}
	return open + use + "-p " + other
}

// silentGreeting is for a server about which a second connection tells nothing, or
// was not made.
func silentGreeting(c cause) string {
	t := c.report.Target
	const hangs = "look at the server's load and log"
	switch {
	case t.Security == report.TLSFirst:
		return "look at its load and log, or the port belongs to an HTTPS server"
	case t.Port == 995 && !c.report.Route.IsSocket():
		return withTLS(c.report) + ", as port 995 is for TLS"
	}
	return hangs + ", or " + withTLS(c.report) + " if the port is for TLS"
}
