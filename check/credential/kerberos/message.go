package kerberos

import (
	"fmt"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/types"
)

// The messages of RFC 4120, section 5, as far as they are needed. What stands
// behind the last member that is known is passed over.

// version is the version of the protocol.
const version = 5

// A request is KDC-REQ, section 5.4.1.
type request struct {
	Version int                  `asn1:"explicit,tag:1"`
	Type    int                  `asn1:"explicit,tag:2"` // as the tag of the application
	Data    types.PADataSequence `asn1:"explicit,optional,tag:3"`
	Body    asn1.RawValue        `asn1:"explicit,tag:4"`
}

// A requestBody is KDC-REQ-BODY, section 5.4.1.
type requestBody struct {
	Options asn1.BitString      `asn1:"explicit,tag:0"`
	Client  types.PrincipalName `asn1:"explicit,optional,tag:1"`
	Realm   string              `asn1:"generalstring,explicit,tag:2"`
	Service types.PrincipalName `asn1:"explicit,tag:3"`
	Till    time.Time           `asn1:"generalized,explicit,tag:5"`
	Nonce   int                 `asn1:"explicit,tag:7"`
	ETypes  []int32             `asn1:"explicit,tag:8"`
}

// isLogin reports whether it asks for the user's first ticket, with a key.
func (b requestBody) isLogin() bool { return len(b.Client.NameString) > 0 }

// A reply is KDC-REP, section 5.4.2.
type reply struct {
	Version int                  `asn1:"explicit,tag:0"`
	Type    int                  `asn1:"explicit,tag:1"`
	Data    types.PADataSequence `asn1:"explicit,optional,tag:2"`
	Realm   string               `asn1:"generalstring,explicit,tag:3"` // of the client
	Client  types.PrincipalName  `asn1:"explicit,tag:4"`
	Ticket  asn1.RawValue        `asn1:"explicit,tag:5"`
	Secret  types.EncryptedData  `asn1:"explicit,tag:6"` // a replySecret
}

// A replySecret is EncKDCRepPart, section 5.4.2.
type replySecret struct {
	Key        types.EncryptionKey `asn1:"explicit,tag:0"`
	LastReq    asn1.RawValue       `asn1:"explicit,tag:1"`
	Nonce      int                 `asn1:"explicit,tag:2"`
	KeyExpires time.Time           `asn1:"generalized,explicit,optional,tag:3"`
	Flags      asn1.BitString      `asn1:"explicit,tag:4"`
	AuthTime   time.Time           `asn1:"generalized,explicit,tag:5"`
	Start      time.Time           `asn1:"generalized,explicit,optional,tag:6"`
	End        time.Time           `asn1:"generalized,explicit,tag:7"`
	RenewTill  time.Time           `asn1:"generalized,explicit,optional,tag:8"`
	Realm      string              `asn1:"generalstring,explicit,tag:9"` // of the service
	Service    types.PrincipalName `asn1:"explicit,tag:10"`
}

// A refusal is KRB-ERROR, section 5.9.1.
type refusal struct {
	Version    int                 `asn1:"explicit,tag:0"`
	Type       int                 `asn1:"explicit,tag:1"`
	ClientTime time.Time           `asn1:"generalized,explicit,optional,tag:2"`
	ClientUsec int                 `asn1:"explicit,optional,tag:3"`
	Time       time.Time           `asn1:"generalized,explicit,tag:4"` // of who refuses
	Usec       int                 `asn1:"explicit,tag:5"`
	Code       int32               `asn1:"explicit,tag:6"`
	CRealm     string              `asn1:"generalstring,explicit,optional,tag:7"`
	Client     types.PrincipalName `asn1:"explicit,optional,tag:8"`
	Realm      string              `asn1:"generalstring,explicit,tag:9"`
	Service    types.PrincipalName `asn1:"explicit,tag:10"`
	Text       string              `asn1:"generalstring,explicit,optional,tag:11"`
	Data       []byte              `asn1:"explicit,optional,tag:12"`
}

// A presentation is AP-REQ, section 5.5.1: a ticket, and the proof that it is ours.
type presentation struct {
	Version       int                 `asn1:"explicit,tag:0"`
	Type          int                 `asn1:"explicit,tag:1"`
	Options       asn1.BitString      `asn1:"explicit,tag:2"`
	Ticket        asn1.RawValue       `asn1:"explicit,tag:3"`
	Authenticator types.EncryptedData `asn1:"explicit,tag:4"`
}

// An acceptance is AP-REP, section 5.5.2.
type acceptance struct {
	Version int                 `asn1:"explicit,tag:0"`
	Type    int                 `asn1:"explicit,tag:1"`
	Secret  types.EncryptedData `asn1:"explicit,tag:2"` // an acceptanceSecret
}

// An acceptanceSecret is EncAPRepPart, section 5.5.2.
type acceptanceSecret struct {
	Time     time.Time           `asn1:"generalized,explicit,tag:0"`
	Usec     int                 `asn1:"explicit,tag:1"`
	SubKey   types.EncryptionKey `asn1:"explicit,optional,tag:2"`
	Sequence int64               `asn1:"explicit,optional,tag:3"`
}

// encode encodes a message within the tag of its application.
func encode(tag int, message any) ([]byte, error) {
	octets, err := asn1.Marshal(message)
	if err != nil {
		return nil, err
	}
	return asn1tools.AddASNAppTag(octets, tag), nil
}

// decode reads a message within the tag of its application.
func decode(tag int, octets []byte, message any) error {
	_, err := asn1.UnmarshalWithParams(octets, message, fmt.Sprintf("application,explicit,tag:%d", tag))
	return err
}

// member returns what is encoded already as an explicit member of a sequence.
func member(tag int, octets []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Tag: tag, Bytes: octets}
}

// flags returns a string of 32 bits of which those are set, counted from the left.
func flags(set ...int) asn1.BitString {
	all := types.NewKrbFlags()
	types.SetFlags(&all, set)
	return all
}

// isRefusal reports whether an answer is a KRB-ERROR, and returns it.
func isRefusal(answer []byte) (r refusal, ok bool) {
	return r, decode(asnAppTag.KRBError, answer, &r) == nil
}
