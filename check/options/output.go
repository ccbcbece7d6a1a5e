package options

import (
	"cmp"
	"path/filepath"
	"strings"

	"check_pop3x/check/files"
	"check_pop3x/check/render"
	"check_pop3x/check/verdict"
)

// Output says what is shown.
type Output struct {
	Format  text `unquote:"false" long:"format" value-name:"FORMAT"`
	Name    text `unquote:"false" long:"name" value-name:"NAME"`
	Output  text `unquote:"false" long:"output" value-name:"FILE" dash:"yes" restricted:"names a file"`
	QuietOK bool `long:"quiet-ok"`

	NotifyChanges bool `long:"notify-changes" needs:"the line" excludes:"quiet-ok" by-hand:"yes" restricted:"hides faults that last"`
	Remind        text `unquote:"false" long:"remind" value-name:"DURATION" needs:"notify-changes" by-hand:"yes"`

	Jail    bool         `short:"j" long:"jail"`
	Verbose []bool       `short:"v" long:"verbose" everyday:"yes"`
	Version func() error `short:"V" long:"version" line-only:"yes" by-hand:"yes"`
	Usage   func() error `short:"h" long:"usage" line-only:"yes" by-hand:"yes"`
	Help    func() error `long:"help" line-only:"yes" by-hand:"yes"`
}

// A Show says how a result is judged and shown.
type Show struct {
	Limits verdict.Limits
	Host   string // for a result without a check
	Format render.Format
	Line   render.Format // of what goes to standard output
	File   string        // for the result in Format; "" without --output
	Quiet  bool          // nothing is printed if the state is OK

	Changes *Changes // only what is new is printed; nil: all is

	render.Options
}

// Show returns what is known before a check is planned, also of a command line
// that cannot be read as a whole.
func (c *Command) Show() Show {
	o := c.settings.options
	s := Show{Host: strings.TrimSpace(string(cmp.Or(o.Server.Hostname, o.Server.SRV))), File: string(o.Output.Output), Quiet: o.Output.QuietOK}
	s.Options = render.Options{
		Verbose: len(o.Output.Verbose), Jail: o.Output.Jail,
		Name: o.Output.name(), Version: c.version, Notes: c.settings.notes,
	}
	s.Format, _ = render.Find("nagios")
	for _, name := range []string{o.Output.Format.lower(), c.typed("--format")} {
		if f, ok := render.Find(name); ok {
			s.Format = f
		}
	}
	s.Line = s.Format
	if s.File != "" || c.typed("--output") != "" {
		s.Line, _ = render.Find("nagios")
	}
	return s
}

// name is what the check is called: two checks of one mailbox differ by their
// files.
func (o Output) name() string {
	if o.Name == "" && o.Output != "" {
		file := filepath.Base(string(o.Output))
		return strings.TrimSuffix(file, filepath.Ext(file))
	}
	return string(o.Name)
}

// check returns an error, before anything is sent, if the file cannot be
// replaced, or if node_exporter would ignore it or misread it.
func (o Output) check() error {
	file, prom := string(o.Output), strings.HasSuffix(string(o.Output), ".prom")
	switch prometheus := o.Format.lower() == "prometheus"; {
	case file == "":
		return nil
	case file == "-":
		return refuse("output", "standard output is where the result goes without it, leave it out")
	case prometheus && !prom:
		return refuse("output", "node_exporter only reads files whose name ends in .prom, type %s.prom", file)
	case prom && !prometheus:
		return refuse("output", "node_exporter would read %s, which is for --format prometheus: type another name", file)
	}
	if err := files.Replaceable(file); err != nil {
		return refuse("output", "%v", err)
	}
	return nil
}

// typed returns the last value of a long option, on a command line that may be
// wrong.
func (c *Command) typed(option string) (value string) {
	for i, arg := range c.args {
		switch name, behind, both := strings.Cut(arg, "="); {
		case arg == "--":
			return value
		case name == option && both:
			value = behind
		case name == option && i+1 < len(c.args):
			value = c.args[i+1]
		}
	}
	return value
}
