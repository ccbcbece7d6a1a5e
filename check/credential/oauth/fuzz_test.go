package oauth

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// An entry is only used for the same request with the same credential, and if
// it is neither from the future nor expired.
func FuzzEntry(f *testing.F) {
	const now = 1_800_000_000
	name, secret := strings.Repeat("a", 64), strings.Repeat("b", 64)
	for _, e := range []entry{
		{Version: 1, Request: name, Credential: secret, Written: now - 100, Until: now + 3200, Token: "t0ken"},
		{Version: 1, Request: name, Credential: secret, Written: now - 100, Until: now, Token: "t0ken"},
		{Version: 1, Request: secret, Credential: secret, Written: now - 100, Until: now + 3200, Token: "t0ken"},
		{Version: 1, Request: name, Credential: secret, Written: now - 59, Failure: &failure{Text: "from x", Said: "no"}},
		{Version: 1, Request: name, Credential: secret, Written: now + 1, Until: now + 3200, Token: "t0ken"},
		{Version: 2, Request: name, Credential: secret, Written: -1 << 63, Until: 1<<63 - 1, Token: "a b"},
	} {
		text, _ := json.Marshal(e)
		f.Add(text, int64(now))
		f.Add(text[:len(text)-1], int64(now))
	}
	f.Add([]byte(`{"Version":1,"request":null,"written":1e400}`), int64(0))
	f.Fuzz(func(t *testing.T, text []byte, seconds int64) {
		if seconds < 0 || seconds > 1<<40 {
			return
		}
		at := time.Unix(seconds, 0)
		e := parseEntry(text, name, secret, at)
		if e == nil {
			return
		}
		age, left := seconds-e.Written, e.Until-seconds
		switch {
		case e.Request != name || e.Credential != secret || e.Written > seconds:
			t.Errorf("%s: not ours", text)
		case e.Failure != nil && (e.Token != "" || age >= 60 || age < 0):
			t.Errorf("%s: a failure %d s old", text, age)
		case e.Failure == nil && (!sasl.IsToken(e.Token) || left <= 0 || e.Until-e.Written > 24*60*60):
			t.Errorf("%s: a token for %d s", text, left)
		}
	})
}

// A token server's answer is either a token that can be sent, or a fault of
// kind token in one line, without the secret.
func FuzzAnswer(f *testing.F) {
	secret := "hunter2-hunter2"
	for _, body := range []string{
		granted("t0ken", ""), `{"error":"invalid_client","error_description":"no\nway"}`, `{"error":"` + secret + `"}`,
		"error=x&error_description=y%0Az%00", `{"access_token":1}`, "", "[]", `{"expires_in":"-1","access_token":"x","token_type":"bearer"}`,
		`{"error":"x","error_description":"2retnuh-2retnuh"}`, `{"error":"x","error_description":"aHVudGVyMi1odW50ZXIy"}`,
	} {
		f.Add(200, "application/json", body)
		f.Add(400, "text/plain", body)
	}
	var code int
	var kind, body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{kind}
		w.WriteHeader(code)
		w.Write([]byte(body))
	}))
	server.Config.ErrorLog = quiet
	f.Cleanup(server.Close)
	at, err := ParseServer(server.URL)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, c int, k, b string) {
		if c < 200 || c > 599 || c == 204 || c == 304 {
			return
		}
		code, kind, body = c, strings.Map(printable, k), b
		s := Request{Server: at, ClientID: "app"}.source()
		s.InBody, s.client = true, &client{tokenURL: server.URL, secret: secret}
		s.client.hide(secret)
		answer, err := s.request(t.Context())
		if err == nil && (answer == nil || !sasl.IsToken(answer.AccessToken)) {
			t.Errorf("%q is taken for a token", answer.AccessToken)
		}
		if err == nil {
			return
		}
		found := fault.Of(err)
		said := found.Text + " " + found.Said
		switch {
		case found.Kind != fault.Token:
			t.Errorf("%v", found)
		case strings.ContainsFunc(said, unicode.IsControl) || !utf8.ValidString(said) || len(said) > 3*maxSaid:
			t.Errorf("%q", said)
		case credential.NewRedactor(secret).Keep(said) != said:
			t.Errorf("%q shows the secret", said)
		}
	})
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
