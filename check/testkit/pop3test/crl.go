package pop3test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// CRL returns a list of revoked certificates, an hour old and valid for a day,
// except for what change does.
func (a *Authority) CRL(change func(*x509.RevocationList)) []byte {
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().AddDate(0, 0, 1)}
	if change != nil {
		change(list)
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.cert, a.key)
	must(err)
	return der
}

// A CRLServer serves the lists of two authorities over HTTP: leaf.crl is about its
// Certificate, issuer.crl about the intermediate that issued it.
type CRLServer struct {
	URL         string // without a path
	Root        *Authority
	Certificate tls.Certificate // for localhost, with its chain

	issuer *Authority // of Certificate
	server *http.Server
	silent chan struct{} // closed once a client waits in vain
	once   sync.Once     // it is

	mu    sync.Mutex
	lists map[string]behaviour
	asked []string
}

// A behaviour is how the server answers for a list: with some octets, or otherwise.
type behaviour struct {
	list   []byte
	answer func(http.ResponseWriter, *http.Request)
}

// StartCRLServer listens at an address. Both lists are empty.
func StartCRLServer(address string) (*CRLServer, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &CRLServer{URL: "http://" + l.Addr().String(), silent: make(chan struct{}), Root: NewAuthority("pop3test root"), lists: map[string]behaviour{}}
	s.issuer = s.Root.Limited("pop3test intermediate", s.named("issuer"))
	s.Certificate = s.issuer.Issue(Leaf{CommonName: "localhost", Names: Localhost, Change: s.named("leaf")})
	s.server = &http.Server{Handler: http.HandlerFunc(s.serve), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go s.server.Serve(l)
	must(s.Serve("leaf", "good"))
	must(s.Serve("issuer", "good"))
	return s, nil
}

// named adds the URL of a list to a certificate.
func (s *CRLServer) named(list string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.CRLDistributionPoints = []string{s.URL + "/" + list + ".crl"} }
}

// Silence is closed once a client waits for an answer that does not come.
func (s *CRLServer) Silence() <-chan struct{} { return s.silent }

// Close stops the server.
func (s *CRLServer) Close() { s.server.Close() }

// Asked returns the requests since the last call, such as "leaf.crl 200".
func (s *CRLServer) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.asked = nil }()
	return s.asked
}

// Serve changes what the server has for leaf or issuer: one of Behaviours, or
// "revoked REASON" with a number of RFC 5280, section 5.3.1.
func (s *CRLServer) Serve(name, how string) error {
	signer, cert := s.issuer, s.Certificate.Leaf
	if name == "issuer" {
		signer, cert = s.Root, s.issuer.cert
	}
	b := behaviour{answer: answers[how]}
	if how == "silence" {
		b.answer = s.beSilent
	}
	if b.answer == nil {
		list, ok := listOf(signer, cert, how)
		if !ok {
			return fmt.Errorf("a list is not %q, it is revoked REASON, %s", how, strings.Join(Behaviours(), ", "))
		}
		b.list = list
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists["/"+name+".crl"] = b
	return nil
}

// listOf returns a list that is as wanted.
func listOf(signer *Authority, cert *x509.Certificate, how string) ([]byte, bool) {
	now := time.Now()
	if reason, ok := strings.CutPrefix(how, "revoked "); ok {
		code, err := strconv.Atoi(reason)
		entry := x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC), ReasonCode: code}
		return signer.CRL(func(l *x509.RevocationList) { l.RevokedCertificateEntries = []x509.RevocationListEntry{entry} }), err == nil
	}
	switch how {
	case "good":
		return signer.CRL(nil), true
	case "pem":
		return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: signer.CRL(nil)}), true
	case "expired":
		return signer.CRL(func(l *x509.RevocationList) {
			l.ThisUpdate, l.NextUpdate = now.AddDate(0, 0, -9), now.AddDate(0, 0, -2).Add(-time.Hour)
		}), true
	case "ending": // in a moment, by the clocks of most
		return signer.CRL(func(l *x509.RevocationList) { l.NextUpdate = now.Add(-time.Minute) }), true
	case "foreign":
		return NewAuthority(signer.cert.Subject.CommonName).CRL(nil), true
	case "html":
		return []byte("<html><body>Please log in</body></html>"), true
	}
	return nil, false
}

// answers are those without a list.
var answers = map[string]func(http.ResponseWriter, *http.Request){
	"missing": func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
	"huge": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(16<<20+1))
		w.WriteHeader(http.StatusOK)
	},
	"endless": func(w http.ResponseWriter, r *http.Request) {
		for block := bytes.Repeat([]byte{0x30}, 1<<16); r.Context().Err() == nil; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	},
	"drip": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		for r.Context().Err() == nil {
			io.WriteString(w, "0")
			http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	},
	"header": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		w.WriteHeader(http.StatusOK)
	},
	"loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
	"to-https": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+"/", http.StatusFound)
	},
	"to-issuer": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/issuer.crl", http.StatusFound) },
	"cut": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		io.WriteString(w, "0")
		panic(http.ErrAbortHandler)
	},
	"hang-up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"no-http": func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			io.WriteString(conn, "+OK POP3 ready\r\n")
			conn.Close()
		}
	},
}

// Behaviours lists what Serve knows.
func Behaviours() []string {
	all := []string{"good", "pem", "expired", "ending", "foreign", "html", "silence"}
	for name := range answers {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func (s *CRLServer) beSilent(_ http.ResponseWriter, r *http.Request) {
	s.once.Do(func() { close(s.silent) })
	<-r.Context().Done()
}

func (s *CRLServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	b, known := s.lists[r.URL.Path]
	s.mu.Unlock()
	noted := &notedStatus{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, fmt.Sprintf("%s %d", strings.TrimPrefix(r.URL.Path, "/"), noted.status))
	}()
	switch {
	case !known:
		http.NotFound(noted, r)
	case b.answer != nil:
		b.answer(noted, r)
	default:
		noted.Header().Set("Content-Type", "application/pkix-crl")
		noted.Header().Set("ETag", fmt.Sprintf(`"%x"`, b.list[max(len(b.list)-16, 0):]))
		http.ServeContent(noted, r, "", time.Now().Add(-time.Hour), bytes.NewReader(b.list))
	}
}

// A notedStatus notes the status of an answer.
type notedStatus struct {
	http.ResponseWriter
	status int
}

func (n *notedStatus) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (n *notedStatus) Unwrap() http.ResponseWriter { return n.ResponseWriter }
