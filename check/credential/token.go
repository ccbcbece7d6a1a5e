package credential

import (
	"context"
	"io"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// A Token is what the source of an access token (RFC 6749, section 1.4) has
// besides that of a password.
type Token struct {
	Prepare func(ctx context.Context) error // reads the files that it needs, before anything is sent and once
	Origin  func() Origin                   // after Read: where the token came from
	Hidden  func() []string                 // the secrets that were used so far, the token among them
	Refused func(ctx context.Context)       // the mail server refused the token
}

// An Origin is where an access token came from. Times are 0 where they are not
// known.
type Origin struct {
	Place  string        // for people: a file, or the host that was asked
	Kept   bool          // it was kept from an earlier run
	Age    time.Duration // how long ago it was asked for
	Left   time.Duration // how long it will be used from now on
	Unkept string        // why tokens are not kept between runs; "" where they are
}

// TokenFile is the first line of a file, by the rule of File.
func TokenFile(path string) *Source { return readBefore(File(path)) }

// TokenStdin is the first line of in.
func TokenStdin(in io.Reader) *Source { return readBefore(Stdin(in)) }

// readBefore reads the token before anything is sent, as a password is.
func readBefore(source *Source) *Source {
	token := ""
	return &Source{Name: source.Name, Read: func(context.Context) (string, error) { return token, nil }, Token: &Token{
		Prepare: func(ctx context.Context) error {
			text, err := source.Read(ctx)
			if err == nil && !sasl.IsToken(text) {
				err = fault.New(fault.Usage, "%s holds no access token in its first line (RFC 6750: letters, digits and -._~+/ only)", source.Name)
			}
			token = text
			return err
		},
		Origin:  func() Origin { return Origin{Place: source.Name} },
		Hidden:  func() []string { return []string{token} },
		Refused: func(context.Context) {},
	}}
}
