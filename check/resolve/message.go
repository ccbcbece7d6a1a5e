package resolve

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"check_pop3x/check/fault"
)

// typeTLSA is the type of TLSA records (RFC 6698, section 7.1).
const typeTLSA dnsmessage.Type = 52

// newQuery returns a question that wants records with what DNSSEC says about them
// (DO, RFC 3225), and to know whether they are authentic (AD, RFC 6840, section
// 5.7).
func newQuery(name string, kind dnsmessage.Type) (*dnsmessage.Message, error) {
	owner, err := dnsmessage.NewName(name)
	if err != nil {
		return nil, err
	}
	var edns dnsmessage.ResourceHeader
	if err := edns.SetEDNS0(maxUDP, dnsmessage.RCodeSuccess, true); err != nil {
		return nil, err
	}
	var id [2]byte
	rand.Read(id[:])
	return &dnsmessage.Message{
		Header:      dnsmessage.Header{ID: binary.BigEndian.Uint16(id[:]), RecursionDesired: true, AuthenticData: true},
		Questions:   []dnsmessage.Question{{Name: owner, Type: kind, Class: dnsmessage.ClassINET}},
		Additionals: []dnsmessage.Resource{{Header: edns, Body: &dnsmessage.OPTResource{}}},
	}, nil
}

// parse reads a message, with all of its response code (RFC 6891, section 6.1.3).
// Beside an error there is what could be read, such as the header.
func parse(wire []byte) (*dnsmessage.Message, error) {
	m := new(dnsmessage.Message)
	err := m.Unpack(wire)
	for _, r := range m.Additionals {
		if _, ok := r.Body.(*dnsmessage.OPTResource); ok {
			m.RCode = r.Header.ExtendedRCode(m.RCode)
		}
	}
	return m, err
}

// isAnswer reports whether a message is an answer to the query. A server that
// does not understand it may leave the question out.
func isAnswer(m, query *dnsmessage.Message) bool {
	if !m.Response || m.ID != query.ID || m.OpCode != query.OpCode {
		return false
	}
	if len(m.Questions) != 1 {
		return len(m.Questions) == 0 && (m.RCode == dnsmessage.RCodeFormatError || m.RCode == dnsmessage.RCodeNotImplemented)
	}
	asked, q := query.Questions[0], m.Questions[0]
	return sameName(q.Name, asked.Name.String()) && q.Type == asked.Type && q.Class == asked.Class
}

func sameName(a dnsmessage.Name, b string) bool { return strings.EqualFold(a.String(), b) }

// rcodeNames are the names of response codes (RFC 1035, section 4.1.1).
var rcodeNames = [...]string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}

// rcodeName is the name of a message's response code.
func rcodeName(m *dnsmessage.Message) string {
	if int(m.RCode) < len(rcodeNames) {
		return rcodeNames[m.RCode]
	}
	return fmt.Sprintf("code %d", m.RCode)
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

// extendedError is what the server says about its failure, in parentheses; "" if
// it says nothing.
func extendedError(m *dnsmessage.Message) string {
	const extendedErrorOption = 15
	var words []string
	for _, r := range m.Additionals {
		edns, ok := r.Body.(*dnsmessage.OPTResource)
		if !ok {
			continue
		}
		for _, o := range edns.Options {
			if o.Code != extendedErrorOption || len(o.Data) < 2 {
				continue
			}
			if code := int(binary.BigEndian.Uint16(o.Data)); code < len(extendedErrors) {
				words = append(words, extendedErrors[code])
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + fault.JoinFirst(words) + ")"
}
