package dnstest

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// A Server answers from a zone until Close.
type Server struct {
	records []dns.RR
	modes   map[string][]string // names, by directive
	udp     *dns.Server
	tcp     *dns.Server
	addr    string
	ended   sync.WaitGroup

	silence chan struct{} // closed by the first query that gets no answer
	once    sync.Once
	mutex   sync.Mutex
	asked   []string
}

// directives are the first words of lines that are not records. They apply to
// queries for the name that follows.
var directives = map[string]bool{
	"insecure":       true, // no AD for this name and those below it
	"bogus":          true, // SERVFAIL and why, unless validation is turned off
	"unexplained":    true, // and never why
	"failing":        true, // SERVFAIL
	"refused":        true, // REFUSED
	"silent":         true, // no answer
	"silent-on-ipv6": true, // no answer about AAAA records
	"referring":      true, // the names of other servers
	"mute":           true, // truncated by UDP, no answer by TCP
	"truncated":      true, // truncated by UDP, complete by TCP
	"cut":            true, // truncated by both
	"hangup":         true, // truncated by UDP, closed by TCP
	"garbage":        true, // not a DNS message
	"stray":          true, // answers to other questions, and with other numbers; then the right one
	"liar":           true, // the records of another name
	"no-edns":        true, // FORMERR to any question with EDNS, without repeating it
}

// Start serves the records of a zone, one a line as zone files have them with
// full names, and what the directives say: "silent mail.example.org".
func Start(zone string) (*Server, error) {
	s := &Server{modes: map[string][]string{}, silence: make(chan struct{})}
	for line := range strings.Lines(zone) {
		if err := s.add(strings.TrimSpace(line)); err != nil {
			return nil, err
		}
	}
	return s, s.listen()
}

func (s *Server) add(line string) error {
	if line == "" {
		return nil
	}
	if words := strings.Fields(line); len(words) == 2 && directives[words[0]] {
		s.modes[words[0]] = append(s.modes[words[0]], dns.CanonicalName(words[1]))
		return nil
	}
	rr, err := dns.NewRR(line)
	if err != nil || rr == nil {
		return fmt.Errorf("%q is not a record: %v", line, err)
	}
	s.records = append(s.records, rr)
	return nil
}

// listen finds a port that is free by both UDP and TCP.
func (s *Server) listen() error {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		conn, err := net.ListenPacket("udp", l.Addr().String())
		if err != nil {
			l.Close()
			continue
		}
		s.addr = l.Addr().String()
		s.tcp = &dns.Server{Listener: l, Handler: dns.HandlerFunc(s.answer)}
		s.udp = &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(s.answer)}
		s.serve(s.tcp)
		s.serve(s.udp)
		return nil
	}
	return fmt.Errorf("no port is free by UDP and TCP")
}

func (s *Server) serve(one *dns.Server) {
	started := make(chan struct{})
	one.NotifyStartedFunc = func() { close(started) }
	s.ended.Go(func() { _ = one.ActivateAndServe() })
	<-started
}

// Addr returns its address.
func (s *Server) Addr() string { return s.addr }

// Close stops it, and waits until nothing of it is left.
func (s *Server) Close() {
	_ = s.udp.Shutdown()
	_ = s.tcp.Shutdown()
	s.ended.Wait()
}

// Silence returns a channel that is closed by the first query that gets no
// answer.
func (s *Server) Silence() <-chan struct{} { return s.silence }

// Asked returns the queries so far: "udp TLSA _995._tcp.mail.example.org.".
func (s *Server) Asked() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.asked)
}

func (s *Server) note(w dns.ResponseWriter, q dns.Question) {
	s.mutex.Lock()
	s.asked = append(s.asked, w.LocalAddr().Network()+" "+dns.TypeToString[q.Qtype]+" "+q.Name)
	s.mutex.Unlock()
}

// in reports whether a name is one of those of a directive.
func (s *Server) in(directive, name string) bool {
	return slices.Contains(s.modes[directive], dns.CanonicalName(name))
}
