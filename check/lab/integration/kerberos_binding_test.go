//go:build integration

// The channel binding of GSSAPI as Extended Protection of Exchange has it: no server of Debian compares
// tls-server-end-point, so that gokrb5 does, with the key of a real KDC's service.

package integration

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	krb5 "github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

func TestKerberosChannelBinding(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	id, err := rootCA.issue("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	addr := bindingServer(t, id, k.file("pop.keytab"), boundTo)
	other, err := rootCA.issue("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	box := &server{host: "localhost"}
	fmt.Sscanf(addr, "127.0.0.1:%d", &box.ports.TLS)
	relay := strings.Replace(endTLS(t, box, other), "127.0.0.1", "localhost", 1)
	binding := []string{"--channel-binding", "tls-server-end-point"}
	for name, with := range map[string]struct {
		addr string
		args []string
		said string
	}{
		"bound":             {box.port(withTLS), binding, "bound to this certificate"},
		"bound, by a relay": {relay, binding, "bound to another certificate"},
		"not bound":         {box.port(withTLS), nil, "not bound"},
	} {
		o := run(t, call{addr: with.addr, how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")), args: with.args})
		t.Log(name)
		o.want("CRITICAL", `login: alice@CHECK\.TEST was refused \(GSSAPI, .*\[auth\]; the server said "`+with.said+`"`)
	}
}

// A server that repeats the token shows it to nobody.
func TestKerberosTokenIsHidden(t *testing.T) {
	t.Parallel()
	k := startKDC(t)
	id, err := rootCA.issue("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]func(string) string{
		"whole":   func(token string) string { return token },
		"its end": func(token string) string { return token[len(token)-80:] },
		"in hex": func(token string) string {
			octets, _ := base64.StdEncoding.DecodeString(token)
			return hex.EncodeToString(octets)[900:]
		},
		"the ticket's": func(token string) string { return token[200:300] },
	} {
		addr := bindingServer(t, id, k.file("pop.keytab"), func(token string, _ *keytab.Keytab, _ []byte) string { return "you said " + part(token) })
		o := run(t, call{addr: strings.Replace(addr, "127.0.0.1", "localhost", 1), how: withTLS, user: alice, by: k.byKeytab(k.file("alice.keytab")), args: []string{"-vvv"}})
		if text := strings.Join(o.lines, "\n"); !strings.Contains(text, "(hidden: ") || strings.Contains(text, "you said") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// bindingServer refuses logins by GSSAPI, and tells something about the token.
func bindingServer(t *testing.T, id *identity, key string, tell func(token string, keys *keytab.Keytab, digest []byte) string) (addr string) {
	t.Helper()
	pair, err := tls.X509KeyPair([]byte(id.chain), []byte(id.key))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	keys, err := keytab.Load(key)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(pair.Certificate[0])
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(conn)
			fmt.Fprint(conn, "+OK ready\r\n")
			for _, answer := range []string{"+OK\r\nSASL GSSAPI\r\n.\r\n", "+ \r\n"} { // to CAPA, and to AUTH
				in.ReadString('\n')
				fmt.Fprint(conn, answer)
			}
			token, _ := in.ReadString('\n')
			fmt.Fprintf(conn, "-ERR [AUTH] %s\r\n", tell(strings.TrimSpace(token), keys, digest[:]))
			conn.Close()
		}
	}()
	return listener.Addr().String()
}

// boundTo says what a token is bound to: the certificate of that digest, by RFC 4121, section 4.1.1.
func boundTo(encoded string, keys *keytab.Keytab, digest []byte) string {
	token, err := base64.StdEncoding.DecodeString(encoded)
	at := bytes.Index(token, []byte("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00"))
	if err != nil || at < 0 {
		return "no token"
	}
	var request krb5.APReq
	if err := request.Unmarshal(token[at+11:]); err != nil {
		return err.Error()
	}
	if ok, err := request.Verify(keys, time.Minute, types.HostAddress{}, nil); !ok {
		return fmt.Sprint(err)
	}
	data := append([]byte("tls-server-end-point:"), digest...)
	want := md5.Sum(append(binary.LittleEndian.AppendUint32(make([]byte, 16), uint32(len(data))), data...))
	switch got := request.Authenticator.Cksum.Checksum[4:20]; {
	case bytes.Equal(got, want[:]):
		return "bound to this certificate"
	case bytes.Equal(got, make([]byte, 16)):
		return "not bound"
	}
	return "bound to another certificate"
}
