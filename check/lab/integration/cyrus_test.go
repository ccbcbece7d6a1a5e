//go:build integration

// Cyrus. Its mail is in a spool of its own making, so that the messages are put there over IMAP.

package integration

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// cyrusConfig is what testdata/imapd.conf and cyrus.conf need; the zero value is a server that allows everything.
type cyrusConfig struct {
	RequireTLS  bool   // no password without TLS
	Mechanisms  string // for AUTH, PLAIN and LOGIN by default
	Extra       string // more lines of imapd.conf
	Versed      bool   // all mechanisms, and client certificates
	Above       string // a tree that is laid over its own
	Environment string // a line of sh that sets it
	accounts    []account
	identity    *identity

	Host  string // this and the rest are filled in
	Dir   string
	Ports ports
	CA    string

	Steward string
}

func startCyrus(config cyrusConfig) (*server, error) {
	if config.accounts == nil {
		config.accounts = accounts
	}
	if config.Mechanisms == "" {
		config.Mechanisms = "PLAIN LOGIN"
	}
	if config.Versed {
		config.Mechanisms = "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 NTLM EXTERNAL"
	}
	s, err := launch("cyrus", config.Host, func(s *server) error {
		config.Host, config.Dir, config.Ports, config.CA, config.Steward = s.host, s.Dir, s.ports, rootCA.file, steward.name
		s.Above = config.Above
		return errors.Join(
			s.writeIdentity(config.identity),
			s.Write("environment.sh", config.Environment, 0o755),
			s.writeTemplate("imapd.conf", config),
			s.writeTemplate("cyrus.conf", config),
			s.copyIn("cyrus.sh"),
			s.Write("users", plainUsers(config.accounts), 0o600),
		)
	}, "/bin/sh", "cyrus.sh")
	if err != nil {
		return nil, err
	}
	for _, user := range config.accounts {
		if err := s.fillCyrus(user); err != nil {
			defer s.Stop()
			return nil, fmt.Errorf("cyrus, mail of %s: %w; its log:\n%s", user.name, err, s.Tail())
		}
	}
	return s, nil
}

// plainUsers are lines with the passwords unencrypted.
func plainUsers(users []account) string {
	var text strings.Builder
	for _, user := range users {
		fmt.Fprintf(&text, "%s:%s\n", user.name, user.password)
	}
	return text.String()
}

// fillCyrus logs in, which makes the mailbox, and appends the messages, many with one command (RFC 3502).
func (s *server) fillCyrus(user account) error {
	conn, err := net.Dial("unix", filepath.Join(s.Dir, "imap.sock"))
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(debian.StartTimeout))
	in := bufio.NewReader(conn)
	err = imap(conn, in, "LOGIN %s \"%s\"", user.name, user.password)
	for some := range slices.Chunk(user.mail, 1000) {
		var literals strings.Builder
		for _, text := range some {
			fmt.Fprintf(&literals, " {%d+}\r\n%s", size(text), strings.ReplaceAll(text, "\n", "\r\n"))
		}
		err = errors.Join(err, imap(conn, in, "APPEND INBOX%s", literals.String()))
	}
	return errors.Join(err, imap(conn, in, "LOGOUT"))
}

// imap sends a command and waits for its OK.
func imap(conn net.Conn, in *bufio.Reader, format string, args ...any) error {
	const tag = "a"
	if _, err := fmt.Fprintf(conn, tag+" "+format+"\r\n", args...); err != nil {
		return err
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.HasPrefix(line, tag+" OK") {
			return nil
		}
		if strings.HasPrefix(line, tag+" ") {
			return errors.New(strings.TrimSpace(line))
		}
	}
}
