package probe

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/crl"
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/testkit/pop3test"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// A listedChain is a verified chain whose lists a server has.
type listedChain struct {
	*pop3test.CRLServer
	chain []*x509.Certificate // leaf, intermediate, root
}

func newListedChain(t *testing.T) *listedChain {
	t.Helper()
	server, err := pop3test.StartCRLServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	issuer, err := x509.ParseCertificate(server.Certificate.Certificate[1])
	if err != nil {
		t.Fatal(err)
	}
	return &listedChain{server, []*x509.Certificate{server.Certificate.Leaf, issuer, server.Root.Certificate()}}
}

// judge asks about the certificates of chains, and returns what was found.
func judge(t *testing.T, chains ...[]*x509.Certificate) (*report.Report, error) {
	t.Helper()
	source := &crl.Source{Dir: filepath.Join(t.TempDir(), "state"), Dial: new(net.Dialer).DialContext}
	r := &revocation{plan: &Plan{CRL: source}, record: newRecorder(report.Target{}), leaf: chains[0][0]}
	err := r.judge(t.Context(), &trust.Facts{Chains: chains})
	return r.record.report, err
}

// A server of lists is connected to from the address of --source, if it has one of
// that family.
func TestListsAreFetchedFromSource(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	plan := &Plan{Route: transport.Route{Source: netip.MustParseAddr("127.0.0.5")}}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := plan.dial(ctx, "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if from := conn.LocalAddr().(*net.TCPAddr).IP.String(); from != "127.0.0.5" {
		t.Errorf("from %s", from)
	}
	if _, err := plan.dial(ctx, "tcp", "[::1]:1"); fault.Of(err).Problem != fault.OtherFamily {
		t.Error(err)
	}
}

// One chain without a revoked certificate is enough.
func TestOneOfTwoChains(t *testing.T) {
	s := newListedChain(t)
	if err := s.Serve("issuer", "revoked 1"); err != nil {
		t.Fatal(err)
	}
	other := pop3test.NewAuthority("other root")
	crossed := *s.chain[1]
	crossed.Raw, crossed.CRLDistributionPoints, crossed.Extensions = append([]byte("x"), crossed.Raw...), nil, nil
	way := []*x509.Certificate{s.chain[0], &crossed, other.Certificate()}
	if _, err := judge(t, s.chain); fault.Of(err) == nil || fault.Of(err).Problem != fault.RevokedIssuer {
		t.Error(err)
	}
	s.Asked()
	r, err := judge(t, s.chain, way)
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Fault.Problem != fault.CRLUnnamed || len(r.CRLs) != 3 {
		t.Errorf("%v, %+v, %+v", err, r.Findings, r.CRLs)
	}
	if asked := s.Asked(); len(asked) != 2 {
		t.Errorf("the server was asked %q: about the leaf more than once", asked)
	}
	if err := s.Serve("leaf", "revoked 1"); err != nil {
		t.Fatal(err)
	}
	r, err = judge(t, s.chain, way)
	if fault.Of(err) == nil || fault.Of(err).Problem != fault.Revoked || len(r.Findings) > 0 {
		t.Errorf("%v, %+v", err, r.Findings)
	}
}

// A root is not asked about, nor is one that the server shows itself.
func TestRootsAreNotAskedAbout(t *testing.T) {
	root := pop3test.NewAuthority("root").Certificate()
	r, err := judge(t, []*x509.Certificate{root})
	if err != nil || len(r.Findings) > 0 || len(r.CRLs) != 1 || r.CRLs[0].Unknown != "it is one of the trusted roots" {
		t.Errorf("%v, %+v, %+v", err, r.Findings, r.CRLs)
	}
}

// A chain may be as long as its authorities please.
func TestLongChain(t *testing.T) {
	authority := pop3test.NewAuthority("root")
	chain := []*x509.Certificate{authority.Certificate()}
	for range maxAsked + 2 {
		authority = authority.Intermediate("intermediate")
		chain = append([]*x509.Certificate{authority.Certificate()}, chain...)
	}
	r, err := judge(t, chain)
	if err != nil || len(r.CRLs) != maxAsked || len(r.Findings) != maxAsked+2 {
		t.Fatalf("%v, %d, %d", err, len(r.CRLs), len(r.Findings))
	}
	if last := r.Findings[maxAsked].Fault.Text; !strings.Contains(last, "more certificates than are asked about (8)") {
		t.Error(last)
	}
}
