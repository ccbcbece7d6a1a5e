//go:build integration

// Microsoft Exchange, which is not free software: a fake that answers each line, octet by octet, as Exchange Online was
// published to do (Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth"; getmail6/getmail6#256,
// kisli/vmime#267, simonrob/email-oauth2-proxy#62 and #244, jstedfast/MailKit#1948, marlam/mpop#11).

package integration

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"testing"
)

// startExchange returns the address of the fake, which knows one password and one token.
func startExchange(t *testing.T, password, token string) string {
	t.Helper()
	shown, err := rootCA.issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := tls.X509KeyPair([]byte(shown.chain), []byte(shown.key))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go serveExchanges(listener, password, token)
	return listener.Addr().String()
}

func serveExchanges(listener net.Listener, password, token string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go serveExchange(conn, password, token)
	}
}

// maxExchangeToken is how long a token may be.
const maxExchangeToken = 4096

// serveExchange is one session.
func serveExchange(conn net.Conn, password, token string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	hear := func() (string, bool) {
		line, err := in.ReadString('\n')
		return strings.TrimSuffix(line, "\r\n"), err == nil
	}
	say := func(line string) { fmt.Fprint(conn, line+"\r\n") }
	say("+OK The Microsoft Exchange POP3 service is ready. [UwBDADEAUABSADgAMABDAEEAMAAxADAANQAuAGwAYQBtAHAAcgBkADgAMAAuAHAAcgBvAGQALgBvAHUAdABsAG8AbwBrAC4AYwBvAG0A]")
	for {
		line, ok := hear()
		if !ok {
			return
		}
		switch line {
		case "CAPA":
			say("+OK\r\nTOP\r\nUIDL\r\nSASL PLAIN XOAUTH2\r\nUSER\r\n.")
		case "AUTH PLAIN", "AUTH XOAUTH2":
			say("+ ")
			response, _ := hear()
			text, _ := base64.StdEncoding.DecodeString(response)
			switch given := string(text); {
			case given == "\x00alice\x00"+password, given == "user=alice\x01auth=Bearer "+token+"\x01\x01" && len(token) <= maxExchangeToken:
				say("+OK User successfully authenticated.")
			case len(given) > maxExchangeToken:
				say("-ERR Protocol error. Connection is closed. 10")
				return
			case line == "AUTH PLAIN":
				say("-ERR Logon failure: unknown user name or bad password.")
			default:
				say("-ERR Authentication failure: unknown user name or bad password.")
			}
		case "STAT":
			say("+OK 5 18067")
		case "QUIT":
			say("+OK Microsoft Exchange Server POP3 server signing off.")
			return
		default:
			say("-ERR Protocol error. Connection is closed. 10")
			return
		}
	}
}

func TestExchange(t *testing.T) {
	long := strings.Repeat("x", maxExchangeToken+1)
	addr := startExchange(t, "correct horse", "t0ken")
	for _, s := range []struct{ name, file, secret, state, pattern string }{
		{"a password", "--password-file", "correct horse", "OK", `5 messages, 18067 octets`},
		{"a token", "--token-file", "t0ken", "OK", `5 messages, 18067 octets`},
		{"a wrong password", "--password-file", "wrong", "CRITICAL", `login: alice was refused \(PLAIN.*\[auth\]; the server said "Logon failure: unknown user name or bad password\."`},
		{"another token", "--token-file", "other", "CRITICAL", `login: alice was refused \(XOAUTH2.*\[auth\]; the server said "Authentication failure: unknown user name or bad password\."`},
		{"a long token", "--token-file", long, "CRITICAL", `login: the server does not understand XOAUTH2 with a token of 4097 octets; .* \[mechanism\]; the server said "Protocol error\. Connection is closed\. 10"`},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			o := run(t, call{addr: addr, how: withTLS, args: []string{"-u", "alice", s.file, secretFile(t, "secret", s.secret+"\n")}})
			o.want(s.state, s.pattern)
		})
	}
}
