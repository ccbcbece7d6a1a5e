package trust

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"time"

	"check_pop3x/check/fault"
)

// verify returns all verified chains (RFC 5280, section 6, as crypto/x509 does
// it), and why the certificate is not accepted. The name is checked on its own,
// so that a certificate for another name still has its chains. It returns when ctx ends, whatever the files of the trusted roots do (one may be
// on a file server that is gone).
func (p Policy) verify(ctx context.Context, certs []*x509.Certificate, now time.Time) ([][]*x509.Certificate, error) {
	v := newVerification(certs, now)
	verify := v.bySystem
	if p.RootsFile != "" {
		verify = func(ctx context.Context) ([][]*x509.Certificate, error) { return v.byFile(ctx, p.RootsFile) }
	}
	chains, err := verify(ctx)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, err
	case err != nil:
		return nil, p.nameFirst(certs[0], err, now)
	}
	return p.accept(certs[0], chains)
}

// accept returns those of the verified chains that other clients accept as well,
// and an error if there are none or if the leaf is for another name.
func (p Policy) accept(leaf *x509.Certificate, chains [][]*x509.Certificate) ([][]*x509.Certificate, error) {
	chains, err := acceptableChains(chains)
	if err != nil {
		return nil, err
	}
	return chains, p.checkName(leaf)
}

// acceptableChains leaves out the chains that crypto/x509 verifies and other
// clients refuse: those with a short key, the root's included, or a certificate
// that is used for what it may not be. crypto/x509 itself does not accept
// signatures by SHA-1 and MD5, except a root's own, which nobody looks at.
func acceptableChains(chains [][]*x509.Certificate) ([][]*x509.Certificate, error) {
	var acceptable [][]*x509.Certificate
	var first error
	for _, chain := range chains {
		err := cmp.Or(checkKeys(chain), checkUsages(chain))
		if err == nil {
			acceptable = append(acceptable, chain)
		} else if first == nil {
			first = err
		}
	}
	if len(acceptable) == 0 {
		return nil, first
	}
	return acceptable, nil
}

// A verification looks for a chain from what one server sent to a trusted root.
type verification struct {
	certs   []*x509.Certificate // the leaf first
	roots   []*x509.Certificate // the trusted ones whose names matter, if known
	options x509.VerifyOptions
}

func newVerification(certs []*x509.Certificate, now time.Time) *verification {
	return &verification{certs: certs, options: x509.VerifyOptions{CurrentTime: now, Intermediates: poolOf(certs[1:])}}
}

// byFile trusts the roots in a PEM file.
func (v *verification) byFile(ctx context.Context, path string) ([][]*x509.Certificate, error) {
	roots, err := fault.Await(ctx, func() ([]*x509.Certificate, error) { return rootsOf(path, v.names()) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, rootsFault(path, err)
	}
	v.roots = roots
	chains, err := v.against(poolOf(v.roots))
	if err != nil {
		return nil, v.diagnose(err)
	}
	return chains, nil
}

// bySystem tries the few roots of the system's bundle that can matter, which
// takes a tenth of a millisecond. What they accept the whole pool accepts too,
// as it has them and more. What they do not accept is left to the whole pool,
// which takes ten milliseconds and more: crypto/x509 then reads and parses the
// bundle and all files of the system's directories. (So if roots of both verify
// a certificate, its chains are those of the bundle.)
func (v *verification) bySystem(ctx context.Context) ([][]*x509.Certificate, error) {
	roots, err := fault.Await(ctx, func() ([]*x509.Certificate, error) { return bundledRoots(v.names()) })
	if _, endless := errors.AsType[*fault.Error](err); endless {
		return nil, err
	}
	if v.roots = roots; err == nil {
		if chains, err := v.against(poolOf(roots)); err == nil {
			return chains, nil
		}
	}
	pool, err := fault.Await(ctx, x509.SystemCertPool)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, refusal(fault.NoRoots, "this system has no trusted roots", err)
	}
	chains, err := v.against(pool)
	if err != nil && pool.Equal(x509.NewCertPool()) {
		return nil, refusal(fault.NoRoots, "this system has no trusted roots", err)
	}
	if err != nil {
		return nil, v.diagnose(err)
	}
	return chains, nil
}

// against verifies with those roots. The error is crypto/x509's.
func (v *verification) against(roots *x509.CertPool) ([][]*x509.Certificate, error) {
	v.options.Roots = roots
	return v.certs[0].Verify(v.options)
}

// names are the subjects that a root must have to matter: the issuers of what
// was sent, and the leaf's own, since crypto/x509 accepts a leaf that is itself
// among the roots.
func (v *verification) names() map[string]bool {
	names := map[string]bool{string(v.certs[0].RawSubject): true}
	for _, c := range v.certs {
		names[string(c.RawIssuer)] = true
	}
	return names
}

// diagnose turns crypto/x509's refusal into one that says what is wrong.
func (v *verification) diagnose(err error) error {
	return diagnosis{certs: v.certs, roots: v.roots, now: v.options.CurrentTime, err: err}.fault()
}

func poolOf(certs []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool
}
