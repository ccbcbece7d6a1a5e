package kerberos

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// fakeKDC answers each request as no KDC does, and returns its address.
func fakeKDC(t *testing.T, answer func(request []byte) []byte) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var header [4]byte
			io.ReadFull(conn, header[:])
			request := make([]byte, binary.BigEndian.Uint32(header[:]))
			io.ReadFull(conn, request)
			if said := answer(request); said != nil {
				conn.Write(said)
				conn.Close()
			} // else it is silent
		}
	}()
	return listener.Addr().String()
}

// sized puts the length in front of an answer.
func sized(answer []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(answer))), answer...)
}

// source returns one whose keytab has a key of alice, and whose KDCs are those.
func source(t *testing.T, kdcs ...string) *Source {
	t.Helper()
	dir := t.TempDir()
	table := keytab.New()
	if err := table.AddEntry("alice", "EXAMPLE.COM", "secret", time.Now(), 1, etypeID.AES128_CTS_HMAC_SHA1_96); err != nil {
		t.Fatal(err)
	}
	octets, err := table.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	conf := "[realms]\nEXAMPLE.COM = {\nkdc = " + strings.Join(kdcs, "\nkdc = ") + "\n}\n"
	for name, text := range map[string]string{"keytab": string(octets), "conf": conf} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &Source{Config: Place{filepath.Join(dir, "conf"), true}, Keytab: filepath.Join(dir, "keytab"), Dir: filepath.Join(dir, "state"), User: "alice@EXAMPLE.COM", Service: "pop"}
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnswersOfNoKDC(t *testing.T) {
	refused := func(code int32) []byte {
		octets, err := encode(asnAppTag.KRBError, refusal{Version: version, Type: asnAppTag.KRBError, Time: time.Now().UTC(), Code: code, Realm: "EXAMPLE.COM", Service: types.PrincipalName{NameString: []string{"krbtgt", "EXAMPLE.COM"}}, Text: "no way"})
		if err != nil {
			t.Fatal(err)
		}
		return octets
	}
	for name, s := range map[string]struct {
		answer  []byte
		problem fault.Problem
		text    string
	}{
		"nothing":                   {[]byte{}, fault.KDCUnreached, "hung up without an answer"},
		"HTTP":                      {[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), fault.KDCUnreached, "gave an answer that is not one of a KDC"},
		"no octets":                 {sized(nil), fault.KDCUnreached, "gave an answer that is not one of a KDC"},
		"less than it said":         {sized(make([]byte, 9))[:9], fault.KDCUnreached, "hung up without an answer"},
		"garbage":                   {sized([]byte("\x6b\x03\x30\x01\x00")), fault.KDCUnreached, "not one of Kerberos"},
		"a code that nobody knows":  {sized(refused(99)), fault.KDCRefused, "refused a ticket for krbtgt/EXAMPLE.COM (error 99)"},
		"a KDC of another realm":    {sized(refused(7)), fault.KDCUnknown, "the KDC that was asked is none of EXAMPLE.COM"},
		"more proof, again":         {sized(refused(25)), fault.OtherProof, "wants more than a key from alice"},
		"a password that has ended": {sized(refused(23)), fault.PasswordEnded, "the password of alice has expired in EXAMPLE.COM"},
	} {
		t.Run(name, func(t *testing.T) {
			from := source(t, fakeKDC(t, func([]byte) []byte { return s.answer }))
			_, err := from.Fetch(t.Context(), "mail.example.com")
			f := fault.Of(err)
			if f == nil || f.Kind != fault.Ticket || f.Problem != s.problem || !strings.Contains(f.Text, s.text) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A KDC that is silent gets its share of the time, then the next is asked.
func TestSilentKDCs(t *testing.T) {
	asked := make(chan string, 9)
	silent := func(name string) string {
		return fakeKDC(t, func([]byte) []byte { asked <- name; return nil })
	}
	from := source(t, silent("first"), silent("second"))
	const limit = 2 * time.Second
	ctx, cancel := context.WithTimeoutCause(t.Context(), limit, &fault.Error{Kind: fault.Timeout, Within: limit})
	defer cancel()
	start := time.Now()
	_, err := from.Fetch(ctx, "mail.example.com")
	if f := fault.Of(err); f == nil || f.Within == 0 || !strings.HasPrefix(f.Who, "the KDC 127.0.0.1:") {
		t.Errorf("%v", err)
	}
	if took := time.Since(start); took > limit+500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	var all []string
	for len(asked) > 0 {
		all = append(all, <-asked)
	}
	if !slices.Equal(all, []string{"first", "second"}) {
		t.Errorf("asked %q", all)
	}
}

// A cache that was cut off anywhere, or says it has more than it has, is damaged.
func FuzzCache(f *testing.F) {
	text := func(s string) string { return "\x00\x00\x00" + string(rune(len(s))) + s }
	principal := "\x00\x00\x00\x01\x00\x00\x00\x01" + text("EXAMPLE.COM") + text("alice")
	f.Add([]byte("\x05\x04\x00\x00" + principal))
	f.Add([]byte("\x05\x04\x00\x00" + principal + principal + principal + "\x00\x11" + text("key") + strings.Repeat("\x00", 16) + "\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" + text("ticket") + text("")))
	f.Add([]byte("\x05\x04\x00\x00\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		c, err := parseCache("cache", octets)
		if err == nil {
			c.find(granting("EXAMPLE.COM", "EXAMPLE.COM"))
		} else if fault.Of(err).Problem != fault.TicketDamaged {
			t.Errorf("%v", err)
		}
	})
}
