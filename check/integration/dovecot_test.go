//go:build integration

// Dovecot.

package integration

import (
	"errors"
	"fmt"
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

	Dir   string // filled in, as are the ports
	Ports ports
}

func startDovecot(config dovecotConfig) (*server, error) {
	if config.accounts == nil {
		config.accounts = accounts
	}
	if config.SSL == "" {
		config.SSL = "yes"
	}
	return launch("dovecot", config.Host, func(s *server) error {
		if config.SSL == "no" {
			s.ports.TLS = 0
		}
		config.Host, config.Dir, config.Ports = s.host, s.dir, s.ports
		return errors.Join(
			s.writeIdentity(config.identity),
			s.writeTemplate("dovecot.conf", config),
			s.write("users", dovecotUsers(config.accounts)+config.users, 0o644),
			writeMaildirs(config.accounts, s.dir, ""),
		)
	}, "dovecot", "-F", "-c", "dovecot.conf")
}

// broken is a user of Dovecot who may log in, but whose mailbox cannot be opened.
var broken = account{"broken", "no mailbox here", nil}

// dovecotUsers is a passwd-file with the passwords in clear.
func dovecotUsers(users []account) string {
	var text strings.Builder
	for _, user := range users {
		fmt.Fprintf(&text, "%s:%s:%d:%d::/nonexistent::\n", user.name, user.password, vmail, vmail)
	}
	fmt.Fprintf(&text, "%s:%s:%d:%d::/nonexistent::userdb_mail=maildir:/proc/1/mail\n",
		broken.name, broken.password, vmail, vmail)
	return text.String()
}
