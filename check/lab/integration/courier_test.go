//go:build integration

// Courier.

package integration

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// courierConfig is what testdata/courier.sh needs; the zero value is a server that allows everything.
type courierConfig struct {
	RequireTLS bool   // no login on the plain port
	PerAddress int    // connections that one address may have, many by default
	Extra      string // more shell variables
	Versed     bool   // CRAM-MD5, and EXTERNAL with client certificates
	accounts   []account
	identity   *identity
	fields     string // more fields of all accounts

	Host  string // this and the rest are filled in
	Dir   string
	Ports ports
	CA    string
}

func startCourier(config courierConfig) (*server, error) {
	return launch("courier", config.Host, config.setUp, courierCommand...)
}

var courierCommand = []string{"/bin/sh", "courier.sh"}

func (config courierConfig) setUp(s *server) error {
	if config.accounts == nil {
		config.accounts = accounts
	}
	if config.PerAddress == 0 {
		config.PerAddress = 90
	}
	config.Host, config.Dir, config.Ports, config.CA = s.host, s.Dir, s.ports, rootCA.file
	users, err := courierUsers(config.accounts, s.Dir, config.fields)
	return errors.Join(err,
		s.writeIdentity(config.identity),
		s.writeTemplate("courier.sh", config),
		s.Write("userdb", users, 0o600),
		s.Write("users", plainUsers(config.accounts), 0o600),
		writeMaildirs(config.accounts, s.Dir, "Maildir"),
	)
}

// courierUsers is a userdb. Courier wants the passwords hashed.
func courierUsers(users []account, dir, more string) (string, error) {
	var text strings.Builder
	for _, user := range users {
		hash, err := exec.Command("openssl", "passwd", "-6", user.password).Output()
		if err != nil {
			return "", err
		}
		home := filepath.Join(dir, "mail", user.name)
		fmt.Fprintf(&text, "%s\tuid=%d|gid=%d|home=%s|pop3pw=%s|systempw=x%s\n",
			user.name, vmail, vmail, home, strings.TrimSpace(string(hash)), more)
	}
	return text.String(), nil
}
