//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/pop3test"
)

func TestFailures(t *testing.T) {
	const microsoft = `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'x'. Trace ID: 0 Correlation ID: 1 Timestamp: 2026-01-01 00:00:00Z","error_codes":[7000215],"timestamp":"2026-01-01"}`
	for name, c := range map[string]struct{ answer, want string }{
		"Microsoft":         {"S: 401 application/json\nS: " + microsoft, `"invalid_client: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'x'." the client secret is wrong (AADSTS7000215) [token]`},
		"Google":            {"S: 401 application/json\n" + `S: {"error":"unauthorized_client","error_description":"Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."}`, `"unauthorized_client: Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested." the application may not ask for tokens in this way (unauthorized_client) [token]`},
		"lines":             {"S: 400 application/json\n" + `S: {"error":"invalid_grant","error_description":"one\r\ntwo"}`, `"invalid_grant: one" the token server refused the grant (invalid_grant) [token]`},
		"code alone":        {"S: 400 application/json\n" + `S: {"error":"invalid_scope"}`, `"invalid_scope" the token server refused the scope (invalid_scope) [token]`},
		"an error with 200": {"S: 200 application/json\n" + `S: {"error":"bad_verification_code"}`, `"bad_verification_code" the token server refused the request [token]`},
		"as a form":         {"S: 400 application/x-www-form-urlencoded\nS: error=invalid_request&error_description=no+way", `"invalid_request: no way" the token server refused the request [token]`},
		"controls":          {"S: 400 application/json\n" + `S: {"error":"a\u0001b","error_description":"\u001b[31mred\u202e"}`, `"ab: [31mred" the token server refused the request [token]`},
		"the secret":        {"S: 400 application/json\n" + `S: {"error":"invalid_request","error_description":"secret ` + clientSecret + ` is wrong"}`, `"(hidden: the secret was in this line)" the token server refused the request [token]`},
		"backwards":         {"S: 400 application/json\n" + `S: {"error":"invalid_request","error_description":"drow /+terc3s"}`, `"(hidden: the secret was in this line)" the token server refused the request [token]`},
		"as it was sent":    {"S: 400 application/json\n" + `S: {"error":"invalid_request","error_description":"client_secret=s3cret%2B%2F+word"}`, `"(hidden: the secret was in this line)" the token server refused the request [token]`},
		"no words":          {"S: 500 text/plain", "http://HOST answered 500 Internal Server Error [token]"},
		"HTML":              {"S: 404 text/html\nS: <html>" + clientSecret, "http://HOST answered 404 Not Found [token]"},
		"an odd number":     {"S: 799 text/html", "http://HOST answered 799 [token]"},
		"a web page":        {"S: 200 text/html\nS: <html>", "http://HOST answered with a web page, not with a token [token]"},
		"one without type":  {"S: 200 application/json\nS: \nS:   <!DOCTYPE html>", "http://HOST answered with a web page, not with a token [token]"},
		"one as plain text": {"S: 200 text/plain\nS: <html>%zz", "http://HOST answered with a web page, not with a token [token]"},
		"no JSON":           {"S: 200 application/json\nS: hello", "http://HOST gave an answer without a token (RFC 6749, section 5.1) [token]"},
		"no form":           {"S: 200 text/plain\nS: %zz", "http://HOST gave an answer without a token (RFC 6749, section 5.1) [token]"},
		"no whole number":   {"S: 200 application/json\n" + `S: {"access_token":"t0ken","token_type":"Bearer","expires_in":"soon"}`, "http://HOST gave an answer without a token (RFC 6749, section 5.1) [token]"},
		"no token":          {"S: 200 application/json\nS: {}", "http://HOST answered without an access token [token]"},
		"another type":      {"S: 200 application/json\n" + `S: {"access_token":"t0ken","token_type":"DPoP"}`, `"DPoP" http://HOST gave a token of another type than Bearer, which mail servers want (RFC 7628) [token]`},
		"a token of two":    {"S: 200 application/json\n" + `S: {"access_token":"t0ken\u0001host=x","token_type":"Bearer"}`, "http://HOST answered with a token that cannot be sent [token]"},
		"a refresh token":   {"S: 200 application/json\n" + `S: {"access_token":"t0ken","token_type":"Bearer","refresh_token":"a\nb"}`, "http://HOST answered with a refresh token that cannot be sent [token]"},
		"an endless one":    {"S: 200 application/json\n" + `S: {"access_token":"` + strings.Repeat("x", 2<<20) + `"}`, "http://HOST gave an answer without a token (RFC 6749, section 5.1) [token]"},
		"a huge one":        {"S: 200 application/json\n" + `S: {"access_token":"` + strings.Repeat("x", 1<<17) + `"}`, "http://HOST answered with a token that cannot be sent [token]"},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, "C: POST /token\nC: \nC: client_id=app&client_secret=s3cret%2B%2F+word&grant_type=client_credentials\n"+c.answer+"\n")
			r := request(t, url+"/token")
			r.InBody, r.SecretFile = true, put(t, "secret", clientSecret)
			s := r.source()
			_, err := fetch(t.Context(), s)
			want := strings.ReplaceAll(c.want, "HOST", strings.TrimPrefix(url, "http://"))
			if fault.Of(err).Error() != want {
				t.Errorf("%v\nwant %s", err, want)
			}
			_, again, _ := run(t, r, &clock{now: time.Now().Add(2 * time.Second)})
			if again != "" {
				t.Errorf("then it was %q", again)
			}
		})
	}
}

// askWrongServer asks a server that is no token server.
func askWrongServer(t *testing.T, url string, change func(*Request)) error {
	t.Helper()
	r := request(t, url)
	r.SecretFile = put(t, "secret", clientSecret)
	change(&r)
	_, err := fetch(t.Context(), r.source())
	return err
}

func TestUnreachable(t *testing.T) {
	authority, other := pop3test.NewAuthority("ours"), pop3test.NewAuthority("other")
	server := func(leaf pop3test.Leaf) string {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.TLS = &tls.Config{Certificates: []tls.Certificate{authority.Issue(leaf)}}
		s.Config.ErrorLog = quiet
		s.StartTLS()
		t.Cleanup(s.Close)
		return s.URL + "/token"
	}
	trust := func(a *pop3test.Authority) func(*Request) {
		return func(r *Request) { r.CAFile = put(t, "ca", string(a.PEM())) }
	}
	none := func(*Request) {}
	closed := listen(t, func(c net.Conn) { c.Close() })
	greeter := listen(t, func(c net.Conn) { fmt.Fprint(c, "+OK this is POP3\r\n"); c.Close() })
	for name, c := range map[string]struct {
		url    string
		change func(*Request)
		said   string
	}{
		"our authority":     {server(pop3test.Leaf{Names: pop3test.Localhost}), trust(authority), "answered 404 Not Found"},
		"another authority": {server(pop3test.Leaf{Names: pop3test.Localhost}), trust(other), "is from an untrusted authority"},
		"another name":      {server(pop3test.Leaf{Names: []string{"x.example.org"}}), trust(authority), " is for x.example.org "},
		"expired":           {server(pop3test.Leaf{Names: pop3test.Localhost, Validity: pop3test.Expired()}), trust(authority), " expired on "},
		"nobody":            {"http://127.0.0.1:1/token", none, "http://127.0.0.1:1 refused the connection [token]"},
		"hung up":           {"http://" + closed + "/token", none, closed + " hung up without an answer"},
		"hung up, TLS":      {"https://" + closed + "/token", none, closed + " hung up without an answer"},
		"no TLS":            {"https://" + greeter + "/token", none, greeter + " does not speak TLS"},
		"no HTTP":           {"http://" + greeter + "/token", none, greeter + " does not speak HTTP"},
	} {
		err := askWrongServer(t, c.url, c.change)
		checkFault(t, err, fault.Token, c.said)
		if err != nil && (strings.Contains(err.Error(), "Post ") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// listen returns the address of a server that handles connections so.
func listen(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			handle(c)
		}
	}()
	return l.Addr().String()
}

// A request ends with its context, whose cause is not stored: our time was up,
// the server did not refuse. Waiting for another run ends with the context too.
func TestRequestsEndInTime(t *testing.T) {
	started, release := make(chan bool, 3), make(chan bool)
	server := count(t, func(n int, _ *http.Request) (int, string) {
		started <- true
		if n <= 1 {
			<-release
		}
		return 200, granted("t0ken", "")
	})
	r, now := withSecret(t, server)
	late := &fault.Error{Kind: fault.Timeout, Within: 3 * time.Second}
	first, cancelFirst := context.WithCancelCause(t.Context())
	second, cancelSecond := context.WithCancelCause(t.Context())
	done := make(chan error, 2)
	go func() {
		s := r.source()
		_, err := fetch(first, s)
		done <- err
	}()
	<-started
	go func() {
		s := r.source()
		_, err := fetch(second, s)
		done <- err
	}()
	cancelSecond(late)
	if err := <-done; !errors.Is(err, late) {
		t.Errorf("the one that waits: %v", err)
	}
	cancelFirst(late)
	if err := <-done; !errors.Is(err, late) || !strings.HasPrefix(err.Error(), "no answer within 3s from 127.0.0.1:") {
		t.Errorf("the one that asks: %v", err)
	}
	close(release)
	if _, token, err := run(t, r, now); err != nil || token != "t0ken" {
		t.Errorf("then: %s, %v", token, err)
	}
}
