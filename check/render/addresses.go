package render

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A check of each address of a name is told as one of the name, with the address in
// front of what was found there.

// of is the page of the address of a finding. Without one it is the whole.
func (p page) of(f verdict.Finding) page {
	for i, part := range p.Parts {
		if part.Report.Address == f.Address {
			return p.part(i)
		}
	}
	return p
}

// part is the page of an address, where what is told is what matters to the whole.
func (p page) part(i int) page {
	one := page{p.Parts[i], p.Options}
	one.Status = p.Status
	return one
}

// A clause is something to say of some addresses; without any, of all.
type clause struct {
	text  string
	words string // of the server: how the clause goes on
	at    []string
}

// add adds what is to be said of an address. What was said already of another one is
// said of both, even if their servers have other words for it.
func add(all []clause, c clause, address string) []clause {
	if address == "" {
		return append(all, c)
	}
	known := slices.IndexFunc(all, func(other clause) bool { return other.text == c.text && other.at != nil })
	if known < 0 {
		c.at = []string{address}
		return append(all, c)
	}
	k := &all[known]
	k.at = append(k.at, address)
	if k.words != c.words {
		k.words = strings.Replace(k.words, "the server said", "one said", 1)
	}
	return all
}

// clauseOf is a finding as a clause.
func (p page) clauseOf(f verdict.Finding, hints bool) clause {
	silent, bare := f, *f.Fault
	silent.Fault, bare.Said = &bare, ""
	whole, text := p.sentence(f, hints, fault.InLine), p.sentence(silent, hints, fault.InLine)
	if words, found := strings.CutPrefix(whole, text); found {
		return clause{text: text, words: words}
	}
	return clause{text: whole}
}

// addressed puts the addresses in front of a clause.
func (p page) addressed(c clause) string {
	text := c.text + c.words
	switch {
	case c.at == nil:
		return text
	case len(c.at) == len(p.Parts) && len(c.at) == 2:
		return "both addresses: " + text
	case len(c.at) == len(p.Parts) && len(c.at) > 2:
		return fmt.Sprintf("all %d addresses: %s", len(c.at), text)
	}
	return fault.JoinFirst(each(c.at, p.called)) + ": " + text
}

// called is an address as the line names it: without its port, and with its name if
// not all have the same.
func (p page) called(address string) string {
	short := withoutPort(address)
	if name := p.of(verdict.Finding{Address: address}).Report.Host; name != p.Report.Host && name != short {
		return fault.Shorten(name, maxName) + " (" + short + ")"
	}
	return short
}

func withoutPort(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// limitsByAddress tells the limits that are exceeded at each address.
func (p page) limitsByAddress() []string {
	var all []clause
	for i, part := range p.Parts {
		if told := p.part(i).limits(); told != nil {
			all = add(all, clause{text: strings.Join(told, "; ")}, part.Report.Address)
		}
	}
	return each(all, p.addressed)
}

// countOK says how many of the addresses are as they should be.
func (p page) countOK() []string {
	if p.Parts == nil {
		return nil
	}
	if len(p.Parts) == 1 {
		return []string{fmt.Sprintf("%d of 1 address OK", p.areOK())}
	}
	return []string{fmt.Sprintf("%d of %d addresses OK", p.areOK(), len(p.Parts))}
}

func (p page) areOK() (n int) {
	for _, part := range p.Parts {
		if part.Status == verdict.OK {
			n++
		}
	}
	return n
}

// addressTable is a line for each address: its state, how long it took, and why it
// is not as it should be.
func (p page) addressTable() []string {
	var all []string
	for i, part := range p.Parts {
		line := ""
		if name := part.Report.Host; name != p.Report.Host {
			line = fault.Shorten(name, maxName) + "  "
		}
		line += fmt.Sprintf("%s  %s", part.Report.Address, part.Status)
		if part.Report.Time != nil {
			line += ", " + fault.Duration(*part.Report.Time)
		}
		if worst := part.Worst(); len(worst) > 0 && part.Status != verdict.OK {
			line += ": " + p.part(i).finding(worst[0])
		}
		all = append(all, line)
	}
	for _, one := range p.Report.LeftOut {
		all = append(all, one.Address+"  left out: "+one.Why)
	}
	return all
}

// finding is a finding in a table: where it was made, and what it is.
func (p page) finding(f verdict.Finding) string {
	if f.Phase == "" || f.Metric != nil {
		return p.jsonFinding(f).Text
	}
	return f.Phase + ": " + p.jsonFinding(f).Text
}

// poolForUsers is forUsers for a check of which not each address works.
func (p page) poolForUsers() string {
	broken := slices.IndexFunc(p.Parts, func(part verdict.Verdict) bool { return !part.Report.Complete })
	works := 0
	for _, part := range p.Parts {
		if part.Report.Complete {
			works++
		}
	}
	words := page{p.Parts[broken], p.Options}.forUsers()
	if len(p.Parts) == 1 {
		return words
	}
	return fmt.Sprintf("%d of %d addresses work. %s: %s", works, len(p.Parts), p.called(p.Parts[broken].Report.Address), words)
}

// poolChecklist is the checklist of the first address that does not work: of
// several at once it would be none that there is.
func poolChecklist(addresses []*report.Report) []part {
	broken := slices.IndexFunc(addresses, func(r *report.Report) bool { return !r.Complete })
	return checklist(addresses[max(broken, 0)])
}

// byAddress are the samples of each address that had a session of its own.
func (p page) byAddress(samples func(verdict.Verdict) []sample) (all []sample) {
	for _, part := range p.Parts {
		for _, s := range samples(part) {
			all = append(all, sample{append([]string{"address", part.Report.Address}, s.labels...), s.value})
		}
	}
	return all
}
