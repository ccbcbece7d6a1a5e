//go:build integration

// Debian 12 has no agent of Checkmk. What it does with these files is little: it runs each executable file in the
// directory of local checks, and each line of mrpe.cfg in a shell, and puts what they say into a section.

package packaging

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/testkit/formattest"
)

const checkmkExamples = "/usr/share/doc/" + name + "/examples/checkmk/"

// checkmkHost is a machine of which localhost is the mail server.
func checkmkHost(t *testing.T, mail mailServer) *debian.Sandbox {
	t.Helper()
	m := mail.machine(map[string]string{"/etc/check_mk/pop3x.password": secret + "\n"})
	m.Address = mail.address
	s, err := m.Start("checkmk", "sh", "-c", "touch ready; exec sleep infinity")
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, "checkmk", s)
	if err := s.Await(func() bool { _, code := saidIn(t, s, "test", "-e", s.Dir+"/ready"); return code == 0 }); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCheckmkLocal runs the local check: a line for each service.
func TestCheckmkLocal(t *testing.T) {
	t.Parallel()
	s := checkmkHost(t, startMail(t))
	said, code := saidIn(t, s, "sh", checkmkExamples+"local/pop3x")
	if code != 0 {
		t.Errorf("it ends with %d", code)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(said, "\n"), "\n")
	wanted := []string{
		`^0 "?POP3"? time=[0-9.]+;2;5\S* .*pop3test ready`,
		`^0 "POP3 mailbox" time=\S+ .*5 messages, 2560 octets`,
	}
	if len(lines) != len(wanted) {
		t.Fatalf("%d lines, wanted %d:\n%s", len(lines), len(wanted), said)
	}
	for i, line := range lines {
		if !regexp.MustCompile(wanted[i]).MatchString(line) {
			t.Errorf("%s\nwanted %s", line, wanted[i])
		}
		if err := formattest.Of("checkmk")(strings.TrimSuffix(line, "\n")+"\n", 0); err != nil {
			t.Error(err)
		}
	}
}

// mrpe is a line of mrpe.cfg: a service, what the agent is to do with it, and a command.
var mrpe = regexp.MustCompile(`^(\S+) (?:\(interval=\d+\) )?(.*)$`)

// mrpeSection is a line of the agent's section: the plugin, the service, the exit status and what was said.
var mrpeSection = regexp.MustCompile(`^\(check_pop3x\) (\S+) (\d+) (.*)$`)

// TestMRPE runs each line of the example as the agent does, and reads the section.
func TestMRPE(t *testing.T) {
	t.Parallel()
	s := checkmkHost(t, startMail(t))
	wanted := map[string]judged{
		"POP3":     {"POP3", "", 0, `^POP3 OK - pop3test ready, in `},
		"POP3_TLS": {"POP3_TLS", "", 0, `^POP3 OK - 5 messages, 2560 octets in `},
	}
	text, _ := saidIn(t, s, "cat", checkmkExamples+"mrpe.cfg")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := mrpe.FindStringSubmatch(line)
		if parts == nil {
			t.Fatalf("no line of MRPE: %s", line)
		}
		said, code := saidIn(t, s, "sh", "-c", parts[2])
		program, _, _ := strings.Cut(parts[2], " ")
		section := fmt.Sprintf("(%s) %s %d %s", path.Base(program), parts[1], code, strings.ReplaceAll(strings.TrimSuffix(said, "\n"), "\n", "\x01"))
		read := mrpeSection.FindStringSubmatch(section)
		if read == nil {
			t.Fatalf("no line of the section: %s", section)
		}
		w, ok := wanted[read[1]]
		if !ok {
			t.Errorf("nobody knows %s", read[1])
		}
		w.plugged(t, strings.ReplaceAll(read[3], "\x01", "\n"), code)
		delete(wanted, read[1])
	}
	if len(wanted) > 0 {
		t.Errorf("there is no line for %v", wanted)
	}
}
