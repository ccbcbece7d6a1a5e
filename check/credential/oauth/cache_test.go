//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"check_pop3x/check/fault"
)

// run fetches a token as one run of the program does, at that time.
func run(t *testing.T, r Request, now *clock) (*source, string, error) {
	t.Helper()
	s := r.source()
	s.now = now.read
	token, err := fetch(t.Context(), s)
	return s, token, err
}

// numbered starts a server that returns t0ken-1, t0ken-2, ... for an hour each.
func numbered(t *testing.T) *counter {
	return count(t, func(n int, _ *http.Request) (int, string) { return 200, granted(fmt.Sprint("t0ken-", n), "") })
}

// withSecret returns a request with a secret to that server, and a clock.
func withSecret(t *testing.T, server *counter) (Request, *clock) {
	r := request(t, server.URL+"/token")
	r.SecretFile = put(t, "secret", clientSecret)
	return r, &clock{now: time.Now()}
}

// A token is used until five minutes before its end, by all runs with the same
// request.
func TestCachedToken(t *testing.T) {
	server := numbered(t)
	r, now := withSecret(t, server)
	for _, c := range []struct {
		pass time.Duration
		want string
	}{
		{0, "t0ken-1"}, {time.Second, "t0ken-1"}, {54 * time.Minute, "t0ken-1"}, {58 * time.Second, "t0ken-1"},
		{2 * time.Second, "t0ken-2"}, {time.Minute, "t0ken-2"},
	} {
		now.pass(c.pass)
		if _, token, err := run(t, r, now); err != nil || token != c.want {
			t.Errorf("%v later: %s, %v, want %s", c.pass, token, err, c.want)
		}
	}
	s, _, _ := run(t, r, now)
	if o := s.origin; !o.Kept || o.Age < 59*time.Second || o.Age > 62*time.Second || o.Left < 50*time.Minute || o.Place == "" || o.Unkept != "" {
		t.Errorf("%+v", o)
	}
	if n := server.times(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// A token is not used until its very end.
func TestLife(t *testing.T) {
	for lives, want := range map[time.Duration]time.Duration{
		time.Hour: 55 * time.Minute, 90 * time.Minute: 85 * time.Minute, 10 * time.Minute: 9 * time.Minute, time.Minute: 54 * time.Second,
		time.Second: 0, 0: 0, -time.Hour: 0, 30 * 24 * time.Hour: 24*time.Hour - 5*time.Minute,
	} {
		synctest.Test(t, func(t *testing.T) { // the clock stands still
			if got := life(&oauth2.Token{Expiry: time.Now().Add(lives)}); got != want {
				t.Errorf("%v: %v, want %v", lives, got, want)
			}
		})
	}
	if got := life(&oauth2.Token{}); got != 5*time.Minute {
		t.Errorf("without an end: %v", got)
	}
}

// Another request or another credential has another token.
func TestTokenPerRequest(t *testing.T) {
	server := numbered(t)
	r, now := withSecret(t, server)
	_, first, err := run(t, r, now)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := keyPair()
	for name, change := range map[string]func(*Request){
		"client":   func(r *Request) { r.ClientID = "other" },
		"scope":    func(r *Request) { r.Scope = "other" },
		"secret":   func(r *Request) { r.SecretFile = put(t, "secret", "0ther secret") },
		"endpoint": func(r *Request) { r.TokenURL += "?x=1" },
		"key": func(r *Request) {
			r.SecretFile, r.CertFile, r.KeyFile = "", put(t, "c", string(certificate)), put(t, "k", string(key))
		},
		"user": func(r *Request) {
			*r = Request{Server: googleServer, User: "bob", KeyFile: account(t, key, server.URL), StateDir: r.StateDir}
		},
		"other user": func(r *Request) {
			*r = Request{Server: googleServer, User: "carol", KeyFile: account(t, key, server.URL), StateDir: r.StateDir}
		},
		"refresh token": func(r *Request) { r.RefreshFile = put(t, "r", oldRefresh) },
	} {
		other := r
		change(&other)
		_, token, err := run(t, other, now)
		if err != nil || token == first {
			t.Errorf("%s: %s, %v", name, token, err)
		}
	}
	if _, again, _ := run(t, r, now); again != first {
		t.Error("the first one was lost")
	}
	r.SecretFile = put(t, "elsewhere", clientSecret+"\nmore\n")
	if _, again, _ := run(t, r, now); again != first {
		t.Error("the same secret in another file is another request")
	}
}

// A refused token is deleted if it is older than five minutes, and not if
// another run has replaced it meanwhile.
func TestRefusedTokens(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		want string
	}{
		{0, "t0ken-1"}, {4*time.Minute + 59*time.Second, "t0ken-1"}, {5*time.Minute + 2*time.Second, "t0ken-2"}, {50 * time.Minute, "t0ken-2"},
	} {
		r, now := withSecret(t, numbered(t))
		if _, _, err := run(t, r, now); err != nil {
			t.Fatal(err)
		}
		now.pass(c.age)
		s, _, err := run(t, r, now)
		if err != nil {
			t.Fatal(err)
		}
		s.discard(t.Context())
		if _, token, err := run(t, r, now); err != nil || token != c.want {
			t.Errorf("refused after %v: %s, %v, want %s", c.age, token, err, c.want)
		}
		s.discard(t.Context()) // too late: the entry is another one
		if _, token, _ := run(t, r, now); token != c.want {
			t.Errorf("refused after %v: %s was deleted", c.age, c.want)
		}
	}
}

// A failure is repeated for a minute instead of asking again.
func TestRepeatedFailure(t *testing.T) {
	server := count(t, func(n int, _ *http.Request) (int, string) {
		if n <= 2 {
			return 400, fmt.Sprintf(`{"error":"unauthorized_client","error_description":"no %d"}`, n)
		}
		return 200, granted("t0ken", "")
	})
	r, now := withSecret(t, server)
	for _, c := range []struct {
		pass time.Duration
		said string
	}{
		{0, `"unauthorized_client: no 1" the application may`}, {10 * time.Second, `"unauthorized_client: no 1" the application may`},
		{48 * time.Second, `no 1`}, {3 * time.Second, `no 2`}, {time.Second, `no 2`},
	} {
		now.pass(c.pass)
		s, _, err := run(t, r, now)
		checkFault(t, err, fault.Token, c.said)
		if asked := c.pass == 0 || c.pass == 3*time.Second; s.origin.Kept == asked || asked != (s.origin.Age == 0) {
			t.Errorf("%v later: %+v", c.pass, s.origin)
		}
	}
	now.pass(61 * time.Second)
	if _, token, err := run(t, r, now); err != nil || token != "t0ken" {
		t.Error(token, err)
	}
	if n := server.times(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}
