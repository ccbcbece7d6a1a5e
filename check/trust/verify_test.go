package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"testing"
)

// A file of roots is not waited for when the context has ended.
func TestVerifyEndsWithItsContext(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	cancel(why)
	leaf := sign(t, server("mail.example.org"), nil, root).cert
	for _, file := range []string{writeFile(t, pemOf(root)), ""} {
		if _, err := options(file).verify(ctx, []*x509.Certificate{leaf}, now); err != why {
			t.Errorf("%q: %v", file, err)
		}
	}
}
