package trust

import (
	"context"
	"crypto/x509"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// verify returns all verified chains (RFC 5280, section 6, as crypto/x509 does
// it) and why the certificate is not to be accepted. The name is looked at last
// and on its own, so that a certificate for another name still has its chains.
// It returns when ctx ends, whatever the files of the trusted roots do (one may
// be on a file server that is gone).
func (o Policy) verify(ctx context.Context, certs []*x509.Certificate) ([][]*x509.Certificate, error) {
	chains, err := o.verification(certs).chains(ctx, o.RootsFile)
	if err != nil {
		return nil, err
	}
	return o.strongAndNamed(certs[0], chains)
}

// strongAndNamed leaves of verified chains those that are strong enough, and
// says whether the leaf is for the right name.
func (o Policy) strongAndNamed(leaf *x509.Certificate, chains [][]*x509.Certificate) ([][]*x509.Certificate, error) {
	chains, err := strong(chains)
	if err != nil {
		return nil, err
	}
	return chains, o.named(leaf)
}

func (o Policy) named(leaf *x509.Certificate) error {
	err := isFor(leaf, o.VerifyName)
	if err == nil || o.OrName != "" && isFor(leaf, o.OrName) == nil {
		return nil
	}
	e := &CertificateError{Problem: fault.WrongName, Certificate: leaf, Host: o.VerifyName, Err: err}
	if len(leaf.DNSNames)+len(leaf.IPAddresses) == 0 {
		e.Problem = fault.NoName
	}
	return e.fault()
}

// isFor says why a certificate is not for that host. crypto/x509 lets a wildcard
// stand for names right below a top-level domain ("*.lan"), which others do not:
// OpenSSL, curl and Firefox want two labels behind it.
func isFor(c *x509.Certificate, host string) error {
	if slices.ContainsFunc(c.DNSNames, tooWide) {
		narrow := *c
		narrow.DNSNames = slices.DeleteFunc(slices.Clone(c.DNSNames), tooWide)
		c = &narrow
	}
	return c.VerifyHostname(host)
}

func tooWide(name string) bool {
	domain, wild := strings.CutPrefix(name, "*.")
	return wild && !strings.Contains(strings.TrimSuffix(domain, "."), ".")
}

// A verification is one look at what one server showed.
type verification struct {
	certs   []*x509.Certificate // the leaf first
	options x509.VerifyOptions
	roots   []*x509.Certificate // the trusted ones with a name that matters, as far as known
}

func (o Policy) verification(certs []*x509.Certificate) *verification {
	v := &verification{certs: certs, options: x509.VerifyOptions{
		CurrentTime:   o.Now(),
		Intermediates: x509.NewCertPool(),
	}}
	for _, c := range certs[1:] {
		v.options.Intermediates.AddCert(c)
	}
	return v
}

// chains verifies against the roots of that file, or of the system.
func (v *verification) chains(ctx context.Context, file string) ([][]*x509.Certificate, error) {
	if file != "" {
		return v.byFile(ctx, file)
	}
	return v.bySystem(ctx)
}

func (v *verification) byFile(ctx context.Context, path string) ([][]*x509.Certificate, error) {
	data, err := fault.Await(ctx, func() ([]byte, error) { return readRoots(path) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, rootsFault(path, err)
	}
	v.roots, err = named(data, v.names())
	if err != nil {
		return nil, rootsFault(path, err)
	}
	chains, err := v.against(poolOf(v.roots))
	if err != nil {
		return nil, v.fault(err)
	}
	return chains, nil
}

// bySystem tries the few roots of the system's bundle that can matter, which
// takes a tenth of a millisecond. What they accept the whole pool accepts too,
// having them and more. What they do not accept is left to the whole pool,
// which takes ten milliseconds and more: crypto/x509 then reads and parses the
// bundle and all files of the directories beside it. (So of a certificate that
// roots of both verify, the chains are those of the bundle.)
func (v *verification) bySystem(ctx context.Context) ([][]*x509.Certificate, error) {
	data, err := fault.Await(ctx, systemBundle)
	if err == nil {
		if v.roots, err = named(data, v.names()); err == nil {
			if chains, err := v.against(poolOf(v.roots)); err == nil {
				return chains, nil
			}
		}
	}
	pool, err := fault.Await(ctx, x509.SystemCertPool)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, v.problem(fault.NoRoots, v.certs[0], err)
	}
	chains, err := v.against(pool)
	if err != nil && pool.Equal(x509.NewCertPool()) {
		return nil, v.problem(fault.NoRoots, v.certs[0], err)
	}
	if err != nil {
		return nil, v.fault(err)
	}
	return chains, nil
}

func (v *verification) against(roots *x509.CertPool) ([][]*x509.Certificate, error) {
	v.options.Roots = roots
	return v.certs[0].Verify(v.options)
}

// names are the subjects that a root must have to matter: the issuers of what
// was shown, and the leaf's own, since crypto/x509 accepts a leaf that is
// itself among the roots.
func (v *verification) names() map[string]bool {
	names := map[string]bool{string(v.certs[0].RawSubject): true}
	for _, c := range v.certs {
		names[string(c.RawIssuer)] = true
	}
	return names
}

func poolOf(certs []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool
}
