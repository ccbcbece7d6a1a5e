package options

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// Mailbox says what to do after STAT.
type Mailbox struct {
	MessagesWarning  *text `unquote:"false" long:"messages-warning" value-name:"RANGE"`
	MessagesCritical *text `unquote:"false" long:"messages-critical" value-name:"RANGE"`
	SizeWarning      *text `unquote:"false" long:"size-warning" value-name:"RANGE"`
	SizeCritical     *text `unquote:"false" long:"size-critical" value-name:"RANGE"`
	OldestWarning    *text `unquote:"false" long:"oldest-warning" value-name:"RANGE"`
	OldestCritical   *text `unquote:"false" long:"oldest-critical" value-name:"RANGE"`
	NewestWarning    *text `unquote:"false" long:"newest-warning" value-name:"RANGE"`
	NewestCritical   *text `unquote:"false" long:"newest-critical" value-name:"RANGE" everyday:"yes"`
	TransitWarning   *text `unquote:"false" long:"transit-warning" value-name:"RANGE"`
	TransitCritical  *text `unquote:"false" long:"transit-critical" value-name:"RANGE"`
	AuthservID       text  `unquote:"false" long:"authserv-id" value-name:"NAME" needs:"require-auth"`
	RequireAuth      texts `unquote:"false" long:"require-auth" value-name:"METHODS" needs:"authserv-id"`
	Match            texts `unquote:"false" long:"match" value-name:"HEADER=REGEXP"`
	AgeScan          text  `unquote:"false" long:"age-scan" value-name:"N"`
	Steps            texts `unquote:"false" long:"steps" value-name:"LIST"`
	Retr             text  `unquote:"false" long:"retr" value-name:"N" needs:"step retr"`
	RetrMax          text  `unquote:"false" long:"retr-max" value-name:"SIZE" needs:"step retr"`
}

// plan returns what to read. A limit on ages needs headers.
func (o Mailbox) plan() (p maildrop.Plan, err error) {
	if p.Steps, err = o.steps(); err != nil {
		return p, err
	}
	err = each("match", o.Match, func(typed string) error {
		m, err := maildrop.ParseMatch(typed)
		if err != nil {
			return refuse("match", "%v, type for example 'Subject=^Backup .* ok'", err)
		}
		p.Match = append(p.Match, m)
		return nil
	})
	if err != nil {
		return p, err
	}
	if p.Scan, err = o.scan(); err != nil {
		return p, err
	}
	ages := []*text{o.OldestWarning, o.OldestCritical, o.NewestWarning, o.NewestCritical, o.TransitWarning, o.TransitCritical}
	if p.Auth, err = o.methods(); err != nil {
		return p, err
	}
	p.Trusted = strings.TrimSpace(string(o.AuthservID))
	if strings.ContainsFunc(p.Trusted, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == ';' }) {
		return p, refuse("authserv-id", "%q is not a server's name, type for example mx.example.org", string(o.AuthservID))
	}
	p.Headers = len(p.Match) > 0 || len(p.Auth) > 0 || o.AgeScan != "" || slices.ContainsFunc(ages, func(t *text) bool { return t != nil })
	if p.Retr, err = o.message(); err != nil {
		return p, err
	}
	p.RetrMax, err = o.octets()
	return p, err
}

// has reports whether a step is asked for.
func (o Mailbox) has(step string) bool {
	steps, _ := o.steps()
	return slices.Contains(steps, step)
}

// steps reads lists of names, in which "all" stands for some.
func (o Mailbox) steps() (steps []string, err error) {
	names, all := probe.Steps()
	return steps, each("steps", o.Steps, func(list string) error {
		for word := range strings.SplitSeq(list, ",") {
			switch word = strings.TrimSpace(word); {
			case word == "all":
				steps = append(steps, all...)
			case slices.Contains(names, word):
				steps = append(steps, word)
			default:
				return refuse("steps", "%q is not a step, type some of %s", word, stepWords())
			}
		}
		return nil
	})
}

// methods reads which methods of authentication the newest message has to pass.
func (o Mailbox) methods() (methods []string, err error) {
	all := maildrop.Methods()
	return methods, each("require-auth", o.RequireAuth, func(list string) error {
		for word := range strings.SplitSeq(list, ",") {
			word = strings.ToLower(strings.TrimSpace(word))
			switch {
			case !slices.Contains(all, word):
				return refuse("require-auth", "%q is not a method, type some of %s", word, strings.Join(all, ","))
			case !slices.Contains(methods, word):
				methods = append(methods, word)
			}
		}
		return nil
	})
}

// scan reads how many headers are to be read: the first one and the last ones.
func (o Mailbox) scan() (int64, error) {
	const least = 2
	switch typed := strings.TrimSpace(string(o.AgeScan)); typed {
	case "":
		return maildrop.AsNeeded, nil
	case "all":
		return maildrop.All, nil
	default:
		n, err := strconv.ParseInt(typed, 10, 32)
		if err != nil || n < least {
			return 0, refuse("age-scan", "%q is not a number of messages, type 2 or more, or all", typed)
		}
		return n, nil
	}
}

// message reads which message the step retr is to read; 0 is the newest.
func (o Mailbox) message() (int64, error) {
	if o.Retr == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(o.Retr)), 10, 64)
	if err != nil || n < 1 {
		return 0, refuse("retr", "%q is not the number of a message, type 1 or more", o.Retr)
	}
	return n, nil
}

// octets reads how much of a message the step retr reads at most.
func (o Mailbox) octets() (int64, error) {
	if o.RetrMax == "" {
		return 10 << 20, nil
	}
	n, err := verdict.ParseOctets(string(o.RetrMax), pop3.MaxRetr)
	if err != nil {
		return 0, refuse("retr-max", "%v, type for example 10MiB", err)
	}
	return n, nil
}
