package options

import (
	"errors"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/fault"
)

// A Command is a command line that was read, and later the files that it names.
type Command struct {
	version  string   // of the program
	args     []string // the program's name first
	files    []string // of --extra-opts: [SECTION][@FILE]
	settings *settings
}

// A Text is the answer to --help and the like. It is an error because what stands
// behind is not looked at.
type Text string

func (t Text) Error() string { return string(t) }

// New returns the command of the command line args, the program's name first,
// before it is read. version is what --version prints.
func New(version string, args []string) *Command {
	return &Command{version: version, args: args, settings: &settings{options: usual()}}
}

// Parse reads the command line, and touches no file. An error is a fault of kind
// usage or a Text; Show then knows the options up to there.
func (c *Command) Parse() (err error) {
	if len(c.args) == 1 {
		return ErrNothing
	}
	os.Unsetenv("GO_FLAGS_COMPLETION") // go-flags would print completions and exit 0 without a check
	out := &c.settings.options.Output
	out.Version, out.Usage, out.Help = prints(c.versionText), prints(everyday), prints(help)
	var words []string
	c.files, words = splitExtraOpts(c.args[1:])
	if c.settings.parser, err = newParser(c.settings.options, words); err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	rest, err := c.settings.parser.ParseArgs(words)
	if err != nil {
		return c.misused(err, words, rest)
	}
	if err := c.settings.misread(words); err != nil {
		return err
	}
	c.settings.addTyped(words)
	if c.settings.get("password") != nil {
		return errPassword
	}
	for _, word := range rest {
		if word != "" { // Nagios passes an empty $ARG1$
			return c.settings.alone(words, word)
		}
	}
	return c.restrict()
}

func (c *Command) versionText() string { return "check_pop3x " + c.version + "\n" }

// ErrNothing is the refusal of a command line without arguments, to which Usage
// belongs.
var ErrNothing = &fault.Error{Kind: fault.Usage, Text: "no host, type -H HOST"}

// prints makes an option that ends the reading with a text.
func prints(text func() string) func() error {
	return func() error { return &flags.Error{Type: flags.ErrHelp, Message: text()} }
}

var errPassword = &fault.Error{
	Kind: fault.Usage,
	Text: "--password is not an option, because everyone on the machine can see arguments: use --password-file FILE or POP3X_PASSWORD",
}

// culprit returns the argument at which go-flags stopped before rest: the first of
// it, or the one in front of "--", which is never a value; "" if there is none.
func culprit(words, rest []string) string {
	n := len(words) - len(rest)
	switch {
	case len(rest) == 0:
		return ""
	case rest[0] == "--" && n > 0:
		return words[n-1]
	}
	return rest[0]
}

// misused words an error of go-flags, which stopped before rest.
func (c *Command) misused(err error, words, rest []string) error {
	wrong, ok := errors.AsType[*flags.Error](err)
	if !ok {
		return err
	}
	if wrong.Type == flags.ErrHelp {
		return Text(wrong.Message)
	}
	if err := c.settings.misread(words); err != nil {
		return err
	}
	typed, _, _ := strings.Cut(culprit(words, rest), "=")
	name := typed
	switch long, ok := strings.CutPrefix(typed, "--"); {
	case long == "password":
		return errPassword
	case !ok && typed != "":
		name = "-" + c.settings.lacking(typed[1:], wrong.Type)
	}
	switch wrong.Type {
	case flags.ErrUnknownFlag:
		return c.settings.unknown(typed)
	case flags.ErrExpectedArgument:
		if _, option := c.settings.find(strings.TrimLeft(name, "-")); option != nil {
			return lacksValue(name, option)
		}
	case flags.ErrNoArgumentForBool:
		return fault.New(fault.Usage, "%s takes no value, type only %[1]s", name)
	}
	return fault.Wrap(fault.Usage, err)
}

// lacking returns which of the letters behind one dash an error of go-flags is
// about: the first that takes a value, which go-flags reads only behind the
// first or the last letter. A flag with a value is the last one.
func (a *settings) lacking(letters string, wrong flags.ErrorType) string {
	for _, letter := range letters {
		if _, option := a.find(string(letter)); wrong == flags.ErrExpectedArgument && option != nil && option.ValueName != "" {
			return string(letter)
		}
	}
	r, _ := utf8.DecodeLastRuneInString(letters)
	return string(r)
}
