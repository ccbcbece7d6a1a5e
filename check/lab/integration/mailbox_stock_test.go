//go:build integration

// The stock: mailboxes of exactly known content, whose messages came in a known time before the tests began.

package integration

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// stocked is when the tests began. Whole seconds, as dates in mail have no others.
var stocked = time.Now().Truncate(time.Second)

const day = 24 * time.Hour

// Five messages from three days to ten minutes old, with and without Received.
var (
	fresh     = account{"fresh", "five in a row", freshMail()}
	freshAges = []time.Duration{3*day + 20*time.Minute, 2*day + 20*time.Minute, 25 * time.Hour, 5*time.Hour + 20*time.Minute, 10 * time.Minute}
)

func freshMail() []string {
	return []string{
		// The topmost Received counts, neither the one below it nor Date.
		received(freshAges[0], "") + received(9*day, "") + date(10*day) + letter(1, "Backup monday ok"),
		date(freshAges[1]) + letter(2, "Backup tuesday failed"),
		"Received: from relay.pop3.test (relay.pop3.test [192.0.2.1]; as it says)\n\tby pop3.test with ESMTP id 3;\n\t" +
			stamp(freshAges[2], "CEST", 2*time.Hour) + " (CEST)\n" + letter(3, "=?utf-8?q?Backup_mittwoch_=C3=BC?= ok"),
		date(freshAges[3]) + letter(4, "something else"),
		received(freshAges[4], "EST") + "Date: yesterday\n" + letter(5, "Backup friday ok"),
	}
}

// So many messages that an index is needed: one each 13 seconds, the last one 13 seconds ago, each hundredth a report.
const (
	crowdMessages = 20_000
	crowdStep     = 13 * time.Second
	crowdReport   = 100
)

var crowd = sync.OnceValue(func() account {
	mail := make([]string, crowdMessages)
	for i := range mail {
		subject := "chatter"
		if (i+1)%crowdReport == 0 {
			subject = "report"
		}
		mail[i] = received(crowdAge(i+1), "") + letter(i+1, fmt.Sprintf("%-7s %05d", subject, i+1))
	}
	return account{"crowd", "twenty thousand", mail}
})

// crowdAge is how old the message of that number is.
func crowdAge(number int) time.Duration {
	return time.Duration(crowdMessages+1-number) * crowdStep
}

// What is hard to hand on.
const (
	dotted = iota + 1
	unended
	huge
	chinese
	folded
)

var odd = account{"odd", "square pegs", []string{
	dotted:  date(time.Hour) + letter(1, "dots") + ".\n..\n...\n.x\n\n.\nx.\n. \n",
	unended: date(time.Hour) + letter(2, "no end") + "the last line has none",
	huge:    hugeMessage(),
	chinese: date(time.Hour) + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n" +
		letter(4, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte("备份完成 ✓ gut"))+"?=") + "备份完成 ✓\nüßé\n",
	folded: date(time.Hour) + letter(5, "=?iso-8859-1?Q?R=FCckgabe?=\n =?utf-8?Q?_erledigt_=E2=82=AC?= nr\n 7"),
}[1:]}

const hugeOctets = 5 << 20

func hugeMessage() string {
	text := date(time.Hour) + letter(3, "large")
	line := strings.Repeat("z", 76) + "\n"
	text += strings.Repeat(line, (hugeOctets-size(text))/size(line)-1)
	return text + strings.Repeat("e", hugeOctets-size(text)-2) + "\n"
}

// Dates that are not to be trusted, between ones that are.
var undated = account{"undated", "no time like now", []string{
	date(day) + letter(1, "fine"),
	received(-time.Hour, "") + letter(2, "ahead"),
	"Date: the day before\n" + letter(3, "broken"),
	date(time.Hour) + letter(4, "fine"),
	letter(5, "bare"),
	received(-4*time.Minute, "") + letter(6, "clocks differ"),
}}

var empty = account{"empty", "nothing to see", nil}

// stock is all of them.
func stock() []account { return []account{fresh, odd, undated, empty, crowd()} }

// startStocked starts a server whose mail has been read, and visits each mailbox alone: Courier renames a message when it
// finds it and when it is fetched, and tells other sessions that it is gone.
func startStocked(start func(variant) (*server, error)) (*server, error) {
	s, err := start(variant{users: stock()})
	if err != nil {
		return nil, err
	}
	for _, user := range stock() {
		if err := errors.Join(s.markRead(user), s.visit(user)); err != nil {
			defer s.Stop()
			return nil, fmt.Errorf("%s, mail of %s: %w; its log:\n%s", s.name, user.name, err, s.Tail())
		}
	}
	return s, nil
}

// markRead marks the messages in the Maildir of the user, if there is one, as fetched.
func (s *server) markRead(user account) (err error) {
	for _, maildir := range []string{"", "Maildir"} {
		maildir = filepath.Join(s.Dir, "mail", user.name, maildir)
		names, _ := filepath.Glob(filepath.Join(maildir, "new", "*"))
		for _, name := range names {
			err = errors.Join(err, os.Rename(name, filepath.Join(maildir, "cur", filepath.Base(name)+":2,S")))
		}
	}
	return err
}

// visit is a session that looks at the mailbox.
func (s *server) visit(user account) error {
	conn, err := net.Dial("tcp", s.port(inPlain))
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(debian.StartTimeout))
	in := bufio.NewReader(conn)
	for _, command := range []string{"USER " + user.name, "PASS " + user.password, "STAT", "QUIT", ""} {
		line, err := in.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "+OK") {
			return errors.Join(err, fmt.Errorf("%q before %q", line, command))
		}
		fmt.Fprintf(conn, "%s\r\n", command)
	}
	return nil
}

// letter is the rest of a header and a short body. Its Message-ID has the number.
func letter(number int, subject string) string {
	return fmt.Sprintf("From: sender@pop3.test\nTo: %s\nSubject: %s\nMessage-ID: <%d@pop3.test>\n\nbody\n", "user@pop3.test", subject, number)
}

func date(age time.Duration) string { return "Date: " + stamp(age, "GMT", 0) + "\n" }

// received is a field as a server writes it; zone is "" for a numeric one.
func received(age time.Duration, zone string) string {
	when := stamp(age, "IST", 5*time.Hour+30*time.Minute)
	if zone == "EST" {
		when = strings.Replace(stamp(age, zone, -5*time.Hour), "-0500", zone, 1)
	}
	return "Received: by pop3.test; " + when + "\n"
}

// stamp is the date of a message of that age, in a zone.
func stamp(age time.Duration, zone string, offset time.Duration) string {
	return stocked.Add(-age).In(time.FixedZone(zone, int(offset.Seconds()))).Format(time.RFC1123Z)
}

// wantAge wants a metric that lies between the age at the beginning of the tests and the one now.
func (o *outcome) wantAge(label string, then time.Duration) {
	o.t.Helper()
	var seconds int
	for _, m := range o.perf {
		if m.label == label && m.unit == "s" {
			fmt.Sscan(m.value, &seconds)
			age := time.Duration(seconds) * time.Second
			if most := then + time.Since(stocked); age < max(then, 0) || age > max(most, 0) {
				o.t.Errorf("%s is %v, not from %v to %v", label, age, then, most)
			}
			return
		}
	}
	o.t.Errorf("no %s in %s", label, o.first())
}

// wantNone wants a metric left out.
func (o *outcome) wantNone(labels ...string) {
	o.t.Helper()
	for _, m := range o.perf {
		for _, label := range labels {
			if m.label == label {
				o.t.Errorf("%s is there: %s", label, o.first())
			}
		}
	}
}

// wantLimits wants what stands behind the value.
func (o *outcome) wantLimits(label, rest string) {
	o.t.Helper()
	for _, m := range o.perf {
		if m.label == label {
			if m.rest != rest {
				o.t.Errorf("%s has %q behind it, not %q", label, m.rest, rest)
			}
			return
		}
	}
	o.t.Errorf("no %s in %s", label, o.first())
}

// The stock itself, without the plugin: each server knows the count and the octets.
func TestStock(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		for _, user := range stock() {
			wantMailbox(t, s, inPlain, user, fmt.Sprintf("+OK %d %d", len(user.mail), user.octets()))
		}
	})
}
