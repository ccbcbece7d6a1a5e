// Package report holds what one check learned: facts, written once, neither
// judged nor worded. A fact that was not reached is nil, never zero.
package report

import (
	"time"

	"check_pop3x/check/fault"
)

// A Security is how the connection is protected.
type Security int

// The ways a POP3 connection is protected: not at all, by TLS from the first
// byte (RFC 8314), or by STLS (RFC 2595), which never falls back.
const (
	Clear Security = iota
	TLSFirst
	STLS
)

// A Target is what was to be checked.
type Target struct {
	Host     string // as typed, without brackets
	Port     uint16
	Security Security
	User     string // "": no login
	UserFrom string // where the name came from; "" where it was typed
}

// A Report is all that a check learned about a server.
type Report struct {
	Target
	Start time.Time      // when resolve began
	Time  *time.Duration // from Start to the last byte needed before QUIT, without token

	Address  string    // the address in use, "192.0.2.1:110"; "" before connect
	Attempts []Attempt // each address that was tried, in order
	Phases   []Phase   // those that ran, in wire order
	Findings []Finding // what went wrong, in the order in which it was met
	Complete bool      // the session reached its end, whatever was found on the way

	Greeting     *string   // the text behind the greeting's +OK
	Capabilities *[]string // the last CAPA answer, a capability with its arguments each
	BeforeTLS    *[]string // the CAPA answer from before STLS
	UnderTLS     *[]string // the CAPA answer right behind STLS
	DANE         *DANE     // what is believed in the place of the roots; nil: the roots
	TLS          *TLS
	Helper       *Helper
	Token        *Token
	Login        *Login
	Mailbox      *Mailbox

	Transcript []Line // the dialogue, secrets redacted
}

// An Attempt is one address that was tried.
type Attempt struct {
	Address string // with the port
	Time    time.Duration
	Err     error // nil for the address that was used
}

// A Phase is one step of the session that ran, to its end or not.
type Phase struct {
	Name   string
	Time   time.Duration
	Budget time.Duration // its own budget; 0 if the plan has none
	Failed bool          // it ended in a fault
}

// A Finding is a fault and the phase in which it showed.
type Finding struct {
	Phase string
	Fault *fault.Error
}

// TLS is what the handshake showed, also where it was refused for its
// certificate.
type TLS struct {
	Version      string // "TLS 1.3"
	Cipher       string // "TLS_AES_128_GCM_SHA256"
	Curve        string // the key exchange, "X25519MLKEM768"; "" without one that has a name
	SNI          string // the name that was asked for; "": none
	ServerName   string // the name that was verified; "": none
	ByTLSA       string // the record that vouches for the server, "3 1 1"; "": none
	Verified     bool   // the chain leads to a trusted root, the name fits, and nothing else is wrong
	Insecure     bool   // not asked to verify
	Pinned       bool   // the key is one of those that were wanted
	Certificates []Certificate
	Disordered   bool         // they are not sent in the order in which they certify each other
	Expiry       *Certificate // the one whose end matters for --certificate; nil without one
	Staple       *Staple      // the OCSP answer that came along; nil without one
	Client       *Client      // nil: the server did not ask for a certificate
}

// A DANE is what DNS says of the server's certificate (RFC 6698).
type DANE struct {
	Name    string // whose records they are, "_995._tcp.mail.example.org"
	Server  string // the DNS server that was asked, with its port
	Secure  bool   // DNSSEC vouches for the answer
	Records []TLSA
}

// A TLSA is a record of RFC 6698.
type TLSA struct {
	Record  string // as a zone file has it, "3 1 1 8cb0…"
	Unused  string // why it is none to go by; "": it is
	Matches bool   // what the server showed
}

// A Staple is an OCSP answer that came along in the handshake.
type Staple struct {
	Status   string // "good", "revoked", "unknown"; "" where it is not the issuer's word
	From, To time.Time
	Wrong    string // why it is not to be believed, or not any more; "" if it is
}

// A Client is what a server got that asked for a certificate.
type Client struct {
	Shown *Certificate // nil: none
}

// A Certificate is what people ask of one that the server showed.
type Certificate struct {
	Subject, Issuer     string // common names, or the whole name where there is none
	Names               []string
	NotBefore, NotAfter time.Time
	Key                 string // "RSA 2048", "ECDSA P-256", "Ed25519"
	Pin                 string // of the key, as --pin takes it
	Besides             bool   // it is part of no verified chain
}

// A Helper is the program that was asked for the secret, where it had something
// to say besides.
type Helper struct {
	Said []string // on its standard error, by line, secrets redacted
}

// A Token is where the access token came from. Times are 0 where they are not
// known.
type Token struct {
	Place  string        // a file, or the host that was asked for it
	Kept   bool          // from an earlier run
	Age    time.Duration // how long ago it was asked for
	Left   time.Duration // how long it will be used from now on
	Unkept string        // why tokens are not kept between runs; "" where they are
}

// A Login is how the user was logged in, or was to be.
type Login struct {
	User      string
	Mechanism string // "USER" for USER and PASS, else the SASL name
	Source    string // where the secret came from, never what it is
	Token     bool   // the secret is an access token
}

// A Mailbox is the answer to STAT, RFC 1939, section 5, and what the steps
// behind it showed.
type Mailbox struct {
	Messages int64
	Octets   int64
	Changed  bool // a delivery or another session changed it meanwhile

	Headers   *Headers   // nil: none were to be read
	Retrieved *Retrieved // nil: no message was read
}

// Headers are what TOP showed of some messages.
type Headers struct {
	Missing bool   // the server has no TOP: the rest is unknown
	Read    int64  // how many messages
	Matches *int64 // how many of them fit what was asked for; nil: nothing was

	// When the oldest and the newest (of those that match) came in. Nil where there
	// is none, or no date that can be trusted.
	Oldest, Newest *time.Time
}

// A Retrieved is a message that was read by RETR, or its beginning.
type Retrieved struct {
	Message int64
	Listed  int64 // octets, as LIST has it
	Octets  int64 // those that were read
	Whole   bool
	Time    time.Duration // from RETR to the last octet
}

// A Line is one line of the dialogue.
type Line struct {
	Sent bool // by the plugin; else by the server
	Text string
}
