//go:build integration

package packaging

import (
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// startNRPE starts Debian's NRPE on a machine of which localhost is the mail server: its commands check their own.
func startNRPE(t *testing.T, mail mailServer, files map[string]string) *debian.Sandbox {
	t.Helper()
	m := mail.machine(files)
	m.Address = mail.address
	s, err := m.Start("nrpe", "./nrpe.sh", mail.address)
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "nrpe", s)
	if err := s.Await(func() bool { _, code := saidIn(t, s, checkNRPE, "-H", mail.address); return code == 0 }); err != nil {
		t.Fatal(err)
	}
	return s
}

const checkNRPE = "/usr/lib/nagios/plugins/check_nrpe"

// saidIn runs a command in a sandbox to its end, whatever that is.
func saidIn(t *testing.T, s *debian.Sandbox, command ...string) (said string, code int) {
	t.Helper()
	cmd := s.Command(command...)
	out, err := cmd.Output()
	if failed := new(exec.ExitError); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// plugged judges the lines of a plugin and its exit code.
func (j judged) plugged(t *testing.T, said string, code int) {
	t.Helper()
	line, long, _ := strings.Cut(said, "\n")
	text, data, _ := strings.Cut(line, " | ")
	j.want(t, code, text, labels(data))
	j.explained(t, long)
}

// disabled are the commands of the package's file that need a name, a user or a password that only the
// administrator knows.
var disabled = regexp.MustCompile(`(?m)^#command\[`)

// TestNRPE asks for each command of the package's file, as it is installed and with all of them enabled.
func TestNRPE(t *testing.T) {
	t.Parallel()
	mail := startMail(t)
	installed := startNRPE(t, mail, nil)
	ok := judged{"check_pop3x", "", 0, `^POP3 OK - pop3test ready, (TLS 1\.3, certificate expires in \d+ days, )?in .*; no login tried$`}
	said, code := saidIn(t, installed, checkNRPE, "-H", mail.address, "-c", ok.name, "-t", "60")
	ok.plugged(t, said, code)
	if said, code := saidIn(t, installed, checkNRPE, "-H", mail.address, "-c", "check_pop3x_tls"); code != 3 {
		t.Errorf("a disabled command: %d, %s", code, said)
	}
	installed.Stop()

	text := plain(t, one.root+"/etc/nagios/nrpe.d/pop3x.cfg")
	const own = `
command[warning]=/usr/lib/nagios/plugins/check_pop3x -v -H localhost -w 0
command[critical]=/usr/lib/nagios/plugins/check_pop3x -v -H localhost -p 1
`
	enabled := startNRPE(t, mail, map[string]string{
		"/etc/nagios/nrpe.d/pop3x.cfg": disabled.ReplaceAllString(text, "command[") + own,
		"/etc/nagios/pop3x.password":   secret + "\n",
	})
	for _, w := range []judged{
		ok,
		{"check_pop3x_tls", "", 0, ok.line},
		{"check_pop3x_cert", "", 0, ok.line},
		{"check_pop3x_login", "", 0, `^POP3 OK - 5 messages, 2560 octets in `},
		{"warning", "", 1, `^POP3 WARNING - took `},
		{"critical", "", 2, `^POP3 CRITICAL - connect: connection refused `},
	} {
		said, code := saidIn(t, enabled, checkNRPE, "-H", mail.address, "-c", w.name, "-t", "60")
		w.plugged(t, said, code)
	}
}
