package check_test

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// A testNameserver answers for a few names (RFC 1035, section 4).
type testNameserver struct {
	conn  net.PacketConn
	names map[string][]string
	asked chan struct{} // closed with the first question
	done  chan struct{}
}

// startNameserver reads lines of a name and its addresses. In place of an
// address may stand silence (no answer) or broken (SERVFAIL); a name without
// either does not exist.
func startNameserver(text string) (*testNameserver, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &testNameserver{conn: conn, names: map[string][]string{}, asked: make(chan struct{}), done: make(chan struct{})}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			s.names[words[0]] = words[1:]
		}
	}
	go s.serve()
	return s, nil
}

func (s *testNameserver) Addr() string { return s.conn.LocalAddr().String() }

// Close ends it; when it returns nothing is left behind.
func (s *testNameserver) Close() {
	_ = s.conn.Close()
	<-s.done
}

func (s *testNameserver) serve() {
	defer close(s.done)
	buf := make([]byte, 1500)
	once := sync.OnceFunc(func() { close(s.asked) })
	for {
		n, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		once()
		if answer := s.answer(buf[:n]); answer != nil {
			_, _ = s.conn.WriteTo(answer, from)
		}
	}
}

// Answer codes (RFC 1035, section 4.1.1).
const (
	found    = 0
	servFail = 2
	nxDomain = 3
)

// answer returns the answer to one question, nil for none.
func (s *testNameserver) answer(query []byte) []byte {
	name, end, err := question(query)
	if err != nil {
		return nil
	}
	words, known := s.names[name]
	var records [][]byte
	code := found
	if !known {
		code = nxDomain
	}
	for _, word := range words {
		switch word {
		case "silence":
			return nil
		case "broken":
			code = servFail
		default:
			records = append(records, record(word, binary.BigEndian.Uint16(query[end-4:]))...)
		}
	}
	return respond(query, end, code, records)
}

// question reads the name asked for; end is behind type and class.
func question(query []byte) (name string, end int, err error) {
	at := 12
	for at < len(query) && query[at] != 0 {
		next := at + 1 + int(query[at])
		if next >= len(query) {
			break
		}
		name += string(query[at+1:next]) + "."
		at = next
	}
	if end = at + 5; end > len(query) {
		return "", 0, fmt.Errorf("a query of %d octets", len(query))
	}
	return strings.ToLower(strings.TrimSuffix(name, ".")), end, nil
}

// record is a resource record where the address is of the type asked for: A is
// 1, AAAA 28.
func record(address string, asked uint16) [][]byte {
	a := netip.MustParseAddr(address)
	if a.Is4() != (asked == 1) {
		return nil
	}
	r := binary.BigEndian.AppendUint16([]byte{0xc0, 12}, asked)
	r = append(r, 0, 1, 0, 0, 0, 60)
	r = binary.BigEndian.AppendUint16(r, uint16(len(a.AsSlice())))
	return [][]byte{append(r, a.AsSlice()...)}
}

// respond repeats the question and adds the records.
func respond(query []byte, end, code int, records [][]byte) []byte {
	r := append([]byte{}, query[:end]...)
	r[2], r[3] = 0x84|query[2]&1, 0x80|byte(code)
	binary.BigEndian.PutUint16(r[4:], 1)
	binary.BigEndian.PutUint16(r[6:], uint16(len(records)))
	binary.BigEndian.PutUint32(r[8:], 0)
	for _, one := range records {
		r = append(r, one...)
	}
	return r
}
