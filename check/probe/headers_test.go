package probe

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// A shrinking mailbox answers TOP for messages that nobody has deleted. Message n
// arrived n minutes after the first.
type shrinking struct {
	gone    map[int64]bool
	replies bytes.Buffer
	asked   map[int64]int
}

var firstArrival = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)

func (s *shrinking) Read(p []byte) (int, error)        { return s.replies.Read(p) }
func (s *shrinking) ReadWaiting(p []byte) (int, error) { return 0, nil }
func (s *shrinking) Write(p []byte) (int, error) {
	for command := range strings.Lines(string(p)) {
		var number int64
		fmt.Sscanf(command, "TOP %d", &number)
		s.asked[number]++
		if s.gone[number] {
			s.replies.WriteString("-ERR Message was expunged.\r\n")
		} else {
			date := firstArrival.Add(time.Duration(number) * time.Minute)
			fmt.Fprintf(&s.replies, "+OK\r\nDate: %s\r\n\r\n.\r\n", date.Format(time.RFC1123Z))
		}
	}
	return len(p), nil
}

// Whichever messages others delete, the ages are those of the oldest and the newest
// that are left, and nothing is asked for twice.
func TestHeadersOfWhatIsLeft(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		messages := 1 + random.Int64N(12)
		server := &shrinking{gone: map[int64]bool{}, asked: map[int64]int{}}
		for n := int64(1); n <= messages; n++ {
			server.gone[n] = random.IntN(4) > 0
		}
		plan := maildrop.Plan{Headers: true, Scan: 2 + random.Int64N(4)}
		record := newRecorder(report.Target{})
		record.report.Start = firstArrival.Add(time.Hour)
		link := &link{record: record, pop: pop3.New(server, record.line), offer: offer{capabilities: pop3.Capabilities{"TOP", "PIPELINING"}}}
		m := &mailbox{plan: &plan, link: link, record: record, facts: &report.Mailbox{Messages: messages}}
		if random.IntN(2) == 0 {
			link.offer.capabilities = pop3.Capabilities{"TOP"}
		}
		if err := m.top(t.Context()); err != nil {
			t.Fatalf("of %d messages %v are gone: %v", messages, server.gone, err)
		}
		var left []int64
		for n := int64(1); n <= messages; n++ {
			if server.asked[n] > 1 {
				t.Errorf("message %d was asked for %d times", n, server.asked[n])
			}
			if !server.gone[n] {
				left = append(left, n)
			}
		}
		h, want := m.facts.Headers, func(n int64) time.Time { return firstArrival.Add(time.Duration(n) * time.Minute) }
		switch {
		case len(left) == 0 && (h.Oldest != nil || h.Newest != nil || !m.facts.Empty() || len(record.report.Findings) != 1):
			t.Errorf("all %d are gone: %+v, %v", messages, h, record.report.Findings)
		case len(left) > 0 && (!h.Oldest.Equal(want(left[0])) || !h.Newest.Equal(want(left[len(left)-1])) || m.facts.Empty()):
			t.Errorf("%v of %d are left, %d are read: %v, %v", left, messages, plan.Scan, h.Oldest, h.Newest)
		}
	}
}
