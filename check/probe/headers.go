package probe

import (
	"context"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// Headers are those that the phase top reads.
type headers struct {
	*mailbox
	ctx     context.Context
	scan    maildrop.Scan
	reading *maildrop.Reading
	newest  *maildrop.Header // of the last message that was read
	refused []int64          // messages that the server does not show, though STAT counted them
	refusal *pop3.Error      // of the first of them
	blind   bool             // too many are gone to find the oldest and the newest that are left
}

// read reads a header. A message that is refused may have been deleted by another
// session, which replace finds out: more commands may be on their way.
func (h *headers) read(number int64) error {
	header := h.reading.Header()
	err := h.link.pop.Top(number, 0, header.Add)
	if refusal, ok := refusedMessage(err); ok && h.mayBeGone(refusal) {
		if h.refused = append(h.refused, number); h.refusal == nil {
			h.refusal = refusal
		}
		return nil
	}
	if err != nil {
		return err
	}
	h.newest = header
	h.watch.add(number, header, number >= h.scan.First())
	return h.understand(number, header)
}

// mayBeGone reports whether a refusal may be about the message: the server has TOP,
// and does not refuse it altogether.
func (h *headers) mayBeGone(refusal *pop3.Error) bool {
	return saysGone(refusal) || (h.offersTop() || h.newest != nil) && len(h.refused) < maxGone
}

// understand takes what a header says. To match a long pattern may take minutes, so
// it runs beside the deadline; until then nobody else looks at reading.
func (h *headers) understand(number int64, header *maildrop.Header) error {
	return fault.Wait(h.ctx, func() error {
		h.reading.Add(number, header)
		return nil
	})
}

// replace reads the messages next to those that another session has deleted: the
// oldest that is left for the first one, the newest for the last ones.
func (h *headers) replace() error {
	if h.refusal == nil {
		return nil
	}
	if err := h.confirmGone("top", h.refusal, h.refused...); err != nil {
		return err
	}
	last, end := h.scan.Number(0), int64(0) // the first of the last ones; what was read before them, or 0
	if h.scan.Len() > 1 {
		last, end = h.scan.Number(1), h.scan.Number(0)
		if err := h.seek(end, 1, last); err != nil {
			return err
		}
		for end < last && h.gone[end] {
			end++
		}
	}
	for number := last; number <= h.facts.Messages; number++ {
		if !h.gone[number] {
			return nil
		}
	}
	return h.seek(last, -1, end)
}

// seek reads the first message that is not gone, from number on and before end.
func (h *headers) seek(number, step, end int64) error {
	for ; number != end && h.gone[number]; number += step {
		next, refused := number+step, len(h.refused)
		if next == end || h.gone[next] {
			continue
		}
		if h.blind = refused >= maxGone; h.blind {
			return nil
		}
		if err := h.read(next); err != nil {
			return err
		}
		h.markGone("top", h.refused[refused:]...)
	}
	return nil
}

// result returns what the headers say.
func (h *headers) result() *report.Headers {
	r := h.reading.Result()
	if h.blind {
		r.Oldest, r.Newest, r.Transit, r.Authentication = nil, nil, nil, nil
	}
	return r
}

// wrongWithNewest lists what is wrong with the newest message, if that is known.
func (h *headers) wrongWithNewest() []error {
	if h.blind {
		return nil
	}
	return h.reading.Newest()
}
