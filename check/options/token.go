package options

import (
	"os"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/credential/oauth"
	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
	"check_pop3x/check/sasl"
)

// tokenOptions say where the access token comes from that stands in the place of
// a password.
type tokenOptions struct {
	TokenFile   text `unquote:"false" long:"token-file" value-name:"FILE" description:"File whose first line is an access token; - for standard input"`
	Server      text `unquote:"false" long:"oauth" value-name:"SERVER" description:"Ask a server for an access token: microsoft:TENANT, google, or the URL of a token endpoint"`
	ClientID    text `unquote:"false" long:"oauth-client-id" value-name:"ID" description:"The application that asks, as the server knows it"`
	SecretFile  text `unquote:"false" long:"oauth-client-secret-file" value-name:"FILE" description:"File whose first line is the application's secret"`
	KeyFile     text `unquote:"false" long:"oauth-key-file" value-name:"FILE" description:"Private key (PEM) to sign with in the place of a secret; for google the key (JSON) of a service account, which asks for the user"`
	CertFile    text `unquote:"false" long:"oauth-cert-file" value-name:"FILE" description:"Certificate (PEM) of that key, by which the server knows it"`
	Scope       text `unquote:"false" long:"oauth-scope" value-name:"SCOPE" description:"What the token is to be good for; the usual one of microsoft and google by default"`
	RefreshFile text `unquote:"false" long:"oauth-refresh-token-file" value-name:"FILE" description:"File whose first line is a refresh token; a new one from the server replaces it"`
	CAFile      text `unquote:"false" long:"oauth-ca-file" value-name:"FILE" description:"Trust the certificates in FILE for the token server instead of the system's"`
	Login       bool `long:"oauth-login" by-hand:"yes" description:"Fetch the refresh token: shows a person at a terminal where to log in, and writes --oauth-refresh-token-file. No check is made"`
	DeviceURL   text `unquote:"false" long:"oauth-device-url" value-name:"URL" description:"Where --oauth-login begins, for a server that is given by its URL"`
	StateDir    text `unquote:"false" long:"state-dir" value-name:"DIR" description:"Where access tokens are kept between runs [$STATE_DIRECTORY/check_pop3x, $XDG_CACHE_HOME/check_pop3x; default /var/tmp/check_pop3x-UID]"`
}

// given says whether the password is replaced by an access token.
func (t tokenOptions) given() bool { return t.TokenFile != "" || t.Server != "" }

// token says where the access token comes from. The user is known already.
func (p *Planner) token(stdin *os.File) {
	t := p.O.Token
	if !t.given() {
		p.strayToken()
		return
	}
	switch {
	case t.TokenFile != "" && t.Server != "":
		p.refuse("--token-file and --oauth exclude each other, type one of them")
	case p.Plan.User == "":
		p.refuse("an access token, but no user, type -u NAME")
	case p.O.Login.PasswordFile != "" || p.O.Login.PasswordCommand != "":
		p.refuse("--password-file and --password-command: a token stands in the place of a password, leave out one of them")
	case !p.takesToken():
		p.refuse("--auth: %s takes a password, not a token: type oauthbearer, xoauth2 or auto", p.Plan.Auth)
	case t.Server != "":
		p.oauth()
	case t.TokenFile == "-" && credential.IsTerminal(stdin):
		p.refuse("--token-file: a token is not typed at a terminal, name a file")
	case t.TokenFile == "-":
		p.Plan.Token = credential.TokenStdin(stdin)
	default:
		p.Plan.Token = credential.TokenFile(string(t.TokenFile))
	}
	if t.Server == "" {
		p.strayToken()
	}
}

// takesToken says whether the way to log in can do with a token.
func (p *Planner) takesToken() bool {
	way, named := probe.LookupWay(p.Plan.Auth)
	return !named || way.Needs == sasl.Token
}

// strayToken refuses options that mean nothing without --oauth.
func (p *Planner) strayToken() {
	t := p.O.Token
	for _, o := range []struct {
		value text
		name  string
	}{
		{t.ClientID, "client-id"}, {t.SecretFile, "client-secret-file"}, {t.KeyFile, "key-file"}, {t.CertFile, "cert-file"}, {t.Scope, "scope"},
		{t.RefreshFile, "refresh-token-file"}, {t.CAFile, "ca-file"}, {t.DeviceURL, "device-url"},
	} {
		if o.value != "" {
			p.refuse("--oauth-%s needs --oauth SERVER: microsoft:TENANT, google, or the URL of a token endpoint", o.name)
		}
	}
}

// oauth is the token that a server is asked for.
func (p *Planner) oauth() {
	r := p.OAuthRequest()
	if p.O.Token.DeviceURL != "" {
		p.refuse("--oauth-device-url is for --oauth-login")
	}
	if strings.HasPrefix(r.Name, "microsoft:") && r.RefreshFile == "" && oauth.AllTenants(strings.TrimPrefix(r.Name, "microsoft:")) {
		p.refuse("--oauth: an application asks at one tenant, type its id or domain, for example microsoft:example.onmicrosoft.com")
	}
	p.proof(r)
	p.Plan.Token = r.Token()
}

// OAuthRequest is what the options say of it.
func (p *Planner) OAuthRequest() oauth.Request {
	t := p.O.Token
	server, err := oauth.ParseServer(string(t.Server))
	if err != nil {
		p.refuse("%s", fault.Of(err).Text)
	}
	r := oauth.Request{
		Server:      server,
		ClientID:    string(t.ClientID),
		Scope:       string(t.Scope),
		User:        p.Plan.User,
		SecretFile:  string(t.SecretFile),
		KeyFile:     string(t.KeyFile),
		CertFile:    string(t.CertFile),
		RefreshFile: string(t.RefreshFile),
		CAFile:      string(t.CAFile),
		StateDir:    string(t.StateDir),
	}
	if t.DeviceURL != "" {
		r.DeviceURL = p.deviceURL(r.Server)
	}
	if r.StateDir == "" {
		r.StateDir = oauth.StateDir(os.Getenv)
	}
	for _, word := range []struct{ option, value string }{{"--oauth-client-id", r.ClientID}, {"--oauth-scope", r.Scope}} {
		if strings.ContainsFunc(word.value, func(c rune) bool { return c < ' ' || c > '~' }) {
			p.refuse("%s: %q has characters that are not allowed there (RFC 6749, appendix A)", word.option, word.value)
		}
	}
	return r
}

// deviceURL is where --oauth-login begins at a server whose place for it is not
// known.
func (p *Planner) deviceURL(server oauth.Server) string {
	typed := string(p.O.Token.DeviceURL)
	if server.DeviceURL != "" {
		p.refuse("--oauth-device-url: the one of %s is known, leave it out", server.Name)
	}
	if _, err := oauth.Endpoint("--oauth-device-url", typed); err != nil {
		p.refuse("%s", fault.Of(err).Text)
	}
	return typed
}

// proof refuses what cannot prove who asks.
func (p *Planner) proof(r oauth.Request) {
	account := r.ServiceAccount && r.RefreshFile == ""
	switch {
	case account && r.KeyFile == "":
		p.refuse("--oauth google needs --oauth-key-file FILE, the key of a service account, or --oauth-refresh-token-file FILE")
	case account && (r.ClientID != "" || r.SecretFile != "" || r.CertFile != ""):
		p.refuse("--oauth google with --oauth-key-file: the key of a service account says it all, leave out --oauth-client-id, --oauth-client-secret-file and --oauth-cert-file")
	case r.ServiceAccount && r.RefreshFile != "" && r.KeyFile != "":
		p.refuse("--oauth google takes --oauth-key-file or --oauth-refresh-token-file, leave out one of them")
	case !account && r.ClientID == "":
		p.refuse("--oauth %s needs --oauth-client-id ID, as the server knows the application", p.O.Token.Server)
	case r.SecretFile != "" && r.KeyFile != "":
		p.refuse("--oauth-client-secret-file and --oauth-key-file exclude each other, type one of them")
	case r.CertFile != "" && r.KeyFile == "":
		p.refuse("--oauth-cert-file needs --oauth-key-file FILE, the private key of the certificate")
	case r.NeedsCert && r.KeyFile != "" && r.CertFile == "":
		p.refuse("--oauth-key-file needs --oauth-cert-file FILE: Microsoft knows a key by its certificate")
	case !account && r.RefreshFile == "" && r.SecretFile == "" && r.KeyFile == "":
		p.refuse("--oauth %s needs --oauth-client-secret-file FILE, or --oauth-cert-file with --oauth-key-file, or --oauth-refresh-token-file", p.O.Token.Server)
	}
	for _, one := range []struct{ option, file string }{
		{"client-secret-file", r.SecretFile}, {"key-file", r.KeyFile}, {"cert-file", r.CertFile}, {"refresh-token-file", r.RefreshFile}, {"ca-file", r.CAFile},
	} {
		if one.file == "-" {
			p.refuse("--oauth-%s: standard input is for --password-file and --token-file only, name a file", one.option)
		}
	}
}

// Typed is what the check needs of the options, to be typed by a person.
func (t tokenOptions) Typed() string {
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
	return credential.ShellJoin(words)
}

// canDeviceLogin refuses what --oauth-login cannot do.
func (p *Planner) canDeviceLogin(in Input) {
	t := p.O.Token
	if t.Server == "" {
		p.refuse("--oauth-login needs --oauth SERVER: microsoft:TENANT, google, or the URL of a token endpoint")
		return
	}
	r := p.OAuthRequest()
	switch {
	case t.TokenFile != "":
		p.refuse("--oauth-login makes no check, leave out --token-file")
	case r.RefreshFile == "" || r.RefreshFile == "-":
		p.refuse("--oauth-login needs --oauth-refresh-token-file FILE, which it writes")
	case r.DeviceURL == "":
		p.refuse("--oauth-login needs --oauth-device-url URL, the server's device authorization endpoint (RFC 8628)")
	}
	p.proof(r)
	if !credential.IsTerminal(in.Stdin) {
		p.refuse("--oauth-login is for a person at a terminal, and standard input is none")
	}
}
