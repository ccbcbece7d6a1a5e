package resolve

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
	"check_pop3x/check/trust"
)

// typeTLSA is the type of TLSA records (RFC 6698, section 7.1).
const typeTLSA dnsmessage.Type = 52

// A query is a question on the wire.
type query struct {
	id       uint16
	question dnsmessage.Question
	wire     []byte
}

// newQuery makes a question. It wants records with what DNSSEC says about them (DO,
// RFC 3225); header says more.
func newQuery(header dnsmessage.Header, name string, kind dnsmessage.Type) (q query, err error) {
	q.question = dnsmessage.Question{Type: kind, Class: dnsmessage.ClassINET}
	if q.question.Name, err = dnsmessage.NewName(name); err != nil {
		return q, err
	}
	var id [2]byte
	rand.Read(id[:])
	q.id = binary.BigEndian.Uint16(id[:])
	header.ID, header.RecursionDesired = q.id, true
	var edns dnsmessage.ResourceHeader
	if err := edns.SetEDNS0(maxUDP, dnsmessage.RCodeSuccess, true); err != nil {
		return q, err
	}
	b := dnsmessage.NewBuilder(nil, header)
	err = errors.Join(b.StartQuestions(), b.Question(q.question), b.StartAdditionals(), b.OPTResource(edns, dnsmessage.OPTResource{}))
	if err == nil {
		q.wire, err = b.Finish()
	}
	return q, err
}

// A message is what matters in one from a server. Package dnsmessage has a type for
// all of it, with tables that are made at every start.
type message struct {
	dnsmessage.Header
	questions []dnsmessage.Question
	aliases   []alias
	records   []ownedRecord
	services  []ownedService
	addresses int      // A and AAAA records
	errors    []string // the names of extended errors
}

// An alias is a CNAME record.
type alias struct{ from, to string }

// An ownedRecord is a TLSA record with its name.
type ownedRecord struct {
	owner string
	trust.TLSARecord
}

// parse reads a message. Beside an error there is what could be read, such as the
// header.
func parse(wire []byte) (m message, err error) {
	var p dnsmessage.Parser
	if m.Header, err = p.Start(wire); err != nil {
		return m, err
	}
	if m.questions, err = p.AllQuestions(); err != nil {
		return m, err
	}
	for err == nil {
		err = m.parseAnswer(&p)
	}
	if err == dnsmessage.ErrSectionDone {
		err = p.SkipAllAuthorities()
	}
	for err == nil {
		err = m.parseAdditional(&p)
	}
	if err == dnsmessage.ErrSectionDone {
		err = nil
	}
	return m, err
}

func (m *message) parseAnswer(p *dnsmessage.Parser) error {
	h, err := p.AnswerHeader()
	switch {
	case err != nil:
		return err
	case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeCNAME:
		r, err := p.CNAMEResource()
		m.aliases = append(m.aliases, alias{h.Name.String(), r.CNAME.String()})
		return err
	case h.Class == dnsmessage.ClassINET && (h.Type == dnsmessage.TypeA || h.Type == dnsmessage.TypeAAAA):
		m.addresses++
	case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeSRV:
		return m.parseService(h, p)
	case h.Class == dnsmessage.ClassINET && h.Type == typeTLSA:
		r, err := p.UnknownResource()
		if err == nil && len(r.Data) >= 3 { // RFC 6698, section 2.1
			m.records = append(m.records, ownedRecord{h.Name.String(), trust.TLSARecord{Usage: r.Data[0], Selector: r.Data[1], Matching: r.Data[2], Data: r.Data[3:]}})
		}
		return err
	}
	return p.SkipAnswer()
}

// parseAdditional completes the response code (RFC 6891, section 6.1.3), and reads
// the extended errors (RFC 8914, section 2).
func (m *message) parseAdditional(p *dnsmessage.Parser) error {
	const extendedError = 15
	h, err := p.AdditionalHeader()
	if err != nil {
		return err
	}
	if h.Type != dnsmessage.TypeOPT {
		return p.SkipAdditional()
	}
	m.RCode = h.ExtendedRCode(m.RCode)
	edns, err := p.OPTResource()
	for _, o := range edns.Options {
		if o.Code != extendedError || len(o.Data) < 2 {
			continue
		}
		if code := int(binary.BigEndian.Uint16(o.Data)); code < len(extendedErrors) {
			m.errors = append(m.errors, extendedErrors[code])
		}
	}
	return err
}

// answers reports whether a message is an answer to the query. A server that does
// not understand it may leave the question out.
func (m message) answers(q query) bool {
	if !m.Response || m.ID != q.id || m.OpCode != 0 {
		return false
	}
	if len(m.questions) != 1 {
		return len(m.questions) == 0 && (m.RCode == dnsmessage.RCodeFormatError || m.RCode == dnsmessage.RCodeNotImplemented)
	}
	asked, repeated := q.question, m.questions[0]
	return strings.EqualFold(repeated.Name.String(), asked.Name.String()) && repeated.Type == asked.Type && repeated.Class == asked.Class
}

// rcodeNames are the names of response codes (RFC 1035, section 4.1.1).
var rcodeNames = [...]string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}

// rcodeName is the name of the response code.
func (m message) rcodeName() string {
	if int(m.RCode) < len(rcodeNames) {
		return rcodeNames[m.RCode]
	}
	return fmt.Sprintf("code %d", uint16(m.RCode))
}

// extendedErrors are the names of extended errors, by their code (RFC 8914,
// section 4, and IANA's list since then).
var extendedErrors = [...]string{
	"Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer",
	"DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing",
	"RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready",
	"Blocked", "Censored", "Filtered", "Prohibited", "Stale NXDOMAIN Answer",
	"Not Authoritative", "Not Supported", "No Reachable Authority", "Network Error", "Invalid Data",
	"Signature Expired Before Valid", "Too Early", "Unsupported NSEC3 Iterations Value", "Unable To Conform To Policy", "Synthesized",
	"Invalid Query Type",
}

// reason is what the server says about its failure, in parentheses; "" if it says
// nothing.
func (m message) reason() string {
	if len(m.errors) == 0 {
		return ""
	}
	return " (" + fault.JoinFirst(m.errors) + ")"
}
