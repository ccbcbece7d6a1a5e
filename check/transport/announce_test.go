package transport

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pires/go-proxyproto"
)

// Another implementation reads both versions as they are meant, to the last octet.
func TestHeader(t *testing.T) {
	for name, ends := range map[string]string{
		"IPv4":    "192.0.2.7:51234 192.0.2.1:110",
		"IPv6":    "[2001:db8::7]:51234 [2001:db8::1]:995",
		"mixed":   "[::ffff:192.0.2.7]:1 192.0.2.1:65535",
		"a link":  "[fe80::7%eth0]:51234 [fe80::1%eth0]:110",
		"longest": "[1111:2222:3333:4444:5555:6666:7777:8888]:65535 [1111:2222:3333:4444:5555:6666:7777:8887]:65535",
		"unknown": "",
	} {
		var from, to netip.AddrPort
		if one, other, known := strings.Cut(ends, " "); known {
			from, to = withoutZone(netip.MustParseAddrPort(one)), withoutZone(netip.MustParseAddrPort(other))
		}
		for h := Header(1); h <= 2; h++ {
			rest := bufio.NewReader(bytes.NewReader(append(h.between(from, to), "hello"...)))
			got, err := proxyproto.Read(rest)
			if err != nil {
				t.Errorf("%s, %s: %v", name, h, err)
				continue
			}
			left, _ := io.ReadAll(rest)
			source, dest, _ := got.TCPAddrs()
			switch {
			case string(left) != "hello" || got.Version != byte(h) || got.Command.IsLocal() == from.IsValid() && h == 2:
				t.Errorf("%s, %s: %+v, and %q is left", name, h, got, left)
			case from.IsValid() && (withoutZone(source.AddrPort()) != from || withoutZone(dest.AddrPort()) != to):
				t.Errorf("%s, %s: %s to %s", name, h, source, dest)
			}
		}
	}
}

// The addresses are those of the connection, unless nobody here knows them.
func TestAnnounce(t *testing.T) {
	heard := make(chan string, 1)
	hears := func(c net.Conn) { all, _ := io.ReadAll(c); heard <- string(all) }
	announced := func(r Route, c *Conn) string {
		t.Helper()
		if err := r.Announce(c); err != nil {
			t.Error(err)
		}
		c.Close()
		return <-heard
	}
	c := peer(t, hears)
	local, remote := c.wire.LocalAddr().(*net.TCPAddr).AddrPort(), c.Remote()
	if got, want := announced(Route{Header: 1}, c), string(Header(1).between(local, remote)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := announced(Route{}, peer(t, hears)); got != "" {
		t.Errorf("%q, though nobody asked for it", got)
	}
	if got := announced(Route{Header: 1, Proxy: &Proxy{}}, peer(t, hears)); got != "PROXY UNKNOWN\r\n" {
		t.Errorf("through a proxy: %q", got)
	}
	path := filepath.Join(t.TempDir(), "socket")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			hears(c)
		}
	}()
	socket, err := dialSocket(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if got := announced(Route{Header: 2, Socket: path}, socket); got != "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00" {
		t.Errorf("to a Unix socket: %q", got)
	}
}
