package credential

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// prefix is how many octets of a part the filter looks at.
const prefix = 4

// parts are octets of secrets, by their length.
type parts struct {
	short    []string // of less than prefix octets
	sets     []partSet
	shortest int      // the length of the shortest in sets
	filter   []uint64 // bits of the prefix of each; nil until it is needed
}

// A partSet has parts of one length.
type partSet struct {
	length int
	has    map[string]struct{}
}

func (p *parts) empty() bool { return len(p.short)+len(p.sets) == 0 }

// add adds the parts of a form that have that length.
func (p *parts) add(form string, length int) {
	if length < prefix {
		p.short = append(p.short, form)
		return
	}
	step := 1
	if length == maxPart { // a part that long contains one of these, wherever it begins
		length, step = maxPart/2, maxPart/2
	}
	if len(p.sets) == 0 || length < p.shortest {
		p.shortest = length
	}
	set := p.set(length)
	for i := 0; i+length <= len(form); i += step {
		set[form[i:i+length]] = struct{}{}
	}
	p.filter = nil
}

// set returns the set of parts of that length.
func (p *parts) set(length int) map[string]struct{} {
	for _, s := range p.sets {
		if s.length == length {
			return s.has
		}
	}
	p.sets = append(p.sets, partSet{length, map[string]struct{}{}})
	return p.sets[len(p.sets)-1].has
}

// in reports whether a part is in text. Those of less than prefix octets count if
// short is true.
func (p *parts) in(text string, short bool) bool {
	for _, s := range p.short {
		if short && strings.Contains(text, s) {
			return true
		}
	}
	if p.filter == nil {
		p.fill()
	}
	for i := 0; i+prefix <= len(text); i++ {
		if word, bit := p.place(text[i:]); p.filter[word]&bit == 0 {
			continue
		}
		for _, s := range p.sets {
			if i+s.length > len(text) {
				continue
			}
			if _, found := s.has[text[i:i+s.length]]; found {
				return true
			}
		}
	}
	return false
}

// fill makes a filter with at least eight bits for each part.
func (p *parts) fill() {
	n := 0
	for _, s := range p.sets {
		n += len(s.has)
	}
	p.filter = make([]uint64, 1<<bits.Len(uint(n)/8))
	for _, s := range p.sets {
		for part := range s.has {
			word, bit := p.place(part)
			p.filter[word] |= bit
		}
	}
}

// place returns which bit of the filter stands for a prefix.
func (p *parts) place(octets string) (word int, bit uint64) {
	hash := binary.LittleEndian.Uint32([]byte(octets[:prefix])) * 0x9e3779b1 // 2^32 divided by the golden ratio
	return int(hash>>6) >> 6 & (len(p.filter) - 1), 1 << (hash >> 26)
}
