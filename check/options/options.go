package options

import "strings"

// Options is the command line, by group.
type Options struct {
	Server     Server     `group:"Server"`
	Route      Route      `group:"Way to the server"`
	Limits     Limits     `group:"Limits"`
	Mailbox    Mailbox    `group:"Mailbox" needs:"login"`
	Send       Send       `group:"Mail flow" needs:"login"`
	Login      Login      `group:"Login"`
	Token      Token      `group:"OAuth access token instead of a password"`
	Kerberos   Kerberos   `group:"Kerberos ticket instead of a password"`
	TLS        TLS        `group:"TLS" needs:"tls"`
	States     States     `group:"States"`
	Output     Output     `group:"Output"`
	Files      Files      `group:"Options from files"`
	Security   Security   `group:"Security"`
	Compatible Compatible `group:"check_pop"`
}

// usual returns the options as they are if none is given.
func usual() *Options {
	return &Options{
		Server: Server{Addresses: "first", LoginAt: "first"},
		Limits: Limits{Timeout: "10s"},
		Send:   Send{Subject: "check_pop3x: does mail arrive?", Every: "15m"},
		Login:  Login{Auth: "auto", Pause: "15m"},
		TLS:    TLS{Min: "1.2"},
		States: States{Mismatch: "warning", Refuse: "critical"},
		Output: Output{Format: "nagios"},
	}
}

// Files name the files that have more options.
type Files struct {
	ExtraOpts text `unquote:"false" long:"extra-opts" value-name:"[SECTION][@FILE]" line-only:"yes" restricted:"names a file" everyday:"yes"`
}

// Compatible are the options of check_pop that mean nothing here.
type Compatible struct {
	Delay    text `unquote:"false" short:"d" long:"delay" value-name:"SECONDS" hidden:"yes" no-effect:"yes"`
	MaxBytes text `unquote:"false" short:"m" long:"maxbytes" value-name:"BYTES" hidden:"yes" no-effect:"yes"`
	Escape   bool `short:"E" long:"escape" hidden:"yes" no-effect:"yes"`
	Send     text `unquote:"false" short:"s" long:"send" value-name:"TEXT" hidden:"yes" refused:"check_pop3x speaks POP3 itself, see --steps"`
	Quit     text `unquote:"false" short:"q" long:"quit" value-name:"TEXT" hidden:"yes" refused:"check_pop3x speaks POP3 itself, see --steps"`
}

// A text is an option's argument as typed. Unlike a string it may begin with a
// dash, as a range does (-5:5), and keeps its quotes.
type text string

// IsValidValue lets go-flags accept an argument that looks like an option.
func (*text) IsValidValue(string) error { return nil }

// UnmarshalFlag keeps the argument as it is.
func (t *text) UnmarshalFlag(value string) error {
	*t = text(value)
	return nil
}

func (t text) lower() string { return strings.ToLower(string(t)) }

// texts are the arguments of an option that may be repeated.
type texts []string

// IsValidValue is that of text.
func (*texts) IsValidValue(string) error { return nil }

// UnmarshalFlag appends the argument as it is.
func (t *texts) UnmarshalFlag(value string) error {
	*t = append(*t, value)
	return nil
}
