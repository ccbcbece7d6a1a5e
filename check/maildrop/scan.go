package maildrop

// A Scan lists the messages whose headers are read.
type Scan struct{ messages, count int64 }

// NewScan returns the scan of a mailbox with that many messages: the newest one
// if neither ages nor matches are wanted, else the first one and the last ones,
// since servers number messages by arrival.
func NewScan(p Plan, messages int64) Scan {
	switch {
	case !p.Headers:
		return Scan{messages, 1}
	case p.Scan == 0 || p.Scan > messages:
		return Scan{messages, messages}
	}
	return Scan{messages, p.Scan}
}

// Len returns how many messages are read.
func (s Scan) Len() int64 { return s.count }

// Number returns the number of the i-th message, counted from 0.
func (s Scan) Number(i int64) int64 {
	if i == 0 && s.count > 1 {
		return 1
	}
	return s.messages - s.count + 1 + i
}
