package maildrop

// A Scan lists the messages whose headers are read.
type Scan struct {
	messages, count int64
	open            bool // those that are not read may matter, too
}

const (
	fewHeaders  = 2   // those of the first message and the last one
	someHeaders = 32  // what one of them may be among that came lately
	manyHeaders = 256 // what is cheap if commands are pipelined: two windows
)

// NewScan returns the scan of a mailbox with that many messages: the newest one
// if neither ages nor matches are wanted, else the first one and the last ones,
// since servers number messages by arrival. cheap means that many headers cost
// hardly more time than two.
func NewScan(p Plan, messages int64, cheap bool) Scan {
	count := p.Scan
	switch {
	case !p.Reads():
		return Scan{messages: messages, count: 1}
	case p.Scan == All:
		count = messages
	case p.Scan == AsNeeded && len(p.Match)+len(p.Fields) > 0 && cheap:
		count = manyHeaders
	case p.Scan == AsNeeded && len(p.Fields) > 0:
		count = someHeaders
	case p.Scan == AsNeeded:
		count = fewHeaders
	}
	open := p.Scan == AsNeeded && len(p.Match) > 0
	return Scan{messages, min(count, messages), open && count < messages}
}

// Len returns how many messages are read.
func (s Scan) Len() int64 { return s.count }

// Unread returns how many messages are not read although they may match.
func (s Scan) Unread() int64 {
	if s.open {
		return s.messages - s.count
	}
	return 0
}

// First returns the first of the last messages, behind which none is left out.
func (s Scan) First() int64 { return s.Number(min(1, s.count-1)) }

// Number returns the number of the i-th message, counted from 0.
func (s Scan) Number(i int64) int64 {
	if i == 0 && s.count > 1 {
		return 1
	}
	return s.messages - s.count + 1 + i
}
