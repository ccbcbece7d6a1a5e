//go:build integration && homes

package packaging

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// buildTelegraf builds a program of Telegraf's own code, a module of its own: Debian has no Telegraf, and ours is not to
// depend on it.
func buildTelegraf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "main.go"} {
		write(t, filepath.Join(dir, name), read(t, filepath.Join("testdata/telegraf", name)))
	}
	runIn(t, dir, "go", "build", "-mod=mod", "-o", "telegraf", ".")
	program, err := os.ReadFile(filepath.Join(dir, "telegraf"))
	if err != nil {
		t.Fatal(err)
	}
	return string(program)
}

// TestHomeTelegraf has Telegraf's own input run the example, and its parser read it.
func TestHomeTelegraf(t *testing.T) {
	m := startMail(t).machine(map[string]string{
		"/etc/check_pop3x/probe.password": secret + "\n",
		"/usr/local/bin/telegraf":         buildTelegraf(t),
	})
	said, err := m.Run("telegraf", "sh", "-ec", `
chmod 755 /usr/local/bin/telegraf
exec /usr/local/bin/telegraf /usr/share/doc/`+name+`/examples/telegraf/pop3x.conf`)
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{
		`(?m)^nagios,.*perfdata=time_login,unit=s min=0,value=0\.\d+ \d+$`,
		`(?m)^nagios,.*perfdata=messages min=0,value=5 \d+$`,
		`(?m)^nagios_state,.* service_output="POP3 OK - 5 messages, 2560 octets in .*",state=0i \d+$`,
	} {
		if !regexp.MustCompile(wanted).MatchString(said) {
			t.Errorf("no %s in\n%s", wanted, said)
		}
	}
}
