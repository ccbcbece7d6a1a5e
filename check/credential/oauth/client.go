package oauth

import (
	"context"
	"crypto/x509"
	"net/url"
	"slices"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A client is what a Request authenticates with, as read from its files.
type client struct {
	tokenURL string
	roots    *x509.CertPool // nil: the system's
	secret   string
	signer   *signer // nil without a key
	refresh  *refreshToken
	secrets  []string // must not be shown
	page     bool     // the last answer was a web page
	expiries []credential.Expiry
}

// load reads the files. Its faults are of kind usage.
func (r Request) load(ctx context.Context) (c *client, err error) {
	c = &client{tokenURL: r.TokenURL}
	if r.CAFile != "" {
		if c.roots, err = readRoots(r.CAFile); err != nil {
			return nil, err
		}
	}
	if r.SecretFile != "" {
		source := credential.FileOf("client secret", r.SecretFile)
		if c.secret, err = source.Read(ctx); err != nil {
			return nil, err
		}
		c.expiries = source.Expiries()
	}
	if r.KeyFile != "" {
		if err := r.loadKey(c); err != nil {
			return nil, err
		}
	}
	if r.RefreshFile != "" {
		if c.refresh, err = openRefreshToken(ctx, r.RefreshFile); err != nil {
			return nil, err
		}
		c.hide(c.refresh.value)
		c.expiries = append(c.expiries, c.refresh.expiries...)
	}
	c.hide(c.secret)
	c.hide(url.QueryEscape(c.secret)) // as it is sent
	return c, nil
}

// loadKey reads the key that signs assertions.
func (r Request) loadKey(c *client) (err error) {
	if r.ServiceAccount && r.RefreshFile == "" {
		account, err := readServiceAccount(r.KeyFile)
		if err != nil {
			return err
		}
		c.signer = account.signer
		if account.TokenURI != "" {
			c.tokenURL = account.TokenURI
		}
		return nil
	}
	c.signer, err = readSigner(r.KeyFile, r.CertFile, r.Algorithm)
	if err == nil && c.signer.cert != nil {
		cert := c.signer.cert
		c.expiries = append(c.expiries, credential.Expiry{Name: "the certificate in " + r.CertFile, From: cert.NotBefore, To: cert.NotAfter})
	}
	return err
}

// hide adds a secret. A private key is never sent, so no server can repeat it.
func (c *client) hide(secret string) {
	if secret != "" && !slices.Contains(c.secrets, secret) {
		c.secrets = append(c.secrets, secret)
	}
}

// digest identifies the credential. A replaced refresh token is another one.
func (c *client) digest() string {
	refresh := ""
	if c.refresh != nil {
		refresh = c.refresh.value
	}
	key := ""
	if c.signer != nil {
		key = c.signer.thumbprint
	}
	return files.Digest(c.secret, key, refresh)
}

// entryName identifies the request: runs with the same name share a token. It
// covers the credential but not the refresh token, which rotates.
func (s *source) entryName() string {
	c := *s.client
	c.refresh = nil
	refresh := s.RefreshFile
	if refresh != "" {
		refresh = absolute(refresh)
	}
	return files.EntryName("token", c.tokenURL, s.ClientID, s.scope(), s.subject(), refresh, c.digest())
}

func readRoots(path string) (*x509.CertPool, error) {
	pool, err := files.ReadRoots(path)
	if err != nil {
		return nil, fault.New(fault.Usage, "--oauth-ca-file: %v", err)
	}
	return pool, nil
}
