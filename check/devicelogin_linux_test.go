package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// deviceCode is the device grant up to the code that the person sees.
const deviceCode = `C: POST /device
C:
C: client_id=app&scope=pop
S: 200 application/json
S: {"device_code":"d3vice","user_code":"ABCD-EFGH","verification_uri":"https://login.example.org/device","expires_in":900,"interval":1}
`

// deviceLogin starts --oauth-login at a terminal, with a server that plays
// these exchanges.
func deviceLogin(t *testing.T, exchanges string) (x *terminal, p *process, file string) {
	t.Helper()
	server, err := pop3test.StartTokenServer(exchanges, pop3test.TokenServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	x, file = openTerminal(t), filepath.Join(t.TempDir(), "refresh token")
	p = x.start(t, run{args: []string{"--oauth-login", "--oauth", server.URL + "/token", "--oauth-device-url", server.URL + "/device",
		"--oauth-client-id", "app", "--oauth-scope", "pop", "--oauth-refresh-token-file", file}})
	const shown = "Open https://login.example.org/device in a browser and enter the code ABCD-EFGH, within 15 minutes.\r\nWaiting ...\r\n"
	if seen := x.readUntil(t, "Waiting ...\r\n"); seen != shown {
		t.Errorf("the person sees %q", seen)
	}
	return x, p, file
}

// After a login the refresh token is in its file, and the line has the command
// for the check.
func TestDeviceLogin(t *testing.T) {
	t.Parallel()
	x, p, file := deviceLogin(t, deviceCode+`C: POST /token
C:
C: client_id=app&device_code=d3vice&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&scope=pop
S: 200 application/json
S: {"access_token":"t0ken","token_type":"Bearer","refresh_token":"r3fresh-secret"}
`)
	err := p.c.Wait()
	if code := exitCode(p.c, err); code != 0 || p.stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr %q", code, p.stderr)
	}
	said := p.stdout.String()
	if !strings.HasPrefix(said, "The refresh token is in "+file+". The check: check_pop3x -H HOST --tls -u NAME --oauth http://127.0.0.1:") ||
		!strings.HasSuffix(said, "/token --oauth-client-id app --oauth-scope pop --oauth-refresh-token-file '"+file+"'\n") || strings.Count(said, "\n") != 1 || strings.Contains(said, "secret") {
		t.Errorf("%q", said)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "r3fresh-secret\n" {
		t.Errorf("%q, %v", text, err)
	}
	x.checkRestored(t, "")
}

// Ctrl-C ends the wait.
func TestDeviceLoginInterrupted(t *testing.T) {
	t.Parallel()
	_, p, file := deviceLogin(t, strings.Replace(deviceCode, `"interval":1`, `"interval":600`, 1))
	if err := p.c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := p.c.Wait()
	if code := exitCode(p.c, err); code != 3 || p.stdout.String() != "POP3 UNKNOWN - token: interrupt signal received; run it again; if a scheduler ended it, give it more time than -t [interrupted]\n" {
		t.Errorf("exit code %d, said %q", code, p.stdout)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a file")
	}
}
