package options

import (
	"slices"
	"strconv"
	"strings"

	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/probe"
	"check_pop3x/check/verdict"
)

// mailboxOptions say what to do behind STAT.
type mailboxOptions struct {
	MessagesWarning  texts `unquote:"false" long:"messages-warning" value-name:"RANGE" description:"Warn when the number of messages is outside of RANGE; with --match of those that match"`
	MessagesCritical texts `unquote:"false" long:"messages-critical" value-name:"RANGE" description:"Critical when the number of messages is outside of RANGE"`
	SizeWarning      texts `unquote:"false" long:"size-warning" value-name:"RANGE" description:"Warn when the size of the mailbox is outside of RANGE: 500MB, 10MiB"`
	SizeCritical     texts `unquote:"false" long:"size-critical" value-name:"RANGE" description:"Critical when the size of the mailbox is outside of RANGE"`
	OldestWarning    texts `unquote:"false" long:"oldest-warning" value-name:"RANGE" description:"Warn when the age of the oldest message is outside of RANGE: 90s, 36h, 3d, 2w"`
	OldestCritical   texts `unquote:"false" long:"oldest-critical" value-name:"RANGE" description:"Critical when the age of the oldest message is outside of RANGE"`
	NewestWarning    texts `unquote:"false" long:"newest-warning" value-name:"RANGE" description:"Warn when the age of the newest message is outside of RANGE"`
	NewestCritical   texts `unquote:"false" long:"newest-critical" value-name:"RANGE" description:"Critical when the age of the newest message is outside of RANGE"`
	Match            texts `unquote:"false" long:"match" value-name:"HEADER=REGEXP" description:"Of the messages whose headers are read, let those count that match; may be repeated, all must match"`
	AgeScan          text  `unquote:"false" long:"age-scan" value-name:"N" description:"Read the headers of N messages, the first and the last ones, or of all; default 2"`
	Steps            texts `unquote:"false" long:"steps" value-name:"LIST" description:"More commands after STAT, each a phase of its own: list,uidl,top,retr,noop,reset; all means list,uidl,top,noop"`
	Retr             text  `unquote:"false" long:"retr" value-name:"N" description:"Message for the step retr; default the newest"`
	RetrMax          text  `unquote:"false" long:"retr-max" value-name:"SIZE" description:"Octets to read at most in the step retr; default 10MiB"`
}

// mailbox says what to do behind STAT, and by which limits. Whoever asks for a
// limit on ages has headers read.
func (p *Planner) mailbox() {
	p.steps()
	p.matches()
	p.scan()
	p.message()
	p.mailboxLimits()
	if p.Limits.Metrics["oldest_age"] != (verdict.Limit{}) || p.Limits.Metrics["newest_age"] != (verdict.Limit{}) {
		p.Plan.Mailbox.Headers = true
	}
	if !p.Plan.LogsIn() && p.O.Mailbox.given() {
		p.refuse("the options of the mailbox need a login, type -u NAME")
	}
}

// given says whether any of the options has a value.
func (m *mailboxOptions) given() bool {
	return len(m.Steps)+len(m.MessagesWarning)+len(m.MessagesCritical)+len(m.SizeWarning)+len(m.SizeCritical)+
		len(m.OldestWarning)+len(m.OldestCritical)+len(m.NewestWarning)+len(m.NewestCritical)+len(m.Match) > 0 ||
		m.AgeScan != "" || m.Retr != "" || m.RetrMax != ""
}

// steps reads lists of names, in which "all" stands for some.
func (p *Planner) steps() {
	names, all := probe.Steps()
	for _, list := range p.O.Mailbox.Steps {
		for _, word := range strings.Split(list, ",") {
			switch word = strings.TrimSpace(word); {
			case word == "all":
				p.Plan.Mailbox.Steps = append(p.Plan.Mailbox.Steps, all...)
			case slices.Contains(names, word):
				p.Plan.Mailbox.Steps = append(p.Plan.Mailbox.Steps, word)
			default:
				p.refuse("--steps: %q is not a step, type some of %s, or all (which is %s)", word, strings.Join(names, ","), strings.Join(all, ","))
			}
		}
	}
}

// matches reads HEADER=REGEXP.
func (p *Planner) matches() {
	for _, one := range p.O.Mailbox.Match {
		m, err := maildrop.ParseMatch(one)
		if err != nil {
			p.refuse("--match: %v, type for example 'Subject=^Backup .* ok'", err)
			return
		}
		p.Plan.Mailbox.Match = append(p.Plan.Mailbox.Match, m)
		p.Plan.Mailbox.Headers = true
	}
}

// scan reads how many headers are to be read: the first one and the last ones.
func (p *Planner) scan() {
	const usual = 2
	typed := strings.TrimSpace(string(p.O.Mailbox.AgeScan))
	p.Plan.Mailbox.Scan = usual
	switch n, err := strconv.ParseInt(typed, 10, 32); {
	case typed == "":
		return
	case typed == "all":
		p.Plan.Mailbox.Scan = 0
	case err != nil || n < usual:
		p.refuse("--age-scan: %q is not a number of messages, type 2 or more, or all", typed)
	default:
		p.Plan.Mailbox.Scan = n
	}
	p.Plan.Mailbox.Headers = true
}

// message reads what the step retr is to read.
func (p *Planner) message() {
	m := p.O.Mailbox
	p.Plan.Mailbox.RetrMax = 10 << 20
	if (m.Retr != "" || m.RetrMax != "") && !slices.Contains(p.Plan.Mailbox.Steps, "retr") {
		p.refuse("--retr and --retr-max need the step, type --steps retr")
	}
	if m.Retr != "" {
		n, err := strconv.ParseInt(strings.TrimSpace(string(m.Retr)), 10, 64)
		if err != nil || n < 1 {
			p.refuse("--retr: %q is not the number of a message, type 1 or more", m.Retr)
		}
		p.Plan.Mailbox.Retr = n
	}
	if m.RetrMax != "" {
		n, err := verdict.ParseOctets(string(m.RetrMax), pop3.MaxRetr)
		if err != nil {
			p.refuse("--retr-max: %v, type for example 10MiB", err)
		}
		p.Plan.Mailbox.RetrMax = n
	}
}

// mailboxLimits reads the ranges. Where something is to match, those on messages
// speak of the ones that do.
func (p *Planner) mailboxLimits() {
	m := p.O.Mailbox
	messages := "messages"
	if len(m.Match) > 0 {
		messages = "matches"
	}
	for _, row := range []struct {
		option, metric string
		unit           verdict.Unit
		warning        texts
		critical       texts
	}{
		{"--messages", messages, verdict.Count, m.MessagesWarning, m.MessagesCritical},
		{"--size", "size", verdict.Bytes, m.SizeWarning, m.SizeCritical},
		{"--oldest", "oldest_age", verdict.Age, m.OldestWarning, m.OldestCritical},
		{"--newest", "newest_age", verdict.Age, m.NewestWarning, m.NewestCritical},
	} {
		for _, typed := range row.warning {
			p.bounds(row.option+"-warning", row.metric, typed, row.unit, setWarning)
		}
		for _, typed := range row.critical {
			p.bounds(row.option+"-critical", row.metric, typed, row.unit, setCritical)
		}
	}
}
