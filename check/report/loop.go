package report

import "time"

// A Loop is what became of the mails that runs send to the mailbox: the probes.
type Loop struct {
	First  bool    `json:"first"`                   // no run before this one is known to have sent any
	Out    []Out   `json:"out"`                     // those that nobody has seen since they were sent, the oldest first
	Last   *Came   `json:"last"`                    // of those that arrived, the one that was sent last; nil: none did
	Bounce *Bounce `json:"bounce"`                  // the last one that came back, unless a later one arrived
	Missed string  `json:"missed" null:"zero"`      // why some of Out may have arrived unseen; "" if none has
	Begun  string  `json:"begun_again" null:"zero"` // why what earlier runs knew is lost; "" if it is not

	Found     int64 `json:"found"`     // probes in the mailbox, of the messages whose headers were read
	Copies    int64 `json:"copies"`    // how many of them have the ID of another
	Foreign   int64 `json:"foreign"`   // mails that look like probes, but are none of this mailbox and this state directory
	Deleted   int64 `json:"deleted"`   // old probes that were deleted in this run
	Untouched int64 `json:"untouched"` // old probes that were not deleted as they are not what was sent
}

// An Out is a probe that nobody has seen since it was sent.
type Out struct {
	Sent   time.Time `json:"sent"`
	Missed bool      `json:"missed"` // it may have arrived unseen
}

// A Came is a probe that has arrived.
type Came struct {
	Sent    time.Time      `json:"sent"`
	Arrived time.Time      `json:"arrived" null:"zero"` // by the topmost Received; zero if that tells none
	Time    *time.Duration `json:"seconds"`             // from Sent to Arrived; nil if that is not known
	Slowest *Leg           `json:"slowest"`             // nil if that is not known, or it is no longer in the mailbox
}

// A Bounce is a probe that came back.
type Bounce struct {
	Sent   time.Time `json:"sent"`
	Status string    `json:"status" null:"zero"` // RFC 3463, "5.1.1"
	Said   string    `json:"said" null:"zero"`   // what the server said that refused it
	By     string    `json:"by" null:"zero"`     // which server that is
}
