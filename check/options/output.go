package options

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"check_pop3x/check/files"
	"check_pop3x/check/render"
)

// outputOptions say what is shown.
type outputOptions struct {
	Format  text   `unquote:"false" long:"format" value-name:"FORMAT" default:"nagios" description:"Format of the result: nagios, json, prometheus, checkmk"`
	Name    text   `unquote:"false" long:"name" value-name:"NAME" description:"Name of the check where the format has one; default POP3 HOST"`
	Output  text   `unquote:"false" long:"output" value-name:"FILE" description:"Put the result in that format into FILE, which is replaced at once, and print the usual line"`
	QuietOK bool   `long:"quiet-ok" description:"Print nothing when the state is OK, for cron"`
	Jail    bool   `short:"j" long:"jail" description:"Do not show what the server said"`
	Verbose []bool `short:"v" long:"verbose" description:"More lines: phases, addresses and TLS; -vv capabilities, -vvv the dialogue without secrets"`
	Version bool   `short:"V" long:"version" by-hand:"yes" description:"Print the version"`
}

// output checks how and where the result is to be written.
func (p *Planner) output() {
	o := p.O.Output
	if !slices.Contains(render.Names(), string(o.Format)) {
		p.refuse("--format: %q is not a format, type one of %s", o.Format, strings.Join(render.Names(), ", "))
	}
	if o.Output == "" || p.err != nil {
		return
	}
	if err := checkOutput(string(o.Output), o.Format == "prometheus"); err != nil {
		p.refuse("--output: %v", err)
	}
}

// checkOutput returns an error, before anything is sent, if the file cannot be
// replaced, or if node_exporter would ignore it or misread it.
func checkOutput(file string, prometheus bool) error {
	prom := strings.HasSuffix(file, ".prom")
	switch {
	case file == "-":
		return errors.New("standard output is where the result goes without it, leave it out")
	case prometheus && !prom:
		return fmt.Errorf("node_exporter reads no file but those whose name ends in .prom, type %s.prom", file)
	case prom && !prometheus:
		return fmt.Errorf("node_exporter would read %s, which is for --format prometheus: type another name", file)
	}
	return files.Replaceable(file)
}

// notes tells, for -v, what has no effect.
func (o *Options) notes() []string {
	var notes []string
	c := o.Compatible
	for _, n := range []struct {
		given  bool
		option string
	}{{c.Delay != "", "--delay"}, {c.MaxBytes != "", "--maxbytes"}, {c.All, "--all"}, {c.Escape, "--escape"}} {
		if n.given {
			notes = append(notes, n.option+" has no effect in check_pop3x")
		}
	}
	return notes
}
