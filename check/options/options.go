// Package options reads the command line and the files of --extra-opts into a plan
// and limits, and describes every option.
package options

import (
	"errors"
	"os"
	"reflect"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/fault"
)

// A text is an option's argument as typed. Unlike a string it may begin with a
// dash, as a range does (-5:5), and keeps its quotes.
type text string

// IsValidValue lets go-flags take what looks like an option for an argument.
func (*text) IsValidValue(string) error { return nil }

// UnmarshalFlag keeps the argument as it is.
func (t *text) UnmarshalFlag(value string) error {
	*t = text(value)
	return nil
}

// texts are the arguments of an option that may be repeated.
type texts []string

// IsValidValue is that of text.
func (*texts) IsValidValue(string) error { return nil }

// UnmarshalFlag adds the argument as it is.
func (t *texts) UnmarshalFlag(value string) error {
	*t = append(*t, value)
	return nil
}

// Options is the command line, by groups. They are the one place where an option
// is described. Each has a name: reflection goes by the text of a type, and that
// of a struct without one is all its fields and tags.
type Options struct {
	Target     targetOptions     `group:"Server"`
	Limits     limitOptions      `group:"Limits"`
	Mailbox    mailboxOptions    `group:"Mailbox, with a login"`
	Login      loginOptions      `group:"Login"`
	Token      tokenOptions      `group:"Access token, in the place of a password"`
	TLS        tlsOptions        `group:"TLS"`
	Verdict    verdictOptions    `group:"Verdict"`
	Output     outputOptions     `group:"Output"`
	Files      fileOptions       `group:"Options from files"`
	Compatible compatibleOptions `group:"check_pop"`
}

// targetOptions say whom to ask, and over what.
type targetOptions struct {
	Hostname text `unquote:"false" short:"H" long:"hostname" value-name:"HOST" description:"Name or address to connect to; ::1 and [::1] both work"`
	Port     text `unquote:"false" short:"p" long:"port" value-name:"PORT" description:"Port; default 110, or 995 with --tls"`
	TLS      bool `short:"S" long:"tls" description:"TLS from the first byte; also --ssl"`
	SSL      bool `long:"ssl" hidden:"yes" description:"The same as --tls"`
	StartTLS bool `long:"starttls" description:"TLS by STLS, required: never falls back to clear"`
	IPv4     bool `short:"4" long:"use-ipv4" description:"Use IPv4 only"`
	IPv6     bool `short:"6" long:"use-ipv6" description:"Use IPv6 only"`
	Resolver text `unquote:"false" long:"resolver" value-name:"ADDR[:PORT]" description:"DNS server to ask instead of the system's, for addresses and for --dane, which believes it"`
}

// limitOptions bound times and the certificate.
type limitOptions struct {
	Warning       texts `unquote:"false" short:"w" long:"warning" value-name:"RANGE" description:"Warn when the whole time is outside of RANGE: 2s, 500ms, 1.5, 0.5s:2s, @1s:2s, ~:3s"`
	Critical      texts `unquote:"false" short:"c" long:"critical" value-name:"RANGE" description:"Critical when the whole time is outside of RANGE; either limit may be given alone"`
	Timeout       text  `unquote:"false" short:"t" long:"timeout" value-name:"DURATION[:STATE]" default:"10s" description:"Budget for all of it, and the state for running out of it"`
	PhaseTimeout  texts `unquote:"false" long:"phase-timeout" value-name:"PHASE=DURATION" description:"Budget of one phase: login=3s; may be repeated"`
	PhaseWarning  texts `unquote:"false" long:"phase-warning" value-name:"PHASE=RANGE" description:"Warn when the time of one phase is outside of RANGE: login=1s; may be repeated"`
	PhaseCritical texts `unquote:"false" long:"phase-critical" value-name:"PHASE=RANGE" description:"Critical when the time of one phase is outside of RANGE; may be repeated"`
	Certificate   text  `unquote:"false" short:"D" long:"certificate" value-name:"WARN[,CRIT]" description:"Days that the certificate has to be valid: 30,7; CRIT is 0 by default. Implies --tls unless --starttls is given"`
}

// verdictOptions give states to findings.
type verdictOptions struct {
	Expect   texts `unquote:"false" short:"e" long:"expect" value-name:"TEXT" description:"Text wanted in the greeting; may be repeated, any one is enough"`
	Mismatch text  `unquote:"false" short:"M" long:"mismatch" value-name:"STATE" description:"State when no --expect text is in the greeting; default warning"`
	Refuse   text  `unquote:"false" short:"r" long:"refuse" value-name:"STATE" description:"State when the connection is refused; default critical"`
	State    texts `unquote:"false" long:"state" value-name:"KIND=STATE" description:"State for a kind of fault: in-use=ok; may be repeated"`
}

// fileOptions name the files that have more of them.
type fileOptions struct {
	ExtraOpts text `unquote:"false" long:"extra-opts" value-name:"[SECTION][@FILE]" description:"More options, and password = ..., from an INI file, as in monitoring-plugins; the section is check_pop3x by default"`
}

// compatibleOptions are those of check_pop that mean nothing here.
type compatibleOptions struct {
	Delay    text `unquote:"false" short:"d" long:"delay" hidden:"yes" description:"No effect, for check_pop"`
	MaxBytes text `unquote:"false" short:"m" long:"maxbytes" hidden:"yes" description:"No effect, for check_pop"`
	All      bool `short:"A" long:"all" hidden:"yes" description:"No effect, for check_pop"`
	Escape   bool `short:"E" long:"escape" hidden:"yes" description:"No effect, for check_pop"`
	Send     text `unquote:"false" short:"s" long:"send" hidden:"yes" description:"Refused, for check_pop"`
	Quit     text `unquote:"false" short:"q" long:"quit" hidden:"yes" description:"Refused, for check_pop"`
}

// Parse reads the command line. An error is a usage fault, or *flags.Error of
// type ErrHelp with the help text; the options are those in front of it.
func Parse(args []string) (*Options, error) {
	os.Unsetenv("GO_FLAGS_COMPLETION") // go-flags would print completions and exit 0 without a check
	o := &Options{}
	parser, err := newParser(o)
	if err != nil {
		return o, fault.Wrap(fault.Internal, err)
	}
	parser.UnknownOptionHandler = func(name string, _ flags.SplitArgument, _ []string) ([]string, error) {
		return nil, unknown(parser, name)
	}
	rest, err := parser.ParseArgs(args)
	if err != nil {
		return o, misused(err)
	}
	for _, word := range rest {
		if word != "" { // Nagios passes an empty $ARG1$
			return o, fault.New(fault.Usage, "%q is not an option: they begin with a dash, and the host is given by -H", word)
		}
	}
	return o, nil
}

// newParser reads the command line into a struct of groups of options.
func newParser(o any) (*flags.Parser, error) {
	parser := flags.NewNamedParser("check_pop3x", flags.HelpFlag|flags.PassDoubleDash)
	parser.Usage = "-H HOST [OPTIONS]"
	parser.LongDescription = about
	for group, fields := range reflect.ValueOf(o).Elem().Fields() {
		if _, err := parser.AddGroup(group.Tag.Get("group"), "", fields.Addr().Interface()); err != nil {
			return nil, err
		}
	}
	return parser, nil
}

// misused gives an error of the parser its kind; the help text passes.
func misused(err error) error {
	if wrong, ok := errors.AsType[*flags.Error](err); ok && wrong.Type == flags.ErrHelp {
		return err
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.New(fault.Usage, "%v, see --help", err)
}

// unknown names the option that has most of its beginning in common with the
// one that was typed.
func unknown(parser *flags.Parser, typed string) error {
	if typed == "password" {
		return fault.New(fault.Usage, "--password is not an option, since everyone on the machine can see arguments: use --password-file FILE or POP3X_PASSWORD")
	}
	near, most := "", 1
	for _, name := range longNames(parser.Group) {
		if n := commonPrefix(name, typed); n > most {
			near, most = name, n
		}
	}
	dashes := "--"
	if len([]rune(typed)) == 1 {
		dashes = "-"
	}
	if near == "" {
		return fault.New(fault.Usage, "there is no option %s%s, see --help", dashes, typed)
	}
	return fault.New(fault.Usage, "there is no option %s%s, did you mean --%s?", dashes, typed, near)
}

func longNames(g *flags.Group) []string {
	var names []string
	for _, o := range g.Options() {
		if !o.Hidden {
			names = append(names, o.LongName)
		}
	}
	for _, sub := range g.Groups() {
		names = append(names, longNames(sub)...)
	}
	return names
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
