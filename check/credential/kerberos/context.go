package kerberos

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/binary"
	"errors"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// A Context is one login with a ticket: the side of the initiator in a security
// context of GSS-API (RFC 4121).
type Context struct {
	ticket   *Ticket
	sent     types.Authenticator
	key      types.EncryptionKey // of messages
	acceptor bool                // it is the server's
}

// Context begins a login.
func (t *Ticket) Context() *Context { return &Context{ticket: t} }

// The identifiers of tokens: RFC 4121, sections 1.1, 4.1 and 4.2.6.2.
const (
	mechanism = "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" // 1.2.840.113554.1.2.2
	idRequest = "\x01\x00"
	idReply   = "\x02\x00"
	idError   = "\x03\x00"
	idWrap    = "\x05\x04"
)

// The flags of a wrap token, section 4.2.2.
const (
	byAcceptor = 1 << iota
	encrypted
	keyOfAcceptor
)

// The flags of a context, RFC 4121, section 4.1.1.1: the server proves itself, and
// messages can be neither repeated, reordered nor changed.
const contextFlags = 2 | 4 | 8 | 32

// gssChecksum is the type of a checksum that is none, section 4.1.1.
const gssChecksum = 0x8003

// mutual is the option of AP-REQ that has the server prove itself (RFC 4120,
// section 5.5.1).
const mutual = 2

// Token returns the first token, with what the login is bound to; nil is nothing.
func (c *Context) Token(binding []byte) ([]byte, error) {
	c.sent = c.ticket.authenticator(types.Checksum{CksumType: gssChecksum, Checksum: bound(binding)})
	c.sent.SeqNumber = int64(number())
	c.sent.SubKey = types.EncryptionKey{KeyType: c.ticket.Key.KeyType, KeyValue: make([]byte, len(c.ticket.Key.KeyValue))}
	_, _ = rand.Read(c.sent.SubKey.KeyValue) // never fails
	c.key = c.sent.SubKey
	request, err := c.ticket.present(c.sent, keyusage.AP_REQ_AUTHENTICATOR, mutual)
	if err != nil {
		return nil, fault.New(fault.Ticket, "the ticket in use is damaged").Because(fault.TicketDamaged)
	}
	return framed(idRequest, request), nil
}

// bound is the content of the checksum in an authenticator (RFC 4121, section
// 4.1.1): the digest of the channel binding, and flags.
func bound(binding []byte) []byte {
	digest := make([]byte, md5.Size)
	if binding != nil {
		digest = digestOf(binding)
	}
	sum := binary.LittleEndian.AppendUint32(nil, uint32(len(digest)))
	sum = append(sum, digest...)
	return binary.LittleEndian.AppendUint32(sum, contextFlags)
}

// digestOf is the MD5 of a channel binding without addresses, section 4.1.1.2. It
// needs to resist nobody: it is encrypted.
func digestOf(binding []byte) []byte {
	structure := make([]byte, 16) // types and lengths of the addresses of both sides
	structure = binary.LittleEndian.AppendUint32(structure, uint32(len(binding)))
	sum := md5.Sum(append(structure, binding...))
	return sum[:]
}

// framed puts a token into the frame of its mechanism (RFC 2743, section 3.1).
func framed(id string, token []byte) []byte {
	inner := append([]byte(mechanism+id), token...)
	frame, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassApplication, IsCompound: true, Bytes: inner})
	return frame
}

// unframed returns the token in a frame, behind its identifier.
func unframed(frame []byte) (id string, token []byte) {
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(frame, &outer); err != nil || outer.Class != asn1.ClassApplication || outer.Tag != 0 {
		return "", nil
	}
	inner, found := bytes.CutPrefix(outer.Bytes, []byte(mechanism))
	if !found || len(inner) < len(idReply) {
		return "", nil
	}
	return string(inner[:2]), inner[2:]
}

// Accept reads the server's token, with which it proves that it could read the
// ticket.
func (c *Context) Accept(token []byte) error {
	id, inner := unframed(token)
	if r, ok := isRefusal(inner); ok && id == idError {
		return refusedBy(r, c.ticket.Service)
	}
	var accepted acceptance
	if id != idReply || decode(asnAppTag.APREP, inner, &accepted) != nil {
		return fault.New(fault.Protocol, "the server's answer to the ticket is not one of Kerberos")
	}
	var secret acceptanceSecret
	plain, err := open(accepted.Secret, c.ticket.Key, keyusage.AP_REP_ENCPART)
	if err == nil {
		err = decode(asnAppTag.EncAPRepPart, plain, &secret)
	}
	if err != nil || !secret.Time.Equal(c.sent.CTime) || secret.Usec != c.sent.Cusec {
		return fault.New(fault.Protocol, "the server could not prove that it is %s", c.ticket.Service.name()).Because(fault.ServiceUnproven)
	}
	if secret.SubKey.KeyType != 0 {
		c.key, c.acceptor = secret.SubKey, true
	}
	return nil
}

// headerLength is that of a wrap token, in octets.
const headerLength = 16

var errWrap = errors.New("not a message of this context")

// Unwrap returns the message in a token of the server, which is signed and not
// encrypted (RFC 4121, section 4.2.6.2). It may be rotated (section 4.2.5).
func (c *Context) Unwrap(token []byte) ([]byte, error) {
	if len(token) < headerLength || string(token[:2]) != idWrap || token[2]&byAcceptor == 0 || token[2]&encrypted != 0 {
		return nil, errWrap
	}
	body, sumLength := bytes.Clone(token[headerLength:]), int(binary.BigEndian.Uint16(token[4:]))
	if sumLength > len(body) {
		return nil, errWrap
	}
	if len(body) > 0 {
		turn := int(binary.BigEndian.Uint16(token[6:])) % len(body)
		body = append(body[turn:], body[:turn]...)
	}
	message := body[:len(body)-sumLength]
	sum, err := checksum(signed(message, token[2], token[8:headerLength]), c.key, keyusage.GSSAPI_ACCEPTOR_SEAL)
	if err != nil || !hmac.Equal(sum.Checksum, body[len(message):]) {
		return nil, errWrap
	}
	return message, nil
}

// Wrap signs a message for the server.
func (c *Context) Wrap(message []byte) ([]byte, error) {
	set := byte(0)
	if c.acceptor {
		set = keyOfAcceptor
	}
	sequence := binary.BigEndian.AppendUint64(nil, uint64(c.sent.SeqNumber))
	sum, err := checksum(signed(message, set, sequence), c.key, keyusage.GSSAPI_INITIATOR_SEAL)
	if err != nil {
		return nil, err
	}
	token := append([]byte(idWrap), set, 0xff)
	token = binary.BigEndian.AppendUint16(token, uint16(len(sum.Checksum)))
	token = append(append(token, 0, 0), sequence...)
	return append(append(token, message...), sum.Checksum...), nil
}

// signed is what the checksum of a message is made of: it, and the header without
// the lengths.
func signed(message []byte, set byte, sequence []byte) []byte {
	header := append([]byte(idWrap), set, 0xff, 0, 0, 0, 0)
	return append(append(bytes.Clone(message), header...), sequence...)
}
