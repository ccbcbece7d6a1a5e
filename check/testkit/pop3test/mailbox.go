package pop3test

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Mailbox has messages that are made when they are asked for: the same ones every time, and a million
// of them as cheap as one.
type Mailbox struct {
	Messages int
	Size     int           // octets of each (RFC 1939, section 11), by default as few as possible
	Newest   time.Time     // Date of the last message; by default a fixed one
	Interval time.Duration // between two messages; by default a minute
}

func (b Mailbox) withDefaults() Mailbox {
	if b.Newest.IsZero() {
		b.Newest = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)
	}
	if b.Interval == 0 {
		b.Interval = time.Minute
	}
	b.Size = max(b.Size, b.smallest())
	if b.Size == b.smallest()+1 {
		b.Size++ // a line has two octets at least
	}
	return b
}

// header is that of message id, counted from 1. Its length does not depend on id.
func (b Mailbox) header(id int) []string {
	date := b.Newest.Add(-time.Duration(b.Messages-id) * b.Interval).UTC()
	return []string{
		"Date: " + date.Format("Mon, 02 Jan 2006 15:04:05 +0000"),
		"From: sender@example.org",
		"To: reader@example.org",
		fmt.Sprintf("Subject: message %07d", id),
		fmt.Sprintf("Message-ID: <%07d@example.org>", id),
	}
}

// opening is how each body begins: with what must be dot-stuffed (RFC 1939, section 3).
var opening = []string{".", "..", ".a line that begins with a dot"}

const filling = "The quick brown fox jumps over the lazy dog, again and again and again."

// smallest is the size of a message without filling.
func (b Mailbox) smallest() int {
	n := 2 // the blank line
	for _, line := range slices.Concat(b.header(1), opening) {
		n += len(line) + 2
	}
	return n
}

// body is the lines behind the header; together with it they have exactly b.Size octets.
func (b Mailbox) body() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range opening {
			if !yield(line) {
				return
			}
		}
		for left := b.Size - b.smallest(); left > 0; {
			n := min(len(filling), left-2)
			if left-n-2 == 1 { // not enough for another line
				n--
			}
			if !yield(filling[:n]) {
				return
			}
			left -= n + 2
		}
	}
}

// uid is the unique-id of message id: 1 to 70 characters (RFC 1939, section 7).
func uid(id int) string {
	digits := strconv.Itoa(id)
	return "pop3test-" + "0000000"[:max(0, 7-len(digits))] + digits
}

// write prints message id with n lines of its body, all for n < 0, dot-stuffed.
func (b Mailbox) write(printLine func(string), id, n int) {
	for _, line := range b.header(id) {
		printLine(line)
	}
	printLine("")
	for line := range b.body() {
		if n == 0 {
			return
		}
		n--
		if strings.HasPrefix(line, ".") {
			line = "." + line
		}
		printLine(line)
	}
}

// maildrop is a mailbox with what was deleted from it, shared by all sessions of its user.
type maildrop struct {
	Mailbox
	mu      sync.Mutex
	removed []int // ids, sorted
	locked  bool
}

// lock gives a session the maildrop for itself, or refuses.
func (m *maildrop) lock() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked {
		return false
	}
	m.locked = true
	return true
}

func (m *maildrop) unlock() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.locked = false
}

// view is the maildrop as a session sees it from login to its end (RFC 1939, section 4).
func (m *maildrop) view() *view {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &view{Mailbox: m.Mailbox, removed: slices.Clone(m.removed), deleted: map[int]bool{}}
}

// remove is the UPDATE state (RFC 1939, section 6).
func (m *maildrop) remove(ids []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.removed = append(m.removed, ids...)
	slices.Sort(m.removed)
	m.removed = slices.Compact(m.removed)
}

// view numbers the messages that were there at login from 1.
type view struct {
	Mailbox
	removed []int        // ids that were gone at login
	deleted map[int]bool // numbers marked by DELE
}

func (v *view) count() int { return v.Messages - len(v.removed) }

// total is STAT's answer: what is marked as deleted does not count (RFC 1939, section 5).
func (v *view) total() (messages int, octets int64) {
	n := v.count() - len(v.deleted)
	return n, int64(n) * int64(v.Size)
}

// id is the message with this number: each removed one before it moves it on by one.
func (v *view) id(number int) int {
	id := number
	for _, gone := range v.removed {
		if gone <= id {
			id++
		}
	}
	return id
}

// marked are the ids of what is marked as deleted.
func (v *view) marked() (ids []int) {
	for number := range v.deleted {
		ids = append(ids, v.id(number))
	}
	return ids
}
