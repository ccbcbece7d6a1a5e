// Package ntlmtest is the server's side of NTLMv2 (MS-NLMP) for tests, independent
// of the library that the plugin uses.
package ntlmtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"

	//lint:ignore SA1019 NTLM is made of it
	"golang.org/x/crypto/md4"
)

// The attributes of target information that tests use (section 2.2.2.1).
const (
	Computer        = 1 // by its NetBIOS name
	Domain          = 2
	Flags           = 6
	Timestamp       = 7
	ChannelBindings = 10
)

// Offered are the flags of a challenge to a client that wants NTLMv2.
const Offered = 1<<0 | 1<<9 | 1<<15 | 1<<17 | 1<<19 | 1<<23 | 1<<29 | 1<<31

// A Pair is one attribute of target information.
type Pair struct {
	ID    uint16
	Value []byte
}

// Info encodes target information.
func Info(pairs ...Pair) []byte {
	var info []byte
	for _, p := range append(pairs, Pair{}) {
		info = binary.LittleEndian.AppendUint16(info, p.ID)
		info = binary.LittleEndian.AppendUint16(info, uint16(len(p.Value)))
		info = append(info, p.Value...)
	}
	return info
}

// Challenge is a challenge message (section 2.2.1.2) of a server without a name.
func Challenge(flags uint32, random [8]byte, info []byte) []byte {
	message := append([]byte("NTLMSSP\x00\x02\x00\x00\x00"), make([]byte, 36)...)
	binary.LittleEndian.PutUint32(message[20:], flags)
	copy(message[24:], random[:])
	for _, at := range []int{40, 42} {
		binary.LittleEndian.PutUint16(message[at:], uint16(len(info)))
	}
	binary.LittleEndian.PutUint32(message[16:], 48) // where the name would be
	binary.LittleEndian.PutUint32(message[44:], 48)
	return append(message, info...)
}

// A Response is what an authenticate message says (section 2.2.1.3).
type Response struct {
	User, Domain string
	LM           []byte
	Proof        []byte // NTProofStr of section 3.3.2
	Info         []Pair

	temp []byte // what the proof is for, besides the challenge
}

// Parse reads an authenticate message with an NTLMv2 response.
func Parse(message []byte) (r Response, err error) {
	if len(message) < 64 || !bytes.HasPrefix(message, []byte("NTLMSSP\x00\x03\x00\x00\x00")) {
		return r, errors.New("not an authenticate message")
	}
	var fields [4][]byte
	for i := range fields {
		size, at := binary.LittleEndian.Uint16(message[12+8*i:]), binary.LittleEndian.Uint32(message[16+8*i:])
		if uint64(at)+uint64(size) > uint64(len(message)) {
			return r, errors.New("a field is not in the message")
		}
		fields[i] = message[at:][:size]
	}
	r.LM, r.Domain, r.User = fields[0], text(fields[2]), text(fields[3])
	if len(fields[1]) < 48 {
		return r, errors.New("not NTLMv2")
	}
	r.Proof, r.temp = fields[1][:16], fields[1][16:]
	r.Info, err = pairs(r.temp[28:])
	return r, err
}

func pairs(info []byte) (all []Pair, err error) {
	for len(info) >= 4 {
		id, size := binary.LittleEndian.Uint16(info), int(binary.LittleEndian.Uint16(info[2:]))
		if id == 0 {
			return all, nil
		}
		if len(info) < 4+size {
			break
		}
		all = append(all, Pair{id, info[4 : 4+size]})
		info = info[4+size:]
	}
	return nil, errors.New("target information has no end")
}

// Proves reports whether the response is that of somebody who knows the password.
func (r Response) Proves(password string, random [8]byte) bool {
	return hmac.Equal(r.Proof, sum(Hash(r.User, r.Domain, password), random[:], r.temp))
}

// Of returns the value of an attribute; nil if it is not there once.
func (r Response) Of(id uint16) []byte {
	first := slices.IndexFunc(r.Info, func(p Pair) bool { return p.ID == id })
	if first < 0 || slices.ContainsFunc(r.Info[first+1:], func(p Pair) bool { return p.ID == id }) {
		return nil
	}
	return r.Info[first].Value
}

// PasswordHash is NTOWFv1 (section 3.3.1), which serves as well as the password.
func PasswordHash(password string) []byte {
	hash := md4.New()
	hash.Write(Text(password))
	return hash.Sum(nil)
}

// Hash is NTOWFv2 (section 3.3.2).
func Hash(user, domain, password string) []byte {
	return sum(PasswordHash(password), Text(strings.ToUpper(user)+domain))
}

func sum(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(md5.New, key)
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

// Text encodes text in UTF-16.
func Text(s string) []byte {
	var octets []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		octets = binary.LittleEndian.AppendUint16(octets, unit)
	}
	return octets
}

func text(octets []byte) string {
	var units []uint16
	for ; len(octets) > 1; octets = octets[2:] {
		units = append(units, binary.LittleEndian.Uint16(octets))
	}
	return string(utf16.Decode(units))
}
