//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// deviceRequest returns a request to a server with a device endpoint. The file
// for the refresh token does not exist.
func deviceRequest(t *testing.T, url string) Request {
	r := request(t, url+"/token")
	r.DeviceURL, r.UserScope = url+"/device", "pop offline_access"
	r.RefreshFile = filepath.Join(t.TempDir(), "refresh")
	return r
}

// A server's answer with a code; interval 1 keeps the test short.
const code = `S: 200 application/json
S: {"device_code":"d3vice","user_code":"ABCD-EFGH","verification_uri":"https://login.example.org/device","expires_in":900,"interval":1}
`

// The code is shown, the person takes a while, and the refresh token is in a
// file that nobody else can read (RFC 8628, section 3).
func TestLogin(t *testing.T) {
	t.Parallel()
	r := deviceRequest(t, serve(t, `C: POST /device
C: 
C: client_id=app&scope=pop+offline_access
`+code+`C: POST /token
C: 
C: client_id=app&device_code=d3vice&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&scope=pop+offline_access
S: 400 application/json
S: {"error":"authorization_pending"}
C: POST /token
C: 
C: client_id=app&device_code=d3vice&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&scope=pop+offline_access
S: 200 application/json
S: {"access_token":"t0ken","token_type":"Bearer","expires_in":3600,"refresh_token":"r3fresh"}
`))
	told := ""
	if err := r.Login(t.Context(), 10*time.Second, func(text string) { told += text }); err != nil {
		t.Fatal(err)
	}
	if want := "Open https://login.example.org/device in a browser and enter the code ABCD-EFGH, within 15 minutes.\nWaiting ...\n"; told != want {
		t.Errorf("%q, want %q", told, want)
	}
	text, err := os.ReadFile(r.RefreshFile)
	info, _ := os.Stat(r.RefreshFile)
	if err != nil || string(text) != "r3fresh\n" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v", text, err, info)
	}
}

// A client with a secret sends it to both endpoints (RFC 8628, section 3.1). An
// existing file is replaced.
func TestLoginWithSecret(t *testing.T) {
	t.Parallel()
	r := deviceRequest(t, serve(t, `C: POST /device
C: Authorization: 
C: 
C: client_id=app&client_secret=s3cret%2B%2F+word&scope=mine
`+code+`C: POST /token
C: Authorization: 
C: 
C: client_id=app&client_secret=s3cret%2B%2F+word&device_code=d3vice&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&scope=mine
S: 200 application/json
S: {"access_token":"t0ken","token_type":"Bearer","refresh_token":"r3fresh"}
`))
	r.Scope, r.SecretFile = "mine", put(t, "secret", clientSecret)
	if err := os.WriteFile(r.RefreshFile, []byte(oldRefresh), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Login(t.Context(), 10*time.Second, func(string) {}); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(r.RefreshFile); string(text) != "r3fresh\n" {
		t.Errorf("%q", text)
	}
}

// A client with a key signs for both endpoints.
func TestLoginWithKey(t *testing.T) {
	t.Parallel()
	certificate, key := keyPair()
	asked := make(chan string, 2)
	server := count(t, func(n int, r *http.Request) (int, string) {
		r.ParseForm()
		_, claims := verifyJWT(t, r.PostForm.Get("client_assertion"), publicKey(t), verifiers["RS256"])
		asked <- fmt.Sprint(r.URL.Path, r.PostForm.Get("client_assertion_type"), claims["iss"], claims["exp"].(float64)-claims["iat"].(float64) >= maxWait.Seconds())
		if n == 1 {
			return 200, `{"device_code":"d","user_code":"U","verification_url":"https://login.example.org/","interval":1}`
		}
		return 200, granted("t0ken", `,"refresh_token":"r3fresh"`)
	})
	r := deviceRequest(t, server.URL)
	r.CertFile, r.KeyFile = put(t, "cert", string(certificate)), put(t, "key", string(key))
	if err := r.Login(t.Context(), 10*time.Second, func(string) {}); err != nil {
		t.Fatal(err)
	}
	if a, b := <-asked, <-asked; a != "/device"+assertionJWT+"apptrue" || b != "/token"+assertionJWT+"apptrue" {
		t.Error(a, b)
	}
}

// Without a refresh token no file is written.
func TestFailedLogin(t *testing.T) {
	const poll = "C: POST /token\nC: \nC: client_id=app&device_code=d3vice&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&scope=pop+offline_access\n"
	for name, c := range map[string]struct{ answers, said string }{
		"no such client":     {"S: 400 application/json\n" + `S: {"error":"invalid_client","error_description":"no app"}` + "\n", `"invalid_client: no app" the token server`},
		"no code":            {"S: 200 application/json\nS: {}\n", "answers without a code"},
		"nowhere to go":      {"S: 200 application/json\n" + `S: {"device_code":"d","user_code":"u","verification_uri":"javascript:x"}` + "\n", "without a place to enter it"},
		"not JSON":           {"S: 200 text/html\nS: <p>\n", "answered with a web page, not with a token"},
		"elsewhere":          {"S: 302 to:http://127.0.0.1:1/\n", "a redirection"},
		"the person says no": {code + poll + "S: 400 application/json\n" + `S: {"error":"access_denied"}` + "\n", `"access_denied" the user denied`},
		"the code's secret":  {code + poll + "S: 400 application/json\n" + `S: {"error":"invalid_grant","error_description":"d3vice is wrong"}` + "\n", `"(hidden: the secret was in this line)" the token server`},
		"too late":           {code + poll + "S: 400 application/json\n" + `S: {"error":"expired_token"}` + "\n", `"expired_token" the code was not`},
		"no refresh token":   {code + poll + "S: 200 application/json\n" + `S: {"access_token":"t","token_type":"Bearer"}` + "\n", "returned no refresh token, most servers need offline_access"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := deviceRequest(t, serve(t, "C: POST /device\nC: \nC: client_id=app&scope=pop+offline_access\n"+c.answers))
			err := r.Login(t.Context(), 10*time.Second, func(string) {})
			checkFault(t, err, fault.Token, c.said)
			if there(r.RefreshFile) {
				t.Error("there is a file")
			}
		})
	}
}

// A request ends with its timeout, and the login with its context.
func TestSlowLogin(t *testing.T) {
	t.Parallel()
	r := deviceRequest(t, serve(t, "C: POST /device\nC: \nC: client_id=app&scope=pop+offline_access\nS: silence\n"))
	checkFault(t, r.Login(t.Context(), time.Second, func(string) {}), fault.Token, "does not answer")

	r = deviceRequest(t, serve(t, "C: POST /device\nC: \nC: client_id=app&scope=pop+offline_access\n"+code))
	ctx, cancel := context.WithCancelCause(t.Context())
	err := r.Login(ctx, 10*time.Second, func(string) { cancel(fault.New(fault.Interrupted, "enough")) })
	checkFault(t, err, fault.Interrupted, "enough")
}

// The login ends when the code expires.
func TestExpiredCode(t *testing.T) {
	t.Parallel()
	r := deviceRequest(t, serve(t, "C: POST /device\nC: \nC: client_id=app&scope=pop+offline_access\n"+strings.Replace(strings.Replace(code, "900", "1", 1), `"interval":1`, `"interval":60`, 1)))
	checkFault(t, r.Login(t.Context(), 10*time.Second, func(string) {}), fault.Token, "was not entered in time")
}

// A file that cannot be written is refused before the person is asked.
func TestUnwritableRefreshFile(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "no", "such", "refresh"), t.TempDir()} {
		r := deviceRequest(t, "http://127.0.0.1:1")
		r.RefreshFile = path
		err := r.Login(t.Context(), 10*time.Second, func(string) { t.Error("asked") })
		checkFault(t, err, fault.Usage, "--oauth-refresh-token-file: ")
		if !errors.As(err, new(*fault.Error)) {
			t.Error(err)
		}
	}
}
