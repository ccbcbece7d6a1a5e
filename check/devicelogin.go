package check

import (
	"context"
	"fmt"

	"check_pop3x/check/credential"
	"check_pop3x/check/verdict"
)

// deviceLogin is --oauth-login (RFC 8628): instead of a check, a person at the
// terminal lends the application his access to a mailbox. It is not for a scheduler, which has no
// terminal, so that its exit code is that of any other command: 0 when the
// refresh token is in its file, else 3 and the line that a check would print.
func (in invocation) deviceLogin(ctx context.Context, p *planner) (string, verdict.Status) {
	r := p.oauthRequest()
	err := r.Login(ctx, p.plan.Budget, func(text string) { credential.Tell(in.stdin, text) })
	if err != nil {
		return in.failed("token", err, p)
	}
	return fmt.Sprintf("The refresh token is in %s. The check: check_pop3x -H HOST --tls -u NAME %s\n", r.RefreshFile, p.o.Token.typed()), verdict.OK
}

// typed is what the check needs of the options, to be typed by a person.
func (t tokenOptions) typed() string {
	var words []string
	for _, o := range []struct {
		name  string
		value text
	}{
		{"--oauth", t.Server}, {"--oauth-client-id", t.ClientID}, {"--oauth-client-secret-file", t.SecretFile}, {"--oauth-key-file", t.KeyFile},
		{"--oauth-cert-file", t.CertFile}, {"--oauth-ca-file", t.CAFile}, {"--oauth-refresh-token-file", t.RefreshFile},
	} {
		if o.value != "" {
			words = append(words, o.name, string(o.value))
		}
	}
	return credential.Typed(words)
}

// canDeviceLogin refuses what --oauth-login cannot do.
func (p *planner) canDeviceLogin(in invocation) {
	t := p.o.Token
	if t.Server == "" {
		p.refuse("--oauth-login needs --oauth SERVER: microsoft:TENANT, google, or the URL of a token endpoint")
		return
	}
	r := p.oauthRequest()
	switch {
	case t.TokenFile != "":
		p.refuse("--oauth-login makes no check, leave out --token-file")
	case r.RefreshFile == "" || r.RefreshFile == "-":
		p.refuse("--oauth-login needs --oauth-refresh-token-file FILE, which it writes")
	case r.DeviceURL == "":
		p.refuse("--oauth-login needs --oauth-device-url URL, the server's device authorization endpoint (RFC 8628)")
	}
	p.proof(r)
	if !credential.IsTerminal(in.stdin) {
		p.refuse("--oauth-login is for a person at a terminal, and standard input is none")
	}
}
