package report

import (
	"math"
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
	UserFrom string // where the name came from; "" if it was typed
}

// A Report is all that a check learned about a server.
type Report struct {
	Target   `json:"-"`
	Start    time.Time      `json:"start"`    // when resolve began
	Time     *time.Duration `json:"seconds"`  // from Start to the last byte needed before QUIT, without token, ticket and crl
	Complete bool           `json:"complete"` // the session reached its end, whatever was found on the way
	Findings []Finding      `json:"-"`        // what went wrong, in the order in which it was met
	Phases   []Phase        `json:"-"`        // those that ran, in wire order

	Addresses []*Report `json:"-"`                              // of a check of each address: all about it; else nil
	LeftOut   []LeftOut `json:"addresses_left_out" null:"zero"` // of such a check, or by --source

	Route    *Route    `json:"route"`               // nil: nothing special was asked for
	Address  string    `json:"address" null:"zero"` // the address in use, "192.0.2.1:110"; "" before connect
	Attempts []Attempt `json:"attempts"`            // each address that was tried, in order
	Look     *Look     `json:"second_look"`         // nil: there was no need of one
	Greeting *string   `json:"greeting"`            // the text after the +OK of the greeting

	// The answers to CAPA, a capability with its arguments each: before STLS, right
	// after it, and the last one. nil: not asked, or refused.
	BeforeTLS    []string `json:"capabilities_before_tls" null:"zero"`
	UnderTLS     []string `json:"capabilities_under_tls" null:"zero"`
	Capabilities []string `json:"capabilities" null:"zero"`

	SRV    *SRV     `json:"srv"`                          // nil: the server was named
	DANE   *DANE    `json:"dane"`                         // what is believed instead of the roots; nil: the roots
	TLS    *TLS     `json:"tls"`                          // nil without a handshake
	CRLs   []CRL    `json:"crls" null:"zero"`             // nil: nobody was asked whether certificates were revoked
	Helper []string `json:"password_program" null:"zero"` // what the password program printed on its standard error
	Token  *Token   `json:"token"`                        // nil without an access token
	Ticket *Ticket  `json:"ticket"`                       // nil without a Kerberos ticket
	Login  *Login   `json:"login"`                        // nil before login

	Refusals *Refusals `json:"refusals"` // of the login; nil: none are known

	Mailbox *Mailbox `json:"mailbox"` // nil before STAT
	Loop    *Loop    `json:"loop"`    // nil: no mail is sent to the mailbox, or it was not looked at

	Send *Send `json:"send"` // nil: no mail was to be sent

	Credentials []Credential `json:"credentials"` // what is logged in with, as far as its end is known

	Transcript []Line `json:"transcript" null:"zero"` // the dialogue, secrets redacted
}

// A Route is how the connection gets to the server, as options say.
type Route struct {
	Source string `json:"source" null:"zero"`      // the address to connect from; "": the system chooses it
	Socket string `json:"unix_socket" null:"zero"` // connected to instead of an address; "": none
	Proxy  string `json:"proxy" null:"zero"`       // which connects to the server, "socks5h://192.0.2.3:1080"; "": none

	ProxyProtocol string `json:"proxy_protocol" null:"zero"` // "v1" or "v2" of the header in front of all else; "": none
}

// IsSocket reports whether it leads to a Unix socket, which has no port.
func (r *Route) IsSocket() bool { return r != nil && r.Socket != "" }

// A LeftOut is an address that is not connected to, though it is the server's.
type LeftOut struct {
	Address string `json:"address"`
	Why     string `json:"why"`
}

// An Attempt is one address that was tried.
type Attempt struct {
	Address string        `json:"address"` // with the port
	Time    time.Duration `json:"seconds"`
	Error   string        `json:"error" null:"zero"` // "" for the address that was used
	Tries   int           `json:"tries" null:"zero"` // how often TCP asked for the connection; 0 if that was not looked at, as it was fast
}

// A Look is the connection that was opened beside the first one to find out why
// that was silent. No credentials are sent on it.
type Look struct {
	Address string        `json:"address"`      // with the port
	Hello   bool          `json:"client_hello"` // it began a TLS handshake
	Time    time.Duration `json:"seconds"`
	Result  string        `json:"result"`           // what was seen: "connected", "no answer"
	Said    string        `json:"said" null:"zero"` // the first line; "" if there was none, or it was TLS
}

// A Phase is one step of the session that ran, to its end or not.
type Phase struct {
	Name   string        `json:"name"`
	Time   time.Duration `json:"seconds"`
	Budget time.Duration `json:"budget" null:"zero"` // its own budget; 0 if the plan has none
	Failed bool          `json:"failed"`             // it ended in a fault
}

// A Finding is a fault and the phase in which it showed.
type Finding struct {
	Phase string
	Fault *fault.Error
}

// TLS is what the handshake showed, also if it was refused for its certificate.
type TLS struct {
	Version      string        `json:"version"`                 // "TLS 1.3"
	Cipher       string        `json:"cipher"`                  // "TLS_AES_128_GCM_SHA256"
	Curve        string        `json:"curve" null:"zero"`       // the key exchange, "X25519MLKEM768"; "" if it has no name
	SNI          string        `json:"sni" null:"zero"`         // the name that was asked for; "": none
	ServerName   string        `json:"server_name" null:"zero"` // the name that was verified; "": none
	Verified     bool          `json:"verified"`                // trusted, for the right name, and nothing else is wrong
	ByTLSA       string        `json:"tlsa" null:"zero"`        // the record that vouches for the server, "3 1 1"; "": none
	Insecure     bool          `json:"insecure"`                // not asked to verify
	Pinned       bool          `json:"pinned"`                  // the key is one of those that were wanted
	Certificates []Certificate `json:"certificates"`            // as the server sent them
	OutOfOrder   bool          `json:"disordered"`              // they do not certify each other in the order in which they came
	Expiry       *Certificate  `json:"expiry"`                  // the one that ends first, for --certificate; nil without one
	Staple       *Staple       `json:"ocsp"`                    // the OCSP answer that came along; nil without one
	Client       *Client       `json:"client"`                  // nil: the server did not ask for a certificate
}

// An SRV is what DNS says of the servers of a domain (RFC 6186).
type SRV struct {
	Domain  string    `json:"domain"`
	Name    string    `json:"name"`   // what was asked for last, "_pop3s._tcp.example.org"
	Server  string    `json:"server"` // the DNS server that was asked, with its port
	Secure  bool      `json:"secure"` // DNSSEC vouches for the answer
	Records []Service `json:"records"`
	Used    string    `json:"used" null:"zero"` // the server that was asked, with its port; "": none
}

// A Service is an SRV record (RFC 2782).
type Service struct {
	Priority int    `json:"priority"`
	Weight   int    `json:"weight"`
	Port     int    `json:"port"`
	Target   string `json:"target" null:"zero"` // "": the domain does not have the service
}

// A DANE is what DNS says of the server's certificate (RFC 6698).
type DANE struct {
	Name    string `json:"name"`   // whose records they are, "_995._tcp.mail.example.org"
	Server  string `json:"server"` // the DNS server that was asked, with its port
	Secure  bool   `json:"secure"` // DNSSEC vouches for the answer
	Records []TLSA `json:"records"`
}

// A TLSA is a record of RFC 6698.
type TLSA struct {
	Record  string `json:"record"`             // as a zone file has it, "3 1 1 8cb0…"
	Matches bool   `json:"matches"`            // what the server showed
	Unused  string `json:"unused" null:"zero"` // why it is not used; "" if it is
}

// A Staple is an OCSP answer that came along in the handshake.
type Staple struct {
	Status string    `json:"status" null:"zero"` // "good", "revoked", "unknown"; "" if it is not the issuer's word
	From   time.Time `json:"from" null:"zero"`
	To     time.Time `json:"to" null:"zero"`
	Wrong  string    `json:"wrong" null:"zero"` // why it cannot be believed, or no longer; "" if it can
}

// What a CRL says of a certificate.
const (
	NotRevoked = "good"
	Revoked    = "revoked"
)

// A CRL is what a list of revoked certificates says of one certificate.
type CRL struct {
	Certificate string    `json:"certificate"`         // its subject
	Status      string    `json:"status" null:"zero"`  // NotRevoked or Revoked; "": not known
	Unknown     string    `json:"unknown" null:"zero"` // why it is not known; "" if it is
	URL         string    `json:"url" null:"zero"`     // of the list; "": there is none
	Kept        bool      `json:"kept"`                // it is that of an earlier run, and no server was asked
	Fetched     time.Time `json:"fetched" null:"zero"` // when the server had it; zero without a list
	From        time.Time `json:"from" null:"zero"`    // when the list was issued
	To          time.Time `json:"to" null:"zero"`      // when the next one will be; zero if it does not say
	Revoked     time.Time `json:"revoked" null:"zero"` // when the certificate was
	Reason      string    `json:"reason" null:"zero"`  // as RFC 5280, section 5.3.1 calls it; "": none is said
}

// A Client is what a server got that asked for a certificate.
type Client struct {
	Shown *Certificate `json:"shown"` // nil: none
}

// A Certificate is what people ask of one that the server showed.
type Certificate struct {
	Subject   string    `json:"subject"` // its common name, or the whole name without one
	Issuer    string    `json:"issuer"`  // likewise
	Names     []string  `json:"names"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	Days      int       `json:"days"`    // whole days left at the start of the check, negative once it has expired
	Key       string    `json:"key"`     // "RSA 2048", "ECDSA P-256", "Ed25519"
	Pin       string    `json:"pin"`     // of the key, as --pin takes it
	Extra     bool      `json:"besides"` // it is part of no verified chain
}

// DaysLeft returns the floor of the whole days from now to end.
func DaysLeft(end, now time.Time) int {
	return int(math.Floor(end.Sub(now).Hours() / 24))
}

// A Token is where the access token came from. Times are 0 if they are not known.
type Token struct {
	Place  string        `json:"place"`              // a file, or the host that was asked for it
	Kept   bool          `json:"kept"`               // from an earlier run
	Age    time.Duration `json:"age" null:"zero"`    // how long ago it was asked for
	Left   time.Duration `json:"left" null:"zero"`   // how long it will be used from now on
	Unkept string        `json:"unkept" null:"zero"` // why tokens are not kept between runs; "" if they are
}

// A Ticket is where the Kerberos ticket came from.
type Ticket struct {
	Client  string    `json:"client"`             // the user, "alice@EXAMPLE.COM"
	Service string    `json:"service"`            // likewise
	Place   string    `json:"place"`              // a file, or the realm whose KDC was asked
	Kept    bool      `json:"kept"`               // from an earlier run
	End     time.Time `json:"end" null:"zero"`    // of the ticket; zero: there is none
	Unkept  string    `json:"unkept" null:"zero"` // why it is not kept for later runs; "" if it is, or need not be
}

// A Credential is something of our own that ends.
type Credential struct {
	Name string    `json:"name"` // for people: "the password in FILE"
	From time.Time `json:"from" null:"zero"`
	To   time.Time `json:"to" null:"zero"` // zero: it has an end that cannot be read
}

// A Login is how the user was logged in, or was to be.
type Login struct {
	User      string `json:"user"`
	Mechanism string `json:"mechanism" null:"zero"` // "USER" for USER and PASS, else the SASL name
	Source    string `json:"source" null:"zero"`    // where the secret came from, never what it is
	Token     bool   `json:"token"`                 // the secret is an access token
}

// Refusals are how often the server has refused the secret, in this run and in
// earlier ones. Times are zero if they are not known.
type Refusals struct {
	Count  int       `json:"count"`
	Last   time.Time `json:"last" null:"zero"`
	Next   time.Time `json:"next" null:"zero"`   // when the login is tried again; zero: in the next run
	Held   bool      `json:"held"`               // no login was tried in this run
	Unkept string    `json:"unkept" null:"zero"` // why refusals are not counted between runs; "" if they are
}

// A Mailbox is the answer to STAT, RFC 1939, section 5, and what the steps
// behind it showed.
type Mailbox struct {
	Messages  int64      `json:"messages"`
	Octets    int64      `json:"octets"`
	Changed   bool       `json:"changed"`   // a delivery or another session changed it meanwhile
	Gone      int64      `json:"gone"`      // messages that another session had deleted when they were to be read
	Headers   *Headers   `json:"headers"`   // nil: none were to be read
	Retrieved *Retrieved `json:"retrieved"` // nil: no message was read
}

// Empty reports whether there is no message, or none any more.
func (m *Mailbox) Empty() bool { return m.Messages == m.Gone }

// Headers are what TOP showed of some messages.
type Headers struct {
	Top     bool   `json:"top"`     // the server has TOP; else the rest is unknown
	Read    *int64 `json:"read"`    // how many messages
	Matches *int64 `json:"matches"` // how many of them match what was asked for; nil: nothing was

	Undecided int64  `json:"undecided"`         // how many could not be read or decoded, so that nobody knows whether they match
	Doubt     string `json:"doubt" null:"zero"` // why, for the first of them; "" if there is none
	Unread    int64  `json:"unread"`            // how many were not read although they may match
	Match     *Match `json:"match"`             // the newest that matches; nil if none does

	Transit        *Transit `json:"transit"`                    // how the newest (of those that match) came here; nil if there is none, or nobody knows which it is
	Authentication []string `json:"authentication" null:"zero"` // what the trusted host said of it, "spf=pass"; nil if nobody asked

	// When the oldest and the newest (of those that match) arrived. Nil if there is
	// none, or no date that can be trusted.
	Oldest *time.Time `json:"oldest"`
	Newest *time.Time `json:"newest"`

	// When those that are undecided or unread may have arrived, if that is before
	// the oldest and after the newest that are known to match; else nil.
	OldestMaybe *time.Time `json:"oldest_maybe"`
	NewestMaybe *time.Time `json:"newest_maybe"`
}

// A Match is a message that matches. What it says is private.
type Match struct {
	Message int64    `json:"message"`
	Fields  []string `json:"fields"` // the subject and what was looked at, decoded: "Subject: Backup ok"
}

// A Retrieved is a message that was read by RETR, or its beginning.
type Retrieved struct {
	Message int64         `json:"message"`
	Listed  int64         `json:"listed"` // octets, as LIST has it
	Octets  int64         `json:"octets"` // those that were read
	Whole   bool          `json:"whole"`
	Time    time.Duration `json:"seconds"` // from RETR to the last octet
}

// The ends of the dialogue.
const (
	FromClient = "client"
	FromServer = "server"
)

// A Line is one line of the dialogue.
type Line struct {
	From string  `json:"from"`
	Text *string `json:"text"` // nil: not to be shown
}
