package pop3test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A TokenServer is a token server (RFC 6749) that plays written exchanges, in
// order:
//
//	C: POST /token
//	C: Authorization: Basic YXBwOnNlY3JldA==
//	C:
//	C: grant_type=client_credentials
//	S: 200 application/json
//	S: {"access_token":"t0ken","token_type":"Bearer","expires_in":3600}
//
// A request must have the headers that are written, and exactly that body. "S:
// silence" does not answer until the client hangs up. A request that begins
// with "C?:" may be missing, and then nothing follows.
type TokenServer struct {
	URL string // of the server, without a path

	server    *http.Server
	mu        sync.Mutex
	exchanges []exchange
	asked     int
	errs      []error
}

// An exchange is an expected request and its answer.
type exchange struct {
	request, answer []string
	optional        bool
}

// TokenServerOptions say how it listens.
type TokenServerOptions struct {
	Authority *Authority // issues its certificate; nil: no TLS
}

// StartTokenServer listens on a port of 127.0.0.1.
func StartTokenServer(text string, o TokenServerOptions) (*TokenServer, error) {
	exchanges, err := parseExchanges(text)
	if err != nil {
		return nil, err
	}
	s := &TokenServer{exchanges: exchanges}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.server = &http.Server{Handler: http.HandlerFunc(s.serve), ReadTimeout: 20 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	s.URL = "http://" + listener.Addr().String()
	if o.Authority != nil {
		s.URL = "https://" + listener.Addr().String()
		s.server.TLSConfig = ServerTLS(o.Authority.Issue(Leaf{CommonName: "token server", Names: append([]string{"login.microsoftonline.com", "oauth2.googleapis.com"}, Localhost...)}))
		go s.server.ServeTLS(listener, "", "")
		return s, nil
	}
	go s.server.Serve(listener)
	return s, nil
}

func parseExchanges(text string) ([]exchange, error) {
	var all []exchange
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		side, rest, ok := strings.Cut(line, ":")
		rest = strings.TrimPrefix(rest, " ")
		switch {
		case strings.HasPrefix(line, "#") || line == "":
		case ok && strings.HasPrefix(side, "C") && (len(all) == 0 || all[len(all)-1].answer != nil):
			all = append(all, exchange{request: []string{rest}, optional: side == "C?"})
		case ok && side == "C":
			all[len(all)-1].request = append(all[len(all)-1].request, rest)
		case ok && side == "S" && len(all) > 0:
			all[len(all)-1].answer = append(all[len(all)-1].answer, rest)
		default:
			return nil, fmt.Errorf("line %d: neither C: nor S: in %q", i+1, line)
		}
	}
	return all, nil
}

// Close stops the server and returns how clients departed from the exchanges.
func (s *TokenServer) Close() error {
	s.server.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked < len(s.exchanges) && !s.exchanges[s.asked].optional {
		s.errs = append(s.errs, fmt.Errorf("the token server was asked %d times, want %d", s.asked, len(s.exchanges)))
	}
	return errors.Join(s.errs...)
}

func (s *TokenServer) serve(w http.ResponseWriter, r *http.Request) {
	e, err := s.next(r)
	if err != nil {
		http.Error(w, "not in the script", http.StatusNotImplemented)
		return
	}
	if len(e.answer) == 0 || e.answer[0] == "silence" {
		<-r.Context().Done()
		return
	}
	var code int
	var kind string
	fmt.Sscan(e.answer[0], &code, &kind)
	if location, moved := strings.CutPrefix(kind, "to:"); moved {
		w.Header().Set("Location", location)
	} else {
		w.Header().Set("Content-Type", kind)
	}
	w.WriteHeader(code)
	io.WriteString(w, strings.Join(e.answer[1:], "\n"))
}

// next returns the next exchange if r is its request.
func (s *TokenServer) next(r *http.Request) (e exchange, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && s.asked >= len(s.exchanges) {
		err = fmt.Errorf("one request too many: %s %s %s", r.Method, r.URL, body)
	}
	if err == nil {
		e = s.exchanges[s.asked]
		s.asked++
		err = e.check(r, string(body))
	}
	if err != nil {
		s.errs = append(s.errs, err)
	}
	return e, err
}

// check returns an error if r is not the expected request.
func (e exchange) check(r *http.Request, body string) error {
	if got := r.Method + " " + r.URL.String(); got != e.request[0] {
		return fmt.Errorf("the token server was asked %q, want %q", got, e.request[0])
	}
	headers, wanted := e.request[1:], ""
	for i, line := range headers {
		if line == "" {
			headers, wanted = headers[:i], strings.Join(headers[i+1:], "\n")
			break
		}
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		if got := strings.Join(r.Header.Values(name), ", "); got != value {
			return fmt.Errorf("the token server was sent %s: %q, want %q", name, got, value)
		}
	}
	if body != wanted {
		return fmt.Errorf("the token server was sent\n%s\nwant\n%s", body, wanted)
	}
	return nil
}
