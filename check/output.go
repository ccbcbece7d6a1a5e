package check

// outputOptions say what is shown.
type outputOptions struct {
	Jail    bool   `short:"j" long:"jail" description:"Do not show what the server said"`
	Verbose []bool `short:"v" long:"verbose" description:"More lines: phases and TLS; -vv capabilities, -vvv the dialogue"`
	Version bool   `short:"V" long:"version" description:"Print the version"`
}

// notes tells, for -v, what has no effect.
func (o *options) notes() []string {
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
