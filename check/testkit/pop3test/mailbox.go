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

// A Mailbox has messages that are generated when they are read, always the
// same, so that a million of them cost no more than one.
type Mailbox struct {
	Messages int
	Size     int           // octets of each (RFC 1939, section 11); default: as few as possible
	Newest   time.Time     // Date of the last message; default: a fixed one
	Interval time.Duration // between two messages; default: a minute
}

func (b Mailbox) withDefaults() Mailbox {
	if b.Newest.IsZero() {
		b.Newest = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)
	}
	if b.Interval == 0 {
		b.Interval = time.Minute
	}
	b.Size = max(b.Size, b.minSize())
	if b.Size == b.minSize()+1 {
		b.Size++ // a line has at least two octets
	}
	return b
}

// header returns that of message id, counted from 1. Its length does not depend
// on id.
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

// dots begin each body: lines that have to be dot-stuffed (RFC 1939, section
// 3).
var dots = []string{".", "..", ".a line that begins with a dot"}

const filling = "The quick brown fox jumps over the lazy dog, again and again and again."

// minSize returns the size of a message without filling.
func (b Mailbox) minSize() int {
	n := 2 // the blank line
	for _, line := range slices.Concat(b.header(1), dots) {
		n += len(line) + 2
	}
	return n
}

// body yields the lines after the header. With it they have exactly b.Size
// octets.
func (b Mailbox) body() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range dots {
			if !yield(line) {
				return
			}
		}
		for left := b.Size - b.minSize(); left > 0; {
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

// uid returns the unique-id of message id, of 1 to 70 characters (RFC 1939,
// section 7).
func uid(id int) string {
	digits := strconv.Itoa(id)
	return "pop3test-" + "0000000"[:max(0, 7-len(digits))] + digits
}

// write prints message id with n lines of its body, or all if n < 0,
// dot-stuffed.
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

// A maildrop is a mailbox from which messages were deleted, shared by all
// sessions of its user.
type maildrop struct {
	Mailbox
	mu      sync.Mutex
	removed []int // ids, sorted
	locked  bool
}

// lock reports whether a session has the maildrop for itself now.
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

// view returns the maildrop as a session sees it, from login to its end (RFC
// 1939, section 4).
func (m *maildrop) view() *view {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &view{Mailbox: m.Mailbox, removed: slices.Clone(m.removed), deleted: map[int]bool{}}
}

// remove deletes messages, in the UPDATE state (RFC 1939, section 6).
func (m *maildrop) remove(ids []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.removed = append(m.removed, ids...)
	slices.Sort(m.removed)
	m.removed = slices.Compact(m.removed)
}

// A view numbers the messages that existed at login, from 1.
type view struct {
	Mailbox
	removed []int        // ids that had been deleted before login
	deleted map[int]bool // numbers marked by DELE
}

func (v *view) count() int { return v.Messages - len(v.removed) }

// total returns STAT's answer, without the marked messages (RFC 1939, section
// 5).
func (v *view) total() (messages int, octets int64) {
	n := v.count() - len(v.deleted)
	return n, int64(n) * int64(v.Size)
}

// id returns the id of a message: its number and the count of removed messages
// before it.
func (v *view) id(number int) int {
	id := number
	for _, removed := range v.removed {
		if removed <= id {
			id++
		}
	}
	return id
}

// marked returns the ids of the messages to delete.
func (v *view) marked() (ids []int) {
	for number := range v.deleted {
		ids = append(ids, v.id(number))
	}
	return ids
}
