// Package credential knows where a user name and a secret come from, and hides
// the secret wherever a server repeats it.
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

	// Aside is what was said besides the secret until Read returned, a line each,
	// without the secret; nil where nothing can be.
	Aside func() []string

	Token *Token // what an access token has besides; nil for a password
}

// Text is a secret that is at hand already.
func Text(name, secret string) *Source {
	return &Source{Name: name, Read: func(context.Context) (string, error) {
		return secret, Usable(name, secret)
	}}
}

// File is the first line of a file. Read fails with kind usage where the file
// cannot be read or is unsafe: others can read it, or group or others can write
// it. Group read is the field's usual layout (root:nagios 0640) and allowed.
func File(path string) *Source {
	return &Source{Name: path, Read: func(ctx context.Context) (string, error) {
		return fault.Await(ctx, func() (string, error) {
			line, err := files.FirstLine(path)
			return usable(path, line, err)
		})
	}}
}

// Stdin is the first line of in.
func Stdin(in io.Reader) *Source {
	const name = "standard input"
	return &Source{Name: name, Read: func(ctx context.Context) (string, error) {
		return fault.Await(ctx, func() (string, error) {
			line, err := files.ReadLine(name, in)
			return usable(name, line, err)
		})
	}}
}

// usable returns a secret that was read without err and can be sent.
func usable(source, secret string, err error) (string, error) {
	if err != nil {
		return "", fault.Wrap(fault.Usage, err)
	}
	return secret, Usable(source, secret)
}

// Usable refuses a secret that cannot be sent: empty, or with CR, LF or NUL.
// source names where it came from.
func Usable(source, secret string) error {
	if secret == "" {
		return fault.New(fault.Usage, "the password in %s is empty", source)
	}
	if strings.ContainsAny(secret, "\r\n\x00") {
		return fault.New(fault.Usage, "the password in %s holds CR, LF or NUL, which cannot be sent", source)
	}
	return nil
}
