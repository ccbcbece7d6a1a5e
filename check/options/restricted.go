package options

import (
	"os"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// restrictedVariable has all of the command line treated as if it stood behind
// --restricted.
const restrictedVariable = "POP3X_RESTRICTED"

// restrict refuses options that only the administrator may give, behind
// --restricted. NRPE, sudo and the like append there what somebody else wrote.
func (c *Command) restrict() error {
	behind, where := c.args[1:], "with "+restrictedVariable
	if os.Getenv(restrictedVariable) == "" {
		first := slices.Index(behind, "--restricted")
		switch {
		case first < 0:
			return nil
		case c.settings.get("restricted") == nil:
			return fault.New(fault.Usage, "--restricted stands where a value belongs, type it in front of an option")
		}
		behind, where = behind[first+1:], "behind --restricted"
	}
	files, words := splitExtraOpts(behind)
	for _, spec := range files { // a section of the usual file is allowed
		if strings.Contains(spec, "@") {
			return notAllowed("--extra-opts", where, "names a file")
		}
	}
	a := &settings{options: usual()}
	var err error
	if a.parser, err = newParser(a.options, words); err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	if _, err := a.parser.ParseArgs(words); err != nil {
		return fault.Wrap(fault.Usage, err)
	}
	a.addTyped(words)
	for _, s := range a.given {
		if does := s.tag("restricted"); does != "" {
			return notAllowed(s.name(), where, does)
		}
	}
	return nil
}

func notAllowed(option, where, does string) error {
	return fault.New(fault.Usage, "%s is not allowed %s, because it %s", option, where, does)
}
