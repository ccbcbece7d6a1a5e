package kerberos

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// An acceptor is a mail server, as gokrb5 has it.
type acceptor struct {
	keytab *keytab.Keytab
	ticket *Ticket
	got    types.Authenticator
	subkey types.EncryptionKey // that it asserts; zero: none
}

// newAcceptor returns a server, with a ticket for it.
func newAcceptor(t *testing.T, kind int32) *acceptor {
	t.Helper()
	client, service := Principal{[]string{"alice"}, "EXAMPLE.COM"}, Principal{[]string{"pop", "mail.example.com"}, "EXAMPLE.COM"}
	a := &acceptor{keytab: keytab.New()}
	if err := a.keytab.AddEntry("pop/mail.example.com", "EXAMPLE.COM", "secret", time.Now(), 1, kind); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	ticket, key, err := messages.NewTicket(client.encoded(), client.Realm, service.encoded(), service.Realm, types.NewKrbFlags(), a.keytab, kind, 1, now, now, now.Add(time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	octets, err := ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	a.ticket = &Ticket{Client: client, Service: service, Key: key, Octets: octets, End: now.Add(time.Hour)}
	return a
}

// accept reads the first token, and returns the answer.
func (a *acceptor) accept(t *testing.T, token []byte) []byte {
	t.Helper()
	id, inner := unframed(token)
	var request messages.APReq
	if err := request.Unmarshal(inner); err != nil || id != idRequest {
		t.Fatalf("%q: %v", id, err)
	}
	if ok, err := request.Verify(a.keytab, time.Minute, types.HostAddress{}, nil); !ok || !types.IsFlagSet(&request.APOptions, mutual) {
		t.Fatalf("%v, options %v", err, request.APOptions)
	}
	a.got = request.Authenticator
	return a.answer(t, acceptanceSecret{Time: a.got.CTime, Usec: a.got.Cusec, SubKey: a.subkey}, a.ticket.Key)
}

func (a *acceptor) answer(t *testing.T, secret acceptanceSecret, key types.EncryptionKey) []byte {
	t.Helper()
	plain, err := encode(asnAppTag.EncAPRepPart, secret)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal(plain, key, keyusage.AP_REP_ENCPART)
	if err != nil {
		t.Fatal(err)
	}
	octets, err := encode(asnAppTag.APREP, acceptance{version, asnAppTag.APREP, sealed})
	if err != nil {
		t.Fatal(err)
	}
	return framed(idReply, octets)
}

// wrap signs a message as the server does; rotated by so many octets.
func (a *acceptor) wrap(t *testing.T, message string, flags byte, key types.EncryptionKey, rotated int) []byte {
	t.Helper()
	how, err := crypto.GetEtype(key.KeyType)
	if err != nil {
		t.Fatal(err)
	}
	token := gssapi.WrapToken{Flags: flags, EC: uint16(how.GetHMACBitLength() / 8), SndSeqNum: 7, Payload: []byte(message)}
	if err := token.SetCheckSum(key, keyusage.GSSAPI_ACCEPTOR_SEAL); err != nil {
		t.Fatal(err)
	}
	octets, err := token.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint16(octets[6:], uint16(rotated))
	body := octets[headerLength:]
	at := len(body) - rotated%len(body)
	return slices.Concat(octets[:headerLength], body[at:], body[:at])
}

// A login at a server that is not ours, with each type of key, with and without a
// key of the server's own.
func TestContext(t *testing.T) {
	for _, kind := range modern[:2] {
		for _, own := range []bool{false, true} {
			a := newAcceptor(t, kind)
			if own {
				how, _ := crypto.GetEtype(kind)
				a.subkey, _ = types.GenerateEncryptionKey(how)
			}
			c := a.ticket.Context()
			token, err := c.Token([]byte("tls-server-end-point:digest"))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Accept(a.accept(t, token)); err != nil {
				t.Fatal(err)
			}
			key, flags := a.got.SubKey, byte(byAcceptor)
			if own {
				key, flags = a.subkey, byAcceptor|keyOfAcceptor
			}
			for _, rotated := range []int{0, 12, 28, 5} {
				if message, err := c.Unwrap(a.wrap(t, "\x01\x00\x10\x00", flags, key, rotated)); err != nil || string(message) != "\x01\x00\x10\x00" {
					t.Errorf("rotated by %d: %q, %v", rotated, message, err)
				}
			}
			a.reads(t, c, key)
		}
	}
}

// reads has the server read a message of the client.
func (a *acceptor) reads(t *testing.T, c *Context, key types.EncryptionKey) {
	t.Helper()
	octets, err := c.Wrap([]byte("bob"))
	if err != nil {
		t.Fatal(err)
	}
	var token gssapi.WrapToken
	if err := token.Unmarshal(octets, false); err != nil {
		t.Fatal(err)
	}
	if ok, err := token.Verify(key, keyusage.GSSAPI_INITIATOR_SEAL); !ok || string(token.Payload) != "bob" || token.SndSeqNum != uint64(a.got.SeqNumber) {
		t.Errorf("%v, %q, number %d", err, token.Payload, token.SndSeqNum)
	}
}

// The checksum of RFC 4121, section 4.1.1: Lgth, Bnd, Flags. Bnd is the MD5 of five
// numbers and the data, as Microsoft's Extended Protection has it.
func TestChannelBinding(t *testing.T) {
	const data = "tls-server-end-point:0123456789abcdef"
	digest := md5.Sum([]byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x25\x00\x00\x00" + data))
	for binding, want := range map[string]string{data: string(digest[:]), "": string(make([]byte, 16))} {
		a := newAcceptor(t, etypeID.AES256_CTS_HMAC_SHA1_96)
		var octets []byte
		if binding != "" {
			octets = []byte(binding)
		}
		token, err := a.ticket.Context().Token(octets)
		if err != nil {
			t.Fatal(err)
		}
		a.accept(t, token)
		if got := a.got.Cksum; got.CksumType != 0x8003 || string(got.Checksum) != "\x10\x00\x00\x00"+want+"\x2e\x00\x00\x00" {
			t.Errorf("%q: type %#x, %x", binding, got.CksumType, got.Checksum)
		}
	}
}

// A server that cannot read the ticket proves nothing.
func TestServerWithoutProof(t *testing.T) {
	a := newAcceptor(t, etypeID.AES128_CTS_HMAC_SHA1_96)
	c := a.ticket.Context()
	token, err := c.Token(nil)
	if err != nil {
		t.Fatal(err)
	}
	good := a.accept(t, token)
	other := types.EncryptionKey{KeyType: a.ticket.Key.KeyType, KeyValue: make([]byte, 16)}
	skew, err := encode(asnAppTag.KRBError, refusal{Version: version, Type: asnAppTag.KRBError, Time: time.Now().Add(-time.Hour).UTC(), Code: 37, Realm: "EXAMPLE.COM", Service: a.ticket.Service.encoded()})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]struct {
		answer  []byte
		kind    fault.Kind
		problem fault.Problem
	}{
		"nothing":         {nil, fault.Protocol, ""},
		"words":           {[]byte("go ahead"), fault.Protocol, ""},
		"its first half":  {good[:len(good)/2], fault.Protocol, ""},
		"our own token":   {token, fault.Protocol, ""},
		"another key":     {a.answer(t, acceptanceSecret{Time: a.got.CTime, Usec: a.got.Cusec}, other), fault.Protocol, fault.ServiceUnproven},
		"another time":    {a.answer(t, acceptanceSecret{Time: a.got.CTime.Add(time.Second), Usec: a.got.Cusec}, a.ticket.Key), fault.Protocol, fault.ServiceUnproven},
		"another moment":  {a.answer(t, acceptanceSecret{Time: a.got.CTime, Usec: a.got.Cusec + 1}, a.ticket.Key), fault.Protocol, fault.ServiceUnproven},
		"a changed octet": {append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), fault.Protocol, fault.ServiceUnproven},
		"an error":        {framed(idError, skew), fault.Auth, fault.ClockOff},
	} {
		f := fault.Of(c.Accept(s.answer))
		if f == nil || f.Kind != s.kind || f.Problem != s.problem {
			t.Errorf("%s: %v", name, f)
		}
	}
	if err := c.Accept(good); err != nil {
		t.Error(err)
	}
}

func TestUnwrapRefuses(t *testing.T) {
	a := newAcceptor(t, etypeID.AES128_CTS_HMAC_SHA1_96)
	c := a.ticket.Context()
	token, err := c.Token(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Accept(a.accept(t, token)); err != nil {
		t.Fatal(err)
	}
	good := a.wrap(t, "\x01\x00\x10\x00", byAcceptor, a.got.SubKey, 0)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x40
		message, err := c.Unwrap(bad)
		if unsigned := i == 3 || i == 6 || i == 7; err == nil && !unsigned { // the filler, and the rotation, here by whole turns
			t.Errorf("octet %d: %q", i, message)
		}
		if message, err := c.Unwrap(good[:i]); err == nil {
			t.Errorf("%d octets: %q", i, message)
		}
	}
}

func FuzzAccept(f *testing.F) {
	f.Add([]byte("x"))
	f.Add(framed(idReply, []byte("x")))
	f.Add(framed(idError, []byte("x")))
	f.Add([]byte("\x05\x04\x01\xff\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x01\x00\x10\x00"))
	f.Fuzz(func(t *testing.T, said []byte) {
		c := (&Ticket{Key: types.EncryptionKey{KeyType: etypeID.AES128_CTS_HMAC_SHA1_96, KeyValue: make([]byte, 16)}, Octets: []byte{0x30, 0}}).Context()
		if _, err := c.Token(nil); err != nil {
			t.Fatal(err)
		}
		if c.Accept(said) == nil {
			t.Errorf("%q is believed", said)
		}
		if message, err := c.Unwrap(said); err == nil {
			t.Errorf("%q is read as %q", said, message)
		}
	})
}
