//go:build integration

// Ways to the server through proxies: microsocks and dante for SOCKS5, tinyproxy and squid for CONNECT.

package integration

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// A way through a proxy: what it is called by, and how it is started, with a user or without, so that it does not let
// anybody connect to the port that is shut.
type proxySoftware struct {
	name, scheme string
	start        func(s *server, user bool, shut int) (config string, command []string)
}

var proxySoftwares = []proxySoftware{
	{"microsocks", "socks5h", func(s *server, user bool, _ int) (string, []string) {
		command := []string{"microsocks", "-i", s.host, "-p", fmt.Sprint(s.ports.Plain)}
		if user {
			command = append(command, "-u", alice.name, "-P", proxyPassword)
		}
		return "", command
	}},
	{"dante", "socks5h", func(s *server, _ bool, shut int) (string, []string) {
		return fmt.Sprintf(`logoutput: stderr
internal: %s port = %d
external: lo
socksmethod: none
clientmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 port = %d }
socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
`, s.host, s.ports.Plain, shut), []string{"danted", "-f", "config"}
	}},
	{"tinyproxy", "http", func(s *server, user bool, shut int) (string, []string) {
		config := fmt.Sprintf("Port %d\nListen %s\nTimeout 60\nMaxClients 50\n", s.ports.Plain, s.host)
		for port := 20000; port < 32768; port++ { // those of the tests
			if port != shut {
				config += fmt.Sprintf("ConnectPort %d\n", port)
			}
		}
		if user {
			config += "BasicAuth " + alice.name + " " + proxyPassword + "\n"
		}
		return config, []string{"tinyproxy", "-d", "-c", "config"}
	}},
	{"squid", "http", func(s *server, user bool, shut int) (string, []string) {
		config := fmt.Sprintf(`http_port %s
acl shut port %d
http_access deny shut
cache deny all
access_log none
cache_log /dev/stderr
pid_filename none
netdb_filename none
pinger_enable off
cache_effective_user nobody
visible_hostname proxy.test
dns_nameservers 127.0.0.1
dns_timeout 1 second
`, s.port(inPlain), shut)
		if user {
			config += "auth_param basic program /usr/lib/squid/basic_ncsa_auth " + s.Dir + "/users\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n"
		}
		return config + "http_access allow all\n", []string{"squid", "-N", "-f", "config"}
	}},
}

const proxyPassword = "pr0xy-Wort-7"

// startProxy starts a proxy on 127.0.0.1.
func startProxy(p proxySoftware, user bool, shut int) (*server, error) {
	box, err := newSandbox(p.name)
	if err != nil {
		return nil, err
	}
	s := &server{box, "proxies", "127.0.0.1", ports{Plain: freePort()}}
	crypted, err := exec.Command("openssl", "passwd", "-1", proxyPassword).Output()
	config, command := p.start(s, user, shut)
	err = errors.Join(err, s.Write("config", config, 0o644), s.Write("users", alice.name+":"+string(crypted), 0o644))
	if err = errors.Join(err, s.Start(s.name, command...)); err != nil {
		return nil, err
	}
	if err := s.Await(func() bool { return accepts(s.port(inPlain)) }); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Through each proxy, in each way, with all that a session has.
func TestProxies(t *testing.T) {
	t.Parallel()
	shut := freePort()
	mail := dovecot.usual.get(t)
	for _, software := range proxySoftwares {
		t.Run(software.name, func(t *testing.T) {
			t.Parallel()
			p := private(t, func() (*server, error) { return startProxy(software, false, shut) })
			through := "--proxy=" + software.scheme + "://" + p.port(inPlain)
			for _, how := range ways {
				o := run(t, call{addr: mail.port(how), how: how, user: alice, args: args(through, "--steps", "all", "-v")})
				o.want("OK", `5 messages, 18067 octets`)
				o.wantLine("through the proxy " + software.scheme + "://" + p.port(inPlain))
			}
			_, port, _ := net.SplitHostPort(mail.port(inPlain))
			run(t, call{addr: net.JoinHostPort("localhost", port), how: inPlain, args: args(through)}).want("OK", `Dovecot`)
			run(t, call{addr: fmt.Sprintf("127.0.0.1:%d", shut), how: inPlain, args: args(through)}).want("CRITICAL", `proxy: the proxy (does not allow a connection to|was refused by) 127\.0\.0\.1:\d+; .* \[proxy\]`)
			run(t, call{addr: "127.0.0.1:" + port, how: inPlain, args: args("--proxy="+otherScheme(software.scheme)+"://"+p.port(inPlain), "--phase-timeout=proxy=3s")}).want("CRITICAL", `proxy: .* \[(proxy|timeout)\]`)
		})
	}
}

// otherScheme is the kind of proxy that this one is not.
func otherScheme(scheme string) string {
	if scheme == "http" {
		return "socks5h"
	}
	return "http"
}

// A proxy that wants a user.
func TestProxyUser(t *testing.T) {
	t.Parallel()
	mail := dovecot.usual.get(t)
	for _, software := range proxySoftwares {
		if software.name == "dante" {
			continue // it has only the users of the system
		}
		t.Run(software.name, func(t *testing.T) {
			t.Parallel()
			p := private(t, func() (*server, error) { return startProxy(software, true, freePort()) })
			as := func(password string) []string {
				return args("--proxy", software.scheme+"://"+p.port(inPlain), "--proxy-user", alice.name, "--proxy-password-file", secretFile(t, "proxy", password+"\n"), "-vvv")
			}
			o := run(t, call{addr: mail.port(inPlain), how: inPlain, args: as(proxyPassword)})
			o.want("OK", `Dovecot`)
			for _, line := range o.lines {
				if strings.Contains(line, proxyPassword) {
					t.Errorf("the password is in %q", line)
				}
			}
			run(t, call{addr: mail.port(inPlain), how: inPlain, args: as("another")}).want("CRITICAL", `proxy: the proxy refused the user alice or the password; .* \[proxy\]`)
			run(t, call{addr: mail.port(inPlain), how: inPlain, args: args("--proxy", software.scheme+"://"+p.port(inPlain))}).want("CRITICAL", `proxy: the proxy wants a user and a password; .* \[proxy\]`)
		})
	}
}

// IPv6 on both sides, addresses that are looked up here, and a session with each of them.
func TestProxyAddresses(t *testing.T) {
	t.Parallel()
	mail := dovecot.usual.get(t)
	port := relayFrom(t, mail.port(inPlain))
	p := private(t, func() (*server, error) {
		box, err := newSandbox("microsocks")
		if err != nil {
			return nil, err
		}
		s := &server{box, "proxies", "::1", ports{Plain: freePort()}}
		if err := s.Start(s.name, "microsocks", "-i", "::1", "-p", fmt.Sprint(s.ports.Plain)); err != nil {
			return nil, err
		}
		return s, s.Await(func() bool { return accepts(s.port(inPlain)) })
	})
	dns := args("--resolver", resolver(t, "A 127.0.0.1, AAAA ::1, A 127.0.0.3"), "--proxy", "socks5://"+p.port(inPlain))
	through := func(more ...string) []string { return append(args("-v"), append(dns, more...)...) }
	for name, c := range map[string]struct {
		host string
		args []string
		want string
	}{
		"IPv6":           {"::1", through(), `Dovecot`},
		"a source":       {"127.0.0.1", through("--source", "::1"), `Dovecot`},
		"IPv4 of a name": {"mail.example.org", through("-4"), `Dovecot`},
		"IPv6 of a name": {"mail.example.org", through("-6"), `Dovecot`},
		"each address":   {"mail.example.org", through("--addresses", "all"), `3 of 3 addresses OK; Dovecot`},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, call{addr: net.JoinHostPort(c.host, port), how: inPlain, args: c.args}).want("OK", c.want)
		})
	}
}
