package check_test

import (
	"bufio"
	"crypto/md5"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"check_pop3x/check/testkit/ntlmtest"
	"check_pop3x/check/testkit/pop3test"
)

// An ntlmServer does logins by NTLM, with some tricks. It cannot be a dialogue, as
// each response has to be computed.
type ntlmServer struct {
	password string
	tricks   []string
	listener net.Listener
	config   *tls.Config
	*proofs
}

// The random part of the challenge, as MS-NLMP, section 4.2.1, has it.
var ntlmRandom = [8]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}

// ntlmserver starts a server at $PORT: ntlmserver PASSWORD [TRICK...]. With the trick
// "clear" it has no TLS, the others are in auth and finish.
func ntlmserver(ts *testscript.TestScript, neg bool, args []string) {
	s := &ntlmServer{password: args[0], tricks: args[1:], proofs: &proofs{}}
	var err error
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

func (s *ntlmServer) has(trick string) bool { return slices.Contains(s.tricks, trick) }

func (s *ntlmServer) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.serve(conn)
	}
}

func (s *ntlmServer) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if !s.has("clear") {
		secure := tls.Server(conn, s.config)
		if secure.Handshake() != nil {
			return
		}
		conn = secure
	}
	x := exchange{conn, bufio.NewScanner(conn)}
	x.end("+OK ready")
	for x.in.Scan() {
		switch x.in.Text() {
		case "CAPA":
			x.end("+OK\r\nSASL NTLM\r\n.")
		case "AUTH NTLM":
			s.auth(x)
		case "STAT":
			x.end("+OK 5 18067")
		case "QUIT":
			x.end("+OK")
			return
		}
	}
}

// auth is one login.
func (s *ntlmServer) auth(x exchange) {
	begin := "+"
	if s.has("ok") { // Exchange 2003
		begin = "+OK"
	}
	x.end(begin)
	x.in.Scan()
	if s.has("early") {
		x.end("+OK before anything was proved")
		return
	}
	info := ntlmtest.Info(ntlmtest.Pair{ID: ntlmtest.Computer, Value: ntlmtest.Text("SERVER")})
	answer := []byte(x.ask(string(ntlmtest.Challenge(ntlmtest.Offered, ntlmRandom, info))))
	if s.has("again") {
		x.ask("more")
	}
	r, err := ntlmtest.Parse(answer)
	if err != nil {
		x.end("-ERR " + err.Error())
		return
	}
	s.hide(hex.EncodeToString(r.Proof), base64.StdEncoding.EncodeToString(r.Proof))
	s.finish(x, r, answer)
}

// finish ends a login after the client's proof.
func (s *ntlmServer) finish(x exchange, r ntlmtest.Response, answer []byte) {
	whole := base64.StdEncoding.EncodeToString(answer)
	switch {
	case s.has("echo"):
		s.hide(whole)
		x.end("-ERR " + whole)
	case s.has("echo-part"): // of the proof, which is near the beginning
		x.end("-ERR " + whole[88:104])
	case s.has("echo-hex"):
		x.end(fmt.Sprintf("-ERR %x is wrong", r.Proof))
	case s.has("echo-hash"):
		hash := hex.EncodeToString(ntlmtest.PasswordHash(s.password))
		s.hide(hash)
		x.end("-ERR we have " + hash)
	case !r.Proves(s.password, ntlmRandom) || string(r.Of(ntlmtest.ChannelBindings)) != string(s.binding()):
		x.end("-ERR Logon failure: unknown user name or bad password.")
	default:
		x.end("+OK User successfully logged on.")
	}
}

// binding is what the client has to bind its login to.
func (s *ntlmServer) binding() []byte {
	switch {
	case s.has("clear"):
		return nil
	case s.has("relay"): // the client's TLS ends at a relay
		return make([]byte, md5.Size)
	}
	certificate := sha256.Sum256(s.config.Certificates[0].Certificate[0])
	data := "tls-server-end-point:" + string(certificate[:])
	structure := binary.LittleEndian.AppendUint32(make([]byte, 16), uint32(len(data)))
	hash := md5.Sum(append(structure, data...))
	return hash[:]
}
