package check_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xdg-go/scram"

	"check_pop3x/check/testkit/pop3test"
)

// A scramServer does logins by SCRAM, with one trick. It cannot be a dialogue,
// as each response has to be computed.
type scramServer struct {
	mechanism  string
	trick      string
	iterations int
	talk       *scram.Server
	listener   net.Listener
	config     *tls.Config
	*proofs
}

// proofs are what a server has seen that must not be printed.
type proofs struct {
	mu   sync.Mutex
	seen []string
}

// proofsKey is the key of those of the last server of a script.
type proofsKey struct{}

// scramserver starts a server at $PORT: scramserver MECHANISM PASSWORD [TRICK
// [ITERATIONS]]. The tricks are in auth and finish.
func scramserver(ts *testscript.TestScript, neg bool, args []string) {
	s := &scramServer{mechanism: args[0], iterations: 4096, proofs: &proofs{}}
	if len(args) > 2 {
		s.trick = args[2]
	}
	if len(args) > 3 {
		var err error
		s.iterations, err = strconv.Atoi(args[3])
		ts.Check(err)
	}
	hash := scram.SHA1
	if strings.HasPrefix(s.mechanism, "SCRAM-SHA-256") {
		hash = scram.SHA256
	}
	client, err := hash.NewClient("", args[1], "")
	ts.Check(err)
	keys, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "0123456789abcdef", Iters: min(s.iterations, 10000)})
	ts.Check(err)
	keys.Iters = s.iterations
	s.talk, err = hash.NewServer(func(string) (scram.StoredCredentials, error) { return keys, nil })
	ts.Check(err)
	s.listener, err = net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	s.config = pop3test.ServerTLS(pop3test.NewAuthority("pop3test root").Issue(pop3test.Leaf{Names: pop3test.Localhost}))
	ts.Setenv("PORT", strconv.Itoa(s.listener.Addr().(*net.TCPAddr).Port))
	*ts.Value(proofsKey{}).(**proofs) = s.proofs
	var served sync.WaitGroup
	served.Go(s.accept)
	ts.Defer(func() {
		s.listener.Close()
		served.Wait()
	})
}

// hidesProofs checks that stdout has nothing from which passwords can be
// guessed.
func hidesProofs(ts *testscript.TestScript, neg bool, args []string) {
	s := *ts.Value(proofsKey{}).(**proofs)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) == 0 {
		ts.Fatalf("there was no login")
	}
	for _, secret := range s.seen {
		ts.Check(checkHidden(ts.ReadFile("stdout"), secret))
	}
}

func (s *proofs) hide(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, secrets...)
}

func (s *scramServer) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.serve(conn)
	}
}

func (s *scramServer) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	binding := scram.ChannelBinding{}
	if strings.HasSuffix(s.mechanism, "-PLUS") {
		secure := tls.Server(conn, s.config)
		if secure.Handshake() != nil {
			return
		}
		state := secure.ConnectionState()
		binding, _ = scram.NewTLSExporterBinding(&state)
		conn = secure
	}
	if s.trick == "relay" { // the client's TLS ends at a relay
		binding.Data[0] ^= 1
	}
	in := bufio.NewScanner(conn)
	fmt.Fprintf(conn, "+OK ready\r\n")
	for in.Scan() {
		switch word, rest, _ := strings.Cut(in.Text(), " "); word {
		case "CAPA":
			fmt.Fprintf(conn, "+OK\r\nSASL %s\r\n.\r\n", s.mechanism)
		case "AUTH":
			initial, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, s.mechanism+" "))
			s.auth(exchange{conn, in}, s.talk.NewConversationWithChannelBinding(binding), string(initial))
		case "STAT":
			fmt.Fprintf(conn, "+OK 5 18067\r\n")
		case "QUIT":
			fmt.Fprintf(conn, "+OK\r\n")
			return
		}
	}
}

// An exchange is the server's side of AUTH.
type exchange struct {
	out io.Writer
	in  *bufio.Scanner
}

// ask sends a challenge and returns the response, decoded.
func (x exchange) ask(challenge string) string {
	fmt.Fprintf(x.out, "+ %s\r\n", base64.StdEncoding.EncodeToString([]byte(challenge)))
	x.in.Scan()
	response, err := base64.StdEncoding.DecodeString(x.in.Text())
	if err != nil {
		return x.in.Text()
	}
	return string(response)
}

func (x exchange) end(line string) { fmt.Fprintf(x.out, "%s\r\n", line) }

// auth is one login.
func (s *scramServer) auth(x exchange, talk *scram.ServerConversation, clientFirst string) {
	first, err := talk.Step(clientFirst)
	switch {
	case s.trick == "early":
		x.end("+OK before anything was proved")
		return
	case err != nil:
		x.ask(first)
		x.end("-ERR no")
		return
	case s.trick == "nonce":
		first = "r=of-another-login" + first[strings.Index(first, ",s="):]
	case s.trick == "salt":
		first = first[:strings.Index(first, ",s=")] + ",s=!!!,i=4096"
	}
	clientFinal := x.ask(first)
	if clientFinal == "*" {
		x.end("-ERR cancelled")
		return
	}
	_, proof, _ := strings.Cut(clientFinal, ",p=")
	final, err := talk.Step(clientFinal)
	s.hide(proof, strings.TrimPrefix(final, "v="))
	s.finish(x, clientFinal, final, err)
}

// finish ends a login after the client's proof.
func (s *scramServer) finish(x exchange, clientFinal, final string, refused error) {
	switch s.trick {
	case "ignorant": // it accepts any proof, as it cannot check it
		x.ask("v=" + base64.StdEncoding.EncodeToString(make([]byte, 32)))
		x.end("+OK")
	case "silent":
		x.end("+OK")
	case "echo":
		_, proof, _ := strings.Cut(clientFinal, ",p=")
		x.end("-ERR " + proof + " is wrong")
	case "echo-part":
		_, proof, _ := strings.Cut(clientFinal, ",p=")
		x.end("-ERR " + proof[:8])
	case "echo-hex":
		_, proof, _ := strings.Cut(clientFinal, ",p=")
		raw, _ := base64.StdEncoding.DecodeString(proof)
		x.end(fmt.Sprintf("-ERR %x", raw))
	case "echo-all":
		x.end("-ERR " + base64.StdEncoding.EncodeToString([]byte(clientFinal)))
	case "both":
		x.ask("e=other-error")
		x.end("+OK")
	case "again":
		x.ask(final)
		x.ask(final)
		x.end("+OK")
	case "quiet": // as Cyrus and Dovecot refuse
		x.end("-ERR [AUTH] Authentication failed.")
	default:
		x.ask(final)
		if refused != nil {
			x.end("-ERR [AUTH] Authentication failed.")
			return
		}
		x.end("+OK Logged in.")
	}
}
