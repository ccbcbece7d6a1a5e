package main

import (
	"os/exec"
	"regexp"
	"strconv"
)

// A program is one that is measured, and how to see that it did its work.
type program struct {
	name string
	argv []string
	code int            // the exit code
	says *regexp.Regexp // what it prints
	from string         // the package that has it
}

// installed reports whether the program is there.
func (p program) installed() bool {
	_, err := exec.LookPath(p.argv[0])
	return err == nil
}

// with is the program with more arguments.
func (p program) with(args ...string) program {
	p.argv = append(p.argv[:len(p.argv):len(p.argv)], args...)
	return p
}

// The names of what is measured.
const (
	verified = "verified TLS, login, STAT"
	greeting = "greeting in plain"
	version  = "--version"
	startUp  = "start-up alone, all packages initialized"
)

// A row compares the plugin with a peer.
type row struct {
	name       string
	ours, peer program
	most       float64 // the ratio of CPU that is wanted
}

// rows are the comparisons by CPU and memory.
func (l *lab) rows() []row {
	return append([]row{
		{verified, l.login(l.tls), l.checkPop("check_pop -S, greeting only, unverified", l.tls, "-S"), 0.7},
		{verified, l.login(l.tls), l.curl(l.tls), 0.12},
		{greeting, l.greeting(), l.checkPop("check_pop", l.plain), 1.15},
		{version, l.version(), l.empty(), 1.6},
		{startUp, l.startUp(), l.empty(), 1.6},
	}, l.certificateRows()...)
}

// pop3x is the plugin on a port of the server.
func (l *lab) pop3x(port int, says string) program {
	return program{
		name: "check_pop3x",
		argv: []string{l.plugin, "-H", host, "-p", strconv.Itoa(port)},
		says: regexp.MustCompile(says),
	}
}

// login verifies the server, logs in by AUTH PLAIN and asks for the mailbox.
func (l *lab) login(port int) program {
	return l.pop3x(port, `^POP3 OK - 5 messages, \d+ octets[^\n]* in [^\n]* cert_days=[0-9:;]+\n$`).
		with("--tls", "-u", user, "--password-file", l.file("password"), "--auth", "plain")
}

// greeting reads the greeting and the capabilities without TLS.
func (l *lab) greeting() program {
	return l.pop3x(l.plain, `^POP3 OK - pop3test ready, in [^\n]*\n$`)
}

func (l *lab) version() program {
	return program{name: "check_pop3x", argv: []string{l.plugin, "--version"}, code: 3, says: regexp.MustCompile(`^check_pop3x \S+\n$`)}
}

// startUp is the part of a check before it begins.
func (l *lab) startUp() program {
	return program{name: "check_pop3x", argv: []string{l.file("startup")}, says: regexp.MustCompile(`^$`)}
}

// empty is the least that a Go program costs.
func (l *lab) empty() program {
	return program{name: "an empty Go program", argv: []string{l.file("empty")}, says: regexp.MustCompile(`^$`)}
}

func (l *lab) checkPop(name string, port int, args ...string) program {
	return program{
		name: name,
		argv: []string{"/usr/lib/nagios/plugins/check_pop", "-H", host, "-p", strconv.Itoa(port)},
		says: regexp.MustCompile(`^POP OK - [^\n]*\[\+OK pop3test ready\.\]`),
		from: "monitoring-plugins-basic",
	}.with(args...)
}

// curl does what login does. STAT has an answer of one line, which curl knows
// only with -I; else it waits for a dot. --sasl-ir spares it a round trip.
func (l *lab) curl(port int) program {
	return program{
		name: "curl -X STAT -I --sasl-ir",
		argv: []string{"/usr/bin/curl", "-q", "-s", "-S", "-m", "10", "--cacert", l.file("roots.pem"), "-K", l.file("curlrc"),
			"--login-options", "AUTH=PLAIN", "--sasl-ir", "-X", "STAT", "-I", "-D", "-", "pop3s://" + host + ":" + strconv.Itoa(port) + "/"},
		says: regexp.MustCompile(`\n\+OK 5 \d+\r\n$`),
		from: "curl",
	}
}
