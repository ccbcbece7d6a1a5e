// Package render words a verdict for people, monitoring engines and programs.
//
// A format is a row of the table in render.go and a file of its own: nagios.go,
// checkmk.go, prometheus.go, json.go. The first two share the status line
// (text.go), which has to fit into 1024 octets, because NRPE and Nagios lose what
// is longer; -v adds sections (verbose.go, tls.go, mailbox.go). The document of
// JSON is the report itself, written by encode.go.
//
// A hint says what to try after a fault. It is a row by the problem or the kind
// of the fault (hints.go); the few that depend on more are functions of a cause
// (causes.go).
//
// The text in a report is clean already. What the command line says is cleaned,
// and what is not to be shown is left out, before any format sees it (Find).
//
// The rules come from the Monitoring Plugins Development Guidelines, section
// "Plugin Output for Nagios", the text format of Prometheus, version 0.0.4, and
// Checkmk's documentation of local checks.
package render
