package maildrop

import "slices"

// A Plan is what to do after STAT.
type Plan struct {
	Steps   []string // phases, by name
	Headers bool     // read headers for ages and matches
	Scan    int64    // how many headers: the first message's and the last ones'; or All, or AsNeeded
	Auth    []string // methods that the newest message has to pass, of Methods
	Trusted string   // the host whose word counts for Auth
	Fields  []string // of many headers, in lower case, that the caller wants; nil: none
	Match   []Match  // what a message has to match to count
	Retr    int64    // the message that the step retr reads; 0: the newest
	RetrMax int64    // octets of it to read at most
}

// How many headers are read if it is no number that says so.
const (
	All      = 0
	AsNeeded = -1 // two for ages, and for matches all if that is cheap
)

// Reads reports whether headers are read.
func (p *Plan) Reads() bool { return p.Headers || len(p.Fields) > 0 }

// Has reports whether a step is in the plan.
func (p *Plan) Has(step string) bool { return slices.Contains(p.Steps, step) }
