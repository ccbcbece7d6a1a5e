package report

import "time"

// A Transit is the way of a message through servers.
type Transit struct {
	Message int64          `json:"message"`
	Time    *time.Duration `json:"seconds"`             // from the first date to the last one; nil if it is not known
	Unknown string         `json:"unknown" null:"zero"` // why it is not known; "" if it is
	Slowest *Leg           `json:"slowest"`             // nil if that is not known
	Hops    []Hop          `json:"hops" null:"zero"`    // in their order; nil if they are too many
}

// A Hop is a server that a message came through, by the field Received that it
// added. What it does not say is zero.
type Hop struct {
	Host     string         `json:"host" null:"zero"`
	From     string         `json:"from" null:"zero"`     // what the server before called itself
	Protocol string         `json:"protocol" null:"zero"` // "ESMTPS"
	TLS      string         `json:"tls" null:"zero"`      // "TLS 1.3"; "TLS" if no version is said
	Time     time.Time      `json:"time" null:"zero"`
	Delay    *time.Duration `json:"delay"`              // since the date before; nil if there is none
	Behind   time.Duration  `json:"behind" null:"zero"` // that of the server before, is its clock at least
}

// A Leg is the way of a message from one server to the next one.
type Leg struct {
	From string        `json:"from" null:"zero"` // "": the sender
	To   string        `json:"to"`
	Time time.Duration `json:"seconds"`
}
