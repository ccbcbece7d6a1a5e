package check_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"check_pop3x/check/testkit/pop3test"
)

// crlKey is the key of the crlserver of a script.
type crlKey struct{}

// crlserver starts a server with the lists leaf.crl and issuer.crl at $CRL. The
// certificate of each pop3server that follows names them; $ISSUER_TLSA is the
// record for its issuer.
func crlserver(ts *testscript.TestScript, neg bool, args []string) {
	s, err := pop3test.StartCRLServer("127.0.0.1:0")
	ts.Check(err)
	ts.Defer(s.Close)
	ts.Setenv("CRL", strings.TrimPrefix(s.URL, "http://"))
	ts.Setenv("ISSUER_TLSA", fmt.Sprintf("2 0 1 %x", sha256.Sum256(s.Certificate.Certificate[1])))
	*ts.Value(crlKey{}).(**pop3test.CRLServer) = s
}

// crl changes what the crlserver has for one of its lists: crl leaf revoked 1.
func crl(ts *testscript.TestScript, neg bool, args []string) {
	s := *ts.Value(crlKey{}).(**pop3test.CRLServer)
	ts.Check(s.Serve(args[0], strings.Join(args[1:], " ")))
}

// asked compares what the crlserver was asked since the last asked: asked
// leaf.crl 200 issuer.crl 304.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	got := strings.Fields(strings.Join((*ts.Value(crlKey{}).(**pop3test.CRLServer)).Asked(), " "))
	if !slices.Equal(got, args) {
		ts.Fatalf("the crlserver was asked %v, want %v", got, args)
	}
}
