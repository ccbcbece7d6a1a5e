package options

import (
	"fmt"
	"os"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/credential/oauth"
	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/sasl"
)

// Token says where an access token comes from, which replaces a password.
type Token struct {
	File        text `unquote:"false" long:"token-file" value-name:"FILE" needs:"login" excludes:"oauth,password-file,password-command" dash:"yes" secret-file:"yes" restricted:"names a file"`
	Server      text `unquote:"false" long:"oauth" value-name:"SERVER" needs:"login" excludes:"password-file,password-command" restricted:"names a host"`
	ClientID    text `unquote:"false" long:"oauth-client-id" value-name:"ID" needs:"oauth"`
	SecretFile  text `unquote:"false" long:"oauth-client-secret-file" value-name:"FILE" needs:"oauth" excludes:"oauth-key-file" secret-file:"yes" restricted:"names a file"`
	KeyFile     text `unquote:"false" long:"oauth-key-file" value-name:"FILE" needs:"oauth" secret-file:"yes" restricted:"names a file"`
	CertFile    text `unquote:"false" long:"oauth-cert-file" value-name:"FILE" needs:"oauth,oauth-key-file" restricted:"names a file"`
	Scope       text `unquote:"false" long:"oauth-scope" value-name:"SCOPE" needs:"oauth"`
	RefreshFile text `unquote:"false" long:"oauth-refresh-token-file" value-name:"FILE" needs:"oauth" secret-file:"yes" restricted:"names a file"`
	CAFile      text `unquote:"false" long:"oauth-ca-file" value-name:"FILE" needs:"oauth" restricted:"names a file"`
	Login       bool `long:"oauth-login" needs:"oauth,oauth-refresh-token-file" excludes:"token-file" line-only:"yes" by-hand:"yes" restricted:"replaces a file"`
	DeviceURL   text `unquote:"false" long:"oauth-device-url" value-name:"URL" needs:"oauth,oauth-login" restricted:"names a host"`
	StateDir    text `unquote:"false" long:"state-dir" value-name:"DIR" restricted:"names a directory"`
}

// given reports whether a token replaces the password.
func (o Token) given() bool { return o.File != "" || o.Server != "" }

// plan returns where the token comes from; nil is nowhere.
func (o Token) plan(user string, login Login, stdin *os.File) (*credential.Source, error) {
	way, named := login.way()
	switch {
	case !o.given():
		return nil, nil
	case named && way.Needs != sasl.Token:
		return nil, refuse("auth", "%s takes no access token: type oauthbearer, xoauth2 or auto", login.Auth.lower())
	case o.File == "-" && credential.IsTerminal(stdin):
		return nil, refuse("token-file", "a token is not typed at a terminal, name a file")
	case o.File == "-":
		return credential.TokenStdin(stdin), nil
	case o.File != "":
		return credential.TokenFile(string(o.File)), nil
	}
	r, err := o.request(user)
	if err != nil {
		return nil, err
	}
	if tenant, ok := strings.CutPrefix(r.Name, "microsoft:"); ok && r.RefreshFile == "" && oauth.AllTenants(tenant) {
		return nil, refuse("oauth", "an application asks at one tenant, type its id or domain, for example microsoft:example.onmicrosoft.com")
	}
	return r.Token(), nil
}

// deviceLogin returns the request of --oauth-login.
func (o Token) deviceLogin(stdin *os.File) (*oauth.Request, error) {
	r, err := o.request("")
	switch {
	case err != nil:
		return nil, err
	case r.DeviceURL == "":
		return nil, about("--oauth-login needs --oauth-device-url URL, the server's device authorization endpoint (RFC 8628)", "oauth-login")
	case !credential.IsTerminal(stdin):
		return nil, about("--oauth-login is for a person and needs a terminal as standard input", "oauth-login")
	}
	return &r, nil
}

// request returns what a token server is asked.
func (o Token) request(user string) (oauth.Request, error) {
	server, err := oauth.ParseServer(string(o.Server))
	if err != nil {
		return oauth.Request{}, about(fault.Of(err).Text, "oauth")
	}
	if o.DeviceURL != "" {
		if server.DeviceURL, err = o.deviceURL(server); err != nil {
			return oauth.Request{}, err
		}
	}
	r := oauth.Request{
		Server:      server,
		ClientID:    string(o.ClientID),
		Scope:       string(o.Scope),
		User:        user,
		SecretFile:  string(o.SecretFile),
		KeyFile:     string(o.KeyFile),
		CertFile:    string(o.CertFile),
		RefreshFile: string(o.RefreshFile),
		CAFile:      string(o.CAFile),
		StateDir:    o.stateDir(),
	}
	for _, word := range []struct{ option, value string }{{"oauth-client-id", r.ClientID}, {"oauth-scope", r.Scope}} {
		if strings.ContainsFunc(word.value, func(c rune) bool { return c < ' ' || c > '~' }) {
			return r, refuse(word.option, "%q has characters that are not allowed there (RFC 6749, appendix A)", word.value)
		}
	}
	return r, o.proof(r)
}

// stateDir returns where tokens and refused logins are kept.
func (o Token) stateDir() string {
	if o.StateDir != "" {
		return string(o.StateDir)
	}
	return files.StateDir(os.Getenv)
}

// deviceURL returns where --oauth-login begins at a server that is not known.
func (o Token) deviceURL(server oauth.Server) (string, error) {
	if server.DeviceURL != "" {
		return "", refuse("oauth-device-url", "the one of %s is known, leave it out", server.Name)
	}
	if _, err := oauth.Endpoint("--oauth-device-url", string(o.DeviceURL)); err != nil {
		return "", about(fault.Of(err).Text, "oauth-device-url")
	}
	return string(o.DeviceURL), nil
}

// proof refuses a request that cannot prove who asks.
func (o Token) proof(r oauth.Request) error {
	account := r.ServiceAccount && r.RefreshFile == ""
	needs := ""
	switch {
	case account && r.KeyFile == "":
		needs = "--oauth-key-file FILE, the key of a service account, or --oauth-refresh-token-file FILE"
	case account && (r.ClientID != "" || r.CertFile != ""):
		return about("--oauth google with --oauth-key-file: the key of a service account says it all, leave out --oauth-client-id and --oauth-cert-file", "oauth-client-id", "oauth-cert-file")
	case r.ServiceAccount && r.RefreshFile != "" && r.KeyFile != "":
		return about("--oauth google takes --oauth-key-file or --oauth-refresh-token-file, leave out one of them", "oauth-key-file", "oauth-refresh-token-file")
	case !account && r.ClientID == "":
		needs = "--oauth-client-id ID, as the server knows the application"
	case r.NeedsCert && r.KeyFile != "" && r.CertFile == "":
		return about("--oauth-key-file needs --oauth-cert-file FILE: Microsoft knows a key by its certificate", "oauth-key-file")
	case !account && r.RefreshFile == "" && r.SecretFile == "" && r.KeyFile == "":
		needs = "--oauth-client-secret-file FILE, or --oauth-cert-file with --oauth-key-file, or --oauth-refresh-token-file"
	default:
		return nil
	}
	return about(fmt.Sprintf("--oauth %s needs %s", o.Server, needs), "oauth")
}
