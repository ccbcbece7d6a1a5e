//go:build integration

// Dovecot.

package integration

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// dovecotConfig is what testdata/dovecot.conf needs; the zero value is a server on 127.0.0.1 that allows everything.
type dovecotConfig struct {
	Host            string
	SSL             string // "yes", the default, "no" or "required"
	RefusePlaintext bool   // needs a Host that is not the client's: one's own address counts as secure
	Penalty         bool   // wrong passwords delay later logins of the address
	Extra           string // more lines of configuration
	users           string // more lines of the password file
	accounts        []account
	identity        *identity
	versed          bool         // testdata/dovecot-versed.conf
	tokens          *tokenServer // which it asks about access tokens, instead of verifying them itself

	Dir   string // filled in, as are the ports
	Ports ports
}

func startDovecot(config dovecotConfig) (*server, error) {
	return launch("dovecot", config.Host, config.setUp, dovecotCommand...)
}

var dovecotCommand = []string{"dovecot", "-F", "-c", "dovecot.conf"}

func (config dovecotConfig) setUp(s *server) error {
	if config.accounts == nil {
		config.accounts = accounts
	}
	if config.SSL == "" {
		config.SSL = "yes"
	}
	if config.SSL == "no" {
		s.ports.TLS = 0
	}
	config.Host, config.Dir, config.Ports = s.host, s.Dir, s.ports
	var err error
	if config.versed {
		err = s.learn(&config)
	}
	return errors.Join(err,
		s.writeIdentity(config.identity),
		s.writeTemplate("dovecot.conf", config),
		s.Write("users", dovecotUsers(config.accounts)+config.users, 0o644),
		writeMaildirs(config.accounts, s.Dir, ""),
	)
}

// broken is a user of Dovecot who may log in, but whose mailbox cannot be opened.
var broken = account{"broken", "no mailbox here", nil}

// dovecotUsers is a passwd-file with the passwords unencrypted.
func dovecotUsers(users []account) string {
	var text strings.Builder
	for _, user := range users {
		fmt.Fprintf(&text, "%s:%s:%d:%d::/nonexistent::\n", user.name, user.password, vmail, vmail)
	}
	fmt.Fprintf(&text, "%s:%s:%d:%d::/nonexistent::userdb_mail=maildir:/proc/1/mail\n",
		broken.name, broken.password, vmail, vmail)
	return text.String()
}

// learn writes what all ways to log in need, and adds it to the configuration.
func (s *server) learn(config *dovecotConfig) error {
	data := struct{ Dir, Authority, Introspection, Client, Secret, Issuer, Audience, Scope string }{
		s.Dir, rootCA.file, "", daemon.id, daemon.secret, tokenIssuer, tokenAudience, tokenScope}
	if config.tokens != nil {
		data.Introspection = config.tokens.URL + "/api/oidc/introspect"
	}
	err := errors.Join(
		s.writeTemplate("dovecot-oauth2.conf", data),
		s.Write("certified", certified(config.accounts), 0o644),
		s.Write("certified-stewards", certified([]account{steward}), 0o644),
		s.Write("stewards", plainUsers([]account{steward}), 0o644),
		os.MkdirAll(filepath.Join(s.Dir, "keys/default/RS256"), 0o755),
		s.Write("keys/default/RS256/"+tokenKey, tokenSigner().public, 0o644),
	)
	lines, failed := fillIn("dovecot-versed.conf", data)
	config.Extra += lines
	return errors.Join(err, failed)
}

// certified is a passwd-file of those who need no password besides their certificate.
func certified(users []account) string {
	var text strings.Builder
	for _, user := range users {
		fmt.Fprintf(&text, "%s:::::::nopassword=y\n", user.name)
	}
	return text.String()
}
