//go:build unix

package check_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// tokenDialogue is the dialogue of a mail server that gets a token and answers
// it.
func tokenDialogue(token, answer string) string {
	response := base64.StdEncoding.EncodeToString([]byte("user=alice\x01auth=Bearer " + token + "\x01\x01"))
	return "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL XOAUTH2\nS: .\nC: AUTH XOAUTH2\nS: + \nC: " + response + "\n" + answer
}

const (
	welcome = "S: +OK\nC: STAT\nS: +OK 5 18067\nC: QUIT\nS: +OK\n"
	refusal = "S: -ERR [AUTH] no\nC: QUIT\n"
)

// If the mail server refuses a token the run ends. The next run asks for a new
// token if the refused one was older than five minutes.
func TestRefusedToken(t *testing.T) {
	for name, c := range map[string]struct {
		age  time.Duration
		next string
	}{"young": {4 * time.Minute, "t0ken-1"}, "old": {6 * time.Minute, "t0ken-2"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exchanges := ""
			for _, token := range []string{"t0ken-1", c.next} {
				if strings.Contains(exchanges, token) {
					continue
				}
				exchanges += "C: POST /token\nC:\nC: grant_type=client_credentials\nS: 200 application/json\n" + `S: {"access_token":"` + token + `","token_type":"Bearer","expires_in":3600}` + "\n"
			}
			server, err := pop3test.StartTokenServer(exchanges, pop3test.TokenServerOptions{})
			if err != nil {
				t.Fatal(err)
			}
			state := filepath.Join(t.TempDir(), "state")
			secret := writeSecret(t, "secret", hostileSecret)
			check := func(dialogue string, code int) {
				t.Helper()
				player := serve(t, dialogue, pop3test.Options{})
				o := run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), "-u", "alice", "--allow-cleartext-login", "--state-dir", state,
					"--oauth", server.URL + "/token", "--oauth-client-id", "app", "--oauth-client-secret-file", secret}}.play(t.TempDir())
				if o.code != code {
					t.Errorf("exit code %d, said %s", o.code, o.stdout)
				}
				if err := checkLine(o.stdout, o.code); err != nil {
					t.Error(err)
				}
				if err := player.Finish(); err != nil {
					t.Error(err)
				}
			}
			check(tokenDialogue("t0ken-1", welcome), 0)
			makeOlder(t, state, c.age)
			check(tokenDialogue("t0ken-1", refusal), 2)
			check(tokenDialogue(c.next, welcome), 0)
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// makeOlder makes the only token in a directory older.
func makeOlder(t *testing.T, dir string, by time.Duration) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "token-*.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"written", "until"} {
		n, err := fields[name].(json.Number).Int64()
		if err != nil {
			t.Fatal(err)
		}
		fields[name] = n - int64(by/time.Second)
	}
	if text, err = json.Marshal(fields); err == nil {
		err = os.WriteFile(files[0], text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// time does not include the time of the token server.
func TestTimeIsWithoutToken(t *testing.T) {
	t.Parallel()
	server, err := pop3test.StartTokenServer("C: POST /token\nC:\nC: grant_type=client_credentials\nS: silence\n", pop3test.TokenServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	player := serve(t, "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL XOAUTH2\nS: .\n", pop3test.Options{})
	o := run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), "-u", "alice", "--allow-cleartext-login", "--state-dir", t.TempDir(),
		"--oauth", server.URL + "/token", "--oauth-client-id", "app", "--oauth-client-secret-file", writeSecret(t, "secret", hostileSecret),
		"--phase-timeout", "token=2s"}}.play(t.TempDir())
	whole, token := perfValue(t, o.stdout, "time"), perfValue(t, o.stdout, "time_token")
	if token < 2 || whole >= token {
		t.Errorf("time %v, time_token %v: %s", whole, token, o.stdout)
	}
	server.Close()
}

// perfValue returns the value of a label in perfdata, in seconds.
func perfValue(t *testing.T, said, label string) float64 {
	t.Helper()
	_, after, found := strings.Cut(said, " "+label+"=")
	number, _, _ := strings.Cut(after, "s;")
	n, err := strconv.ParseFloat(number, 64)
	if !found || err != nil {
		t.Fatalf("no %s in %s", label, said)
	}
	return n
}
