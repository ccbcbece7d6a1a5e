//go:build integration

// A server that locks an account after wrong passwords: Dovecot with an auth policy server that counts them.

package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// policyServer locks an account for good after enough refused logins within a window, as administrators configure it.
// Its time is that of the test.
type policyServer struct {
	*httptest.Server

	mu       sync.Mutex
	now      time.Duration
	failures map[string][]time.Duration
	locked   map[string]bool
}

const (
	lockAfter  = 5
	lockWindow = 10 * time.Minute
)

func startPolicyServer(t *testing.T) *policyServer {
	t.Helper()
	p := &policyServer{failures: map[string][]time.Duration{}, locked: map[string]bool{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// ServeHTTP answers "allow" with whether a login may go on, and takes note of a "report".
func (p *policyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var login struct {
		Login    string `json:"login"`
		Success  bool   `json:"success"`
		Rejected bool   `json:"policy_reject"`
	}
	if err := json.NewDecoder(r.Body).Decode(&login); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Query().Get("command") == "report" && !login.Success && !login.Rejected {
		p.count(login.Login)
	}
	status := 0
	if p.locked[login.Login] {
		status = -1
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"status":%d,"msg":""}`, status)
}

func (p *policyServer) count(login string) {
	all := append(p.failures[login], p.now)
	p.failures[login] = all
	if n := len(all); n >= lockAfter && all[n-1]-all[n-lockAfter] < lockWindow {
		p.locked[login] = true
	}
}

// pass lets time pass, for the server and for what the plugin has kept.
func (p *policyServer) pass(t *testing.T, d time.Duration, state string) {
	t.Helper()
	p.mu.Lock()
	p.now += d
	p.mu.Unlock()
	kept, err := filepath.Glob(filepath.Join(state, "login-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range kept {
		makeOlder(t, path, d)
	}
}

// makeOlder sets back the times of refused logins.
func makeOlder(t *testing.T, path string, by time.Duration) {
	t.Helper()
	text, err := os.ReadFile(path)
	entry := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &entry)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range entry["secrets"].([]any) {
		fields := secret.(map[string]any)
		for _, name := range []string{"last", "tried"} {
			fields[name] = int64(fields[name].(float64)) - int64(by/time.Second)
		}
	}
	if text, err = json.Marshal(entry); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// failed returns how many logins of a user were refused, and whether the account is locked.
func (p *policyServer) failed(user string) (logins int, locked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.failures[user]), p.locked[user]
}

// A stale password in a check that runs every minute for an hour: with the pause the account is never locked, and the
// new password works at once. Without it the account is locked after minutes, for its owner as well.
func TestLockout(t *testing.T) {
	t.Parallel()
	policy := startPolicyServer(t)
	s := private(t, func() (*server, error) {
		return startDovecot(dovecotConfig{Extra: strings.Join([]string{
			"auth_policy_server_url = " + policy.URL + "/",
			"auth_policy_hash_nonce = integration",
			"auth_failure_delay = 0",
		}, "\n")})
	})
	everyMinute := func(user account, more ...string) (state string) {
		state = filepath.Join(t.TempDir(), "state")
		for range 60 {
			stale := account{user.name, "the old password", nil}
			o := check(t, s, withTLS, stale, append(more, "--state-dir", state)...)
			o.want("CRITICAL", `login: `+user.name+` was refused \(PLAIN.*\[auth\]; the server said "Authentication failed\."`)
			policy.pass(t, time.Minute, state)
		}
		return state
	}

	state := everyMinute(alice)
	if logins, locked := policy.failed(alice.name); logins != 6 || locked { // at minutes 0, 1, 2, 17, 32 and 47
		t.Errorf("%d logins were refused, locked: %v", logins, locked)
	}
	o := check(t, s, withTLS, alice, "--state-dir", state)
	wantAlice(o)

	everyMinute(bob, "--login-pause", "0")
	if logins, locked := policy.failed(bob.name); logins != lockAfter || !locked {
		t.Errorf("%d logins were refused, locked: %v", logins, locked)
	}
	o = check(t, s, withTLS, bob, "--state-dir", state)
	o.want("CRITICAL", `login: bob was refused \(PLAIN.*\[auth\]; the server said "Authentication failed\."`)
}

// What a server writes of a check without a login is what some bans count.
func TestNoLoginInTheLog(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{}) })
	run(t, call{addr: s.port(withTLS), how: withTLS}).want("OK", "")
	if err := s.Await(func() bool { return strings.Contains(s.Logged(), "no auth attempts") }); err != nil {
		t.Error(err)
	}
}
