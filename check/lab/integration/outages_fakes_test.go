//go:build integration

// What is not free software, or not sold any more: Microsoft's servers and Qpopper, by the words that they are known for.

package integration

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

const microsoft = "login.microsoftonline.com"

// tokenFailures are answers of Microsoft's token endpoint, by the ids of the applications.
var tokenFailures = map[string]string{
	"secret-expired": `{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app '11111111-2222-3333-4444-555555555555' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds. Trace ID: 0d7c0e51-8a4b-4d3f-9d2c-0a1b2c3d4e00 Correlation ID: 5f6a7b8c-1d2e-3f4a-5b6c-7d8e9f0a1b2c Timestamp: 2026-11-27 03:50:00Z","error_codes":[7000222]}`,
	"secret-wrong":   `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '11111111-2222-3333-4444-555555555555'.","error_codes":[7000215]}`,
	"unknown":        `{"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier 'unknown' was not found in the directory 'Customer'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.","error_codes":[700016]}`,
}

func (all *outages) startFakes(t *testing.T) {
	t.Helper()
	servers := all.cable.servers
	r, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	of := func(name string) *tls.Config { return pop3test.ServerTLS(r.issuer.Issue(leaf(named(name)))) }
	go serveExchanges(tls.NewListener(servers.listen(t, exchangeAddress+":995"), of(outageHost)), "t0ps3cret", "t0ken")

	tokens := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _, _ := r.BasicAuth()
		if id == "" {
			id = r.FormValue("client_id")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, tokenFailures[id])
	})}
	t.Cleanup(func() { tokens.Close() })
	go tokens.Serve(tls.NewListener(servers.listen(t, tokenAddress+":443"), of(microsoft)))
}

// busyQpopper is one that says so without a code.
const busyQpopper = `S: +OK Qpopper (version 4.0.19) at mail.customer.example.org starting.
C: CAPA
S: -ERR Unknown command: "capa".
C: USER probe
S: +OK Password required for probe.
C~ PASS .*
S: -ERR /var/mail/.probe.pop lock busy!  Is another session active? (11)
`
