package credential

import (
	"context"
	"io"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A Source is a place that a secret comes from.
type Source struct {
	Name string // for people: "POP3X_PASSWORD", never the secret
	Read func(ctx context.Context) (string, error)

	Interactive bool // waits for a person, whose time does not count

	// Stderr returns the lines that a program has printed to standard error by
	// the time Read returned, without the secret. It is nil for other sources.
	Stderr func() []string

	// Expiries returns when what was read ends, by the time Read returned, as far
	// as it says so. It is nil for sources that never do.
	Expiries func() []Expiry

	Token *Token // more about an access token; nil for a password
}

// Text returns a source for a secret that is known already.
func Text(name, secret string) *Source {
	return &Source{Name: name, Read: func(context.Context) (string, error) {
		return secret, Usable(name, secret)
	}}
}

// File returns a source for the password in the first line of a safe file. Reading
// blocks while nobody writes to a FIFO.
func File(path string) *Source { return FileOf("password", path) }

// FileOf is File for another kind of secret, which is called what.
func FileOf(what, path string) *Source {
	var expiries []Expiry
	return &Source{
		Name:     path,
		Expiries: func() []Expiry { return expiries },
		Read: func(ctx context.Context) (string, error) {
			secret, err := fault.Await(ctx, func() (files.Secret, error) { return files.ReadSecret(path) })
			if ctx.Err() != nil && err == context.Cause(ctx) {
				return "", err
			}
			expiries = expiryOf("the "+what+" in "+path, secret)
			return usable(path, secret.Line, err)
		},
	}
}

// Stdin returns a source for the first line of in.
func Stdin(in io.Reader) *Source {
	const name = "standard input"
	return &Source{Name: name, Read: func(ctx context.Context) (string, error) {
		return fault.Await(ctx, func() (string, error) {
			line, err := files.ReadLine(name, in)
			return usable(name, line, err)
		})
	}}
}

// usable returns a secret that was read, or an error if reading it failed with
// err or if it cannot be sent.
func usable(source, secret string, err error) (string, error) {
	if err != nil {
		return "", fault.Wrap(fault.Usage, err)
	}
	return secret, Usable(source, secret)
}

// Usable returns an error if a secret cannot be sent: it is empty, or contains
// CR, LF or NUL. source names where it came from.
func Usable(source, secret string) error {
	if secret == "" {
		return fault.New(fault.Usage, "the password in %s is empty, see what provides it", source)
	}
	if strings.ContainsAny(secret, "\r\n\x00") {
		return fault.New(fault.Usage, "the password in %s contains CR, LF or NUL, which cannot be sent, choose another", source)
	}
	return nil
}
