package credential

import (
	"context"
	"io"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// A Token is what the source of an access token (RFC 6749, section 1.4) can do
// that the source of a password cannot.
type Token struct {
	Prepare func(ctx context.Context) error // reads files; called once, before anything is sent
	Origin  func() Origin                   // after Read: where the token came from
	Hidden  func() []string                 // the secrets that were used so far, with the token
	Refused func(ctx context.Context)       // is called if the mail server refused the token
}

// An Origin is where an access token came from. Times are 0 if unknown.
type Origin struct {
	Place  string        // for people: a file, or the host that was asked
	Kept   bool          // it was kept by an earlier run, or that there is none
	Age    time.Duration // since it was asked for
	Left   time.Duration // for how long it will be used
	Unkept string        // why tokens are not kept between runs; "" if they are
}

// TokenFile returns a source for a token in the first line of a safe file.
func TokenFile(path string) *Source { return readEarly(FileOf("access token", path)) }

// TokenStdin returns a source for a token in the first line of in.
func TokenStdin(in io.Reader) *Source { return readEarly(Stdin(in)) }

// readEarly reads the token before anything is sent, like a password.
func readEarly(source *Source) *Source {
	token := ""
	return &Source{Name: source.Name, Read: func(context.Context) (string, error) { return token, nil }, Expiries: source.Expiries, Token: &Token{
		Prepare: func(ctx context.Context) error {
			text, err := source.Read(ctx)
			if err == nil && !sasl.IsToken(text) {
				err = fault.New(fault.Usage, "the first line of %s is not an access token (RFC 6750: letters, digits and -._~+/ only), put one there", source.Name)
			}
			token = text
			return err
		},
		Origin:  func() Origin { return Origin{Place: source.Name} },
		Hidden:  func() []string { return []string{token} },
		Refused: func(context.Context) {},
	}}
}
