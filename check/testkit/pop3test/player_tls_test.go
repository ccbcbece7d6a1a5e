package pop3test

import (
	"crypto/tls"
	"io"
	"net"
	"testing"
)

func TestTLS(t *testing.T) {
	root := NewAuthority("root")
	o := Options{TLS: ServerTLS(root.Issue(Leaf{Names: Localhost}))}
	trusting := &tls.Config{RootCAs: root.Pool(), ServerName: "127.0.0.1"}
	for _, tt := range []struct {
		name, dialogue string
		farewell       bool
		want           string
	}{
		{"from the first byte", "tls\nS: +OK\nC: QUIT\nS: +OK", true, ""},
		{"closed", "tls\nS: +OK\nC: QUIT\nS: +OK\nclose", true, ""},
		{"truncated", "tls\nS: +OK\nC: QUIT\nS: +OK\ncut", false, ""},
		{"other line", "tls\nS: +OK\nC: STAT", false, `line 3: expected "STAT", got "QUIT"`},
	} {
		p := start(t, tt.dialogue, o)
		below := &recorder{Conn: dial(t, p.Addr())}
		c := tls.Client(below, trusting)
		hear(t, c, "+OK\r\n")
		tell(t, c, "QUIT\r\n")
		if tt.want == "" {
			hear(t, c, "+OK\r\n")
		}
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("%s: read %v", tt.name, err)
		}
		if farewell := below.endsWithAlert(); farewell != tt.farewell {
			t.Errorf("%s: close_notify: %v", tt.name, farewell)
		}
		_ = c.Close()
		wants(t, p.Finish(), tt.want)
		if p.Played().Conversations[0].TLS == nil {
			t.Errorf("%s: no TLS state", tt.name)
		}
	}
}

// A recorder keeps what is read below TLS: Go's client does not distinguish a
// truncation from an end.
type recorder struct {
	net.Conn
	read []byte
}

func (c *recorder) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read = append(c.read, p[:n]...)
	return n, err
}

// endsWithAlert reports whether the last record is as long as an alert: 2
// octets, its type, and 16 of the tag (RFC 8446, section 5.2). No line of the
// dialogue is.
func (c *recorder) endsWithAlert() bool {
	last := 0
	for rest := c.read; len(rest) > 5; rest = rest[5+last:] {
		last = int(rest[3])<<8 | int(rest[4])
	}
	return last == 2+1+16
}

func TestSTLS(t *testing.T) {
	const dialogue = "S: +OK\nC: STLS\nS: +OK go on\ntls\nC: CAPA\nS: -ERR\nC?: QUIT"
	root := NewAuthority("root")
	o := Options{TLS: ServerTLS(root.Issue(Leaf{Names: Localhost}))}
	begin := func() (*Player, net.Conn) {
		p := start(t, dialogue, o)
		c := dial(t, p.Addr())
		hear(t, c, "+OK\r\n")
		tell(t, c, "STLS\r\n")
		hear(t, c, "+OK go on\r\n")
		return p, c
	}
	p, c := begin()
	over := tls.Client(c, &tls.Config{RootCAs: root.Pool(), ServerName: "localhost"})
	tell(t, over, "CAPA\r\n")
	hear(t, over, "-ERR\r\n")
	_ = over.Close()
	wants(t, p.Finish(), "")
	if got := p.Played().Conversations[0].Received(); got != "STLS\r\nCAPA\r\n" {
		t.Errorf("received %q", got)
	}

	p, c = begin()
	if err := tls.Client(c, &tls.Config{ServerName: "localhost"}).Handshake(); err == nil {
		t.Error("trusted without knowing the authority")
	}
	_ = c.Close()
	wants(t, p.Finish(), `line 5: expected "CAPA", but the TLS handshake failed: remote error: tls:`)
}
