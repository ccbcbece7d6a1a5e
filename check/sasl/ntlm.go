package sasl

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/Azure/go-ntlmssp"
	//lint:ignore SA1019 NTLM is made of it
	"golang.org/x/crypto/md4"

	"check_pop3x/check/fault"
)

var ntlmMechanism = Mechanism{Name: "NTLM", ByName: true, Relayable: true, TwoSteps: true, New: newNTLM}

// ntlm is NTLMv2 (MS-NLMP): a negotiate message, the server's challenge, and an
// authenticate message. The server proves nothing.
//
// The library makes the messages, but knows no channel binding. It repeats the
// challenge's target information in what it signs, so that the binding is put in
// there. There is no integrity code of the messages (MIC) either, which a client
// need not have if it does not announce one.
type ntlm struct {
	Credentials
	base
	response []byte // the authenticate message; nil before the challenge
}

// maxNTLMUser is how long a user principal name may be in Active Directory.
const maxNTLMUser = 1024

func newNTLM(c Credentials) (Client, error) {
	switch {
	case utf8.RuneCountInString(c.User) > maxNTLMUser:
		return nil, fault.New(fault.Usage, "the user name is longer than NTLM can carry (%d characters), check it", maxNTLMUser)
	case !utf8.ValidString(c.User + c.Secret):
		return nil, fault.New(fault.Usage, "the user name or the password is not UTF-8, which NTLM needs, save it as UTF-8")
	}
	return &ntlm{Credentials: c}, nil
}

// Initial is the negotiate message. It names neither the user nor this host.
func (n *ntlm) Initial() []byte {
	message, _ := ntlmssp.NewNegotiateMessage("", "") // fails for no such names
	return message
}

func (n *ntlm) Next(challenge []byte) ([]byte, error) {
	if n.response != nil {
		return nil, unexpected("NTLM")
	}
	bound, ok := bindNTLM(challenge, n.Binding)
	if !ok {
		return nil, fault.New(fault.Protocol, "the server's NTLM challenge is malformed")
	}
	response, err := ntlmssp.NewAuthenticateMessage(bound, n.User, n.Secret, nil)
	if err != nil {
		why, _, _ := strings.Cut(err.Error(), " (")
		return nil, fault.New(fault.Protocol, "the server wants another NTLM: %s", why)
	}
	n.response = response
	return response, nil
}

// Proven is false for a server that sent no challenge.
func (n *ntlm) Proven() bool { return n.response != nil }

// Derived lists the proof in the response (MS-NLMP, section 3.3.2, NTProofStr), and
// also from its second and third octet on, because one of the three begins a group
// of base64 in the whole message. The hashes of the password are not sent, but the
// server has them, and they are as good as the password.
func (n *ntlm) Derived() [][]byte {
	if n.response == nil {
		return nil
	}
	proof := n.response[binary.LittleEndian.Uint32(n.response[24:]):][:md5.Size]
	domain, user, found := strings.Cut(n.User, `\`)
	if !found {
		domain, user = "", n.User
	}
	hash := md4.New()
	hash.Write(utf16LE(n.Secret))
	keyed := hmac.New(md5.New, hash.Sum(nil))
	keyed.Write(utf16LE(strings.ToUpper(user) + domain))
	return [][]byte{proof, proof[1:], proof[2:], hash.Sum(nil), keyed.Sum(nil)}
}

func utf16LE(text string) []byte {
	var octets []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		octets = binary.LittleEndian.AppendUint16(octets, unit)
	}
	return octets
}

// The parts of a challenge message that matter here (MS-NLMP, section 2.2.1.2).
const (
	ntlmChallenge  = "NTLMSSP\x00\x02\x00\x00\x00" // signature and type
	ntlmTargetInfo = 40                            // offset of the field: length, space, offset
	ntlmFixedPart  = 48                            // octets
)

// The attributes of target information that matter here (section 2.2.2.1).
const (
	avEOL             = 0
	avFlags           = 6
	avTimestamp       = 7
	avChannelBindings = 10
	avHasMIC          = 2 // a flag
)

// bindNTLM returns a challenge message whose target information has the channel
// binding in it, at its end. Without a binding, or without target information, it
// has none. It reports false for a message that is malformed.
func bindNTLM(challenge []byte, b Binding) ([]byte, bool) {
	if len(challenge) < ntlmFixedPart || string(challenge[:len(ntlmChallenge)]) != ntlmChallenge {
		return nil, false
	}
	field := challenge[ntlmTargetInfo:ntlmFixedPart]
	size, start := int(binary.LittleEndian.Uint16(field)), int(binary.LittleEndian.Uint32(field[4:]))
	switch {
	case size == 0:
		return challenge, true
	case start > len(challenge) || size > len(challenge)-start:
		return nil, false
	}
	info, ok := bindTargetInfo(challenge[start:start+size], b)
	if !ok || len(info) > 0xffff {
		return nil, false
	}
	bound := slices.Clone(challenge)
	field = bound[ntlmTargetInfo:ntlmFixedPart]
	binary.LittleEndian.PutUint16(field, uint16(len(info)))
	binary.LittleEndian.PutUint16(field[2:], uint16(len(info)))
	binary.LittleEndian.PutUint32(field[4:], uint32(len(bound)))
	return append(bound, info...), true
}

// bindTargetInfo returns target information with a channel binding instead of the
// server's, and without a promise of an integrity code.
func bindTargetInfo(info []byte, b Binding) (bound []byte, ok bool) {
	for len(info) >= 4 {
		id, size := binary.LittleEndian.Uint16(info), 4+int(binary.LittleEndian.Uint16(info[2:]))
		if size > len(info) {
			return nil, false
		}
		switch pair := info[:size]; {
		case id == avEOL:
			if len(b.Data) > 0 {
				bound = append(bound, avChannelBindings, 0, md5.Size, 0)
				bound = append(bound, hashedBinding(b)...)
			}
			return append(bound, avEOL, 0, 0, 0), true
		case id == avTimestamp && size != 12:
			return nil, false
		case id == avFlags && size > 4:
			bound = append(bound, pair...)
			bound[len(bound)-size+4] &^= avHasMIC
		case id != avChannelBindings:
			bound = append(bound, pair...)
		}
		info = info[size:]
	}
	return nil, false
}

// hashedBinding is the MD5 of the gss_channel_bindings_struct of RFC 2744, section
// 3.11, without addresses (MS-NLMP, section 3.1.5.1.2).
func hashedBinding(b Binding) []byte {
	data := b.Type + ":" + string(b.Data) // RFC 5056, section 2.1
	structure := binary.LittleEndian.AppendUint32(make([]byte, 16), uint32(len(data)))
	hash := md5.Sum(append(structure, data...))
	return hash[:]
}
