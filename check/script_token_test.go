package check_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"check_pop3x/check/testkit/pop3test"
)

// tokenserver starts a token server that plays FILE: tokenserver [-tls] FILE.
// Its token endpoint is $TOKEN_URL. With -tls its authority is in token-ca.pem,
// and the proxy $TOKEN_PROXY leads to it instead of to Microsoft and Google. At
// the end of the script all exchanges must have been played.
func tokenserver(ts *testscript.TestScript, neg bool, args []string) {
	var o pop3test.TokenServerOptions
	if args[0] == "-tls" {
		o.Authority, args = pop3test.NewAuthority("token root"), args[1:]
		ts.Check(os.WriteFile(ts.MkAbs("token-ca.pem"), o.Authority.PEM(), 0o600))
	}
	server, err := pop3test.StartTokenServer(ts.ReadFile(args[0]), o)
	ts.Check(err)
	ts.Setenv("TOKEN_URL", server.URL+"/token")
	_, address, _ := strings.Cut(server.URL, "://")
	ts.Setenv("TOKEN_ADDRESS", address)
	ts.Defer(func() {
		if err := server.Close(); err != nil {
			ts.Value(story{}).(interface{ Errorf(string, ...any) }).Errorf("tokenserver %s: %v", args, err)
		}
	})
	if o.Authority != nil {
		proxy := httptest.NewServer(tunnel(address))
		ts.Defer(proxy.Close)
		ts.Setenv("TOKEN_PROXY", proxy.URL)
	}
}

// tunnel is a proxy that connects every client to one address.
func tunnel(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "CONNECT only", http.StatusMethodNotAllowed)
			return
		}
		server, err := net.Dial("tcp", address)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer server.Close()
		w.WriteHeader(http.StatusOK)
		client, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer client.Close()
		go func() {
			io.Copy(server, buffered)
			server.Close()
		}()
		io.Copy(client, server)
	})
}
