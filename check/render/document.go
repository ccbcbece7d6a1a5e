package render

import "encoding/json"

// schemaNumber changes when a reader of the document would have to change: a
// member gone or with another meaning, not one more. What the members mean is
// written in packaging/schema/check_pop3x.schema.json.
const schemaNumber = 1

// A jsonDocument is the format json: all that was learned, whatever -v says, but for
// the dialogue. A member is always there; a fact that was not reached is null.
type jsonDocument struct {
	Schema  int        `json:"schema"`
	Plugin  jsonPlugin `json:"plugin"`
	Name    string     `json:"name"`
	Start   string     `json:"start"`
	State   jsonState  `json:"state"`
	Text    string     `json:"text"`
	Target  jsonTarget `json:"target"`
	Seconds *number    `json:"seconds"`

	Complete bool          `json:"complete"`
	Findings []jsonFinding `json:"findings"`
	Notes    []string      `json:"notes"`
	Phases   []jsonPhase   `json:"phases"`
	Metrics  []jsonMetric  `json:"metrics"`

	Address      *string       `json:"address"`
	Attempts     []jsonAttempt `json:"attempts"`
	Greeting     *string       `json:"greeting"`
	BeforeTLS    *[]string     `json:"capabilities_before_tls"`
	UnderTLS     *[]string     `json:"capabilities_under_tls"`
	Capabilities *[]string     `json:"capabilities"`
	DANE         *jsonDANE     `json:"dane"`
	TLS          *jsonTLS      `json:"tls"`
	Helper       *[]string     `json:"password_program"`
	Token        *jsonToken    `json:"token"`
	Login        *jsonLogin    `json:"login"`
	Mailbox      *jsonMailbox  `json:"mailbox"`
	Transcript   *[]jsonLine   `json:"transcript"`
}

type jsonPlugin struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonState struct {
	Name string `json:"name"`
	Code int    `json:"code"`
}

// A jsonTarget is what was asked for, as far as the command line could be read.
type jsonTarget struct {
	Host     *string `json:"host"`
	Port     *uint16 `json:"port"`
	Security *string `json:"security"`
	User     *string `json:"user"`
	UserFrom *string `json:"user_from"`
}

type jsonFinding struct {
	State   string  `json:"state"`
	Phase   *string `json:"phase"`
	Kind    *string `json:"kind"`
	Metric  *string `json:"metric"`
	Text    string  `json:"text"`
	Within  *number `json:"within"`
	Problem *string `json:"problem"`
	Said    *string `json:"said"`
	Hint    *string `json:"hint"`
}

type jsonPhase struct {
	Name     string  `json:"name"`
	Seconds  number  `json:"seconds"`
	Budget   *number `json:"budget"`
	Warning  *string `json:"warning"`
	Critical *string `json:"critical"`
	Failed   bool    `json:"failed"`
}

type jsonMetric struct {
	Name     string      `json:"name"`
	Value    json.Number `json:"value"`
	Unit     *string     `json:"unit"`
	Warning  *string     `json:"warning"`
	Critical *string     `json:"critical"`
	Min      *number     `json:"min"`
	Max      *number     `json:"max"`
}

type jsonAttempt struct {
	Address string  `json:"address"`
	Seconds number  `json:"seconds"`
	Error   *string `json:"error"`
}

type jsonDANE struct {
	Name    string     `json:"name"`
	Server  string     `json:"server"`
	Secure  bool       `json:"secure"`
	Records []jsonTLSA `json:"records"`
}

type jsonTLSA struct {
	Record  string  `json:"record"`
	Matches bool    `json:"matches"`
	Unused  *string `json:"unused"`
}

type jsonTLS struct {
	Version      string            `json:"version"`
	Cipher       string            `json:"cipher"`
	Curve        *string           `json:"curve"`
	SNI          *string           `json:"sni"`
	ServerName   *string           `json:"server_name"`
	Verified     bool              `json:"verified"`
	ByTLSA       *string           `json:"tlsa"`
	Insecure     bool              `json:"insecure"`
	Pinned       bool              `json:"pinned"`
	Certificates []jsonCertificate `json:"certificates"`
	Disordered   bool              `json:"disordered"`
	Expiry       *jsonCertificate  `json:"expiry"`
	Staple       *jsonStaple       `json:"ocsp"`
	Client       *jsonClient       `json:"client"`
}

type jsonStaple struct {
	Status *string `json:"status"`
	From   *string `json:"from"`
	To     *string `json:"to"`
	Wrong  *string `json:"wrong"`
}

type jsonClient struct {
	Shown *jsonCertificate `json:"shown"`
}

type jsonCertificate struct {
	Subject   string   `json:"subject"`
	Issuer    string   `json:"issuer"`
	Names     []string `json:"names"`
	NotBefore string   `json:"not_before"`
	NotAfter  string   `json:"not_after"`
	Days      int      `json:"days"`
	Key       string   `json:"key"`
	Pin       string   `json:"pin"`
	Besides   bool     `json:"besides"`
}

type jsonToken struct {
	Place  string  `json:"place"`
	Kept   bool    `json:"kept"`
	Age    *number `json:"age"`
	Left   *number `json:"left"`
	Unkept *string `json:"unkept"`
}

type jsonLogin struct {
	User      string  `json:"user"`
	Mechanism *string `json:"mechanism"`
	Source    *string `json:"source"`
	Token     bool    `json:"token"`
}

type jsonMailbox struct {
	Messages  int64          `json:"messages"`
	Octets    int64          `json:"octets"`
	Changed   bool           `json:"changed"`
	Headers   *jsonHeaders   `json:"headers"`
	Retrieved *jsonRetrieved `json:"retrieved"`
}

type jsonHeaders struct {
	Top     bool    `json:"top"`
	Read    *int64  `json:"read"`
	Matches *int64  `json:"matches"`
	Oldest  *string `json:"oldest"`
	Newest  *string `json:"newest"`
}

type jsonRetrieved struct {
	Message int64  `json:"message"`
	Listed  int64  `json:"listed"`
	Octets  int64  `json:"octets"`
	Whole   bool   `json:"whole"`
	Seconds number `json:"seconds"`
}

type jsonLine struct {
	From string  `json:"from"`
	Text *string `json:"text"`
}
