//go:build integration

// Limits on mailboxes whose content is known: how many messages, how large, how old, and which of them match.

package integration

import (
	"fmt"
	"testing"
	"time"
)

// full is the beginning of the line for a mailbox, up to the numbers.
func full(user account) string {
	return fmt.Sprintf(`%d messages, %d octets`, len(user.mail), user.octets())
}

// whole is the rest of the line behind what is known of the mailbox.
const whole = ` ` + tookForm + slicesForm + ` \| time=`

// aged is what a line says of messages of that age, whenever the test runs.
const aged = `, newest [0-9.]+ (s|min|h|days) old, oldest [0-9.]+ (s|min|h|days) old`

// What to look at, by what is wrong.
const (
	isFetched   = `; is what fetches this mail running\? see its log; `
	isDelivered = `; is mail delivered\? look at the MTA's queue and log; `
	isSent      = `; did the job that sends it run\? see its log, then the MTA's queue; `
	whoSends    = `; read that mail, and look at what sends it; `
	fills       = `; delete or archive mail, or raise the quota: a full mailbox takes no new mail; `
)

// octetsOf is how much is in a mailbox.
func octetsOf(user account) string { return fmt.Sprintf(`%d octets`, user.octets()) }

func wantMailboxMetrics(o *outcome, user account) {
	o.t.Helper()
	o.wantMetric("messages", fmt.Sprint(len(user.mail)))
	o.wantMetric("size", fmt.Sprintf("%dB", user.octets()))
}

// The limits that STAT is enough for: the range as it was typed in the line, in base units in the performance data.
func TestMailboxLimits(t *testing.T) {
	octets := fresh.octets()
	for name, c := range map[string]struct {
		user          account
		args          []string
		state, text   string
		label, behind string
	}{
		"messages fine":     {fresh, args("--messages-warning", "5", "--messages-critical", "10"), "OK", full(fresh) + whole, "messages", ";5;10;0"},
		"messages warning":  {fresh, args("--messages-warning", "4", "--messages-critical", "5"), "WARNING", `5 messages \(warning above 4\)` + isFetched + octetsOf(fresh), "messages", ";4;5;0"},
		"messages critical": {fresh, args("--messages-warning", "3", "--messages-critical", "4"), "CRITICAL", `5 messages \(critical above 4\)` + isFetched + octetsOf(fresh), "messages", ";3;4;0"},
		"too few":           {fresh, args("--messages-critical", "6:"), "CRITICAL", `5 messages \(critical below 6\)` + isDelivered + octetsOf(fresh), "messages", ";;6:;0"},
		"none":              {empty, args("--messages-warning", "1:"), "WARNING", `no message \(warning below 1\)` + isDelivered + `0 octets`, "messages", ";1:;;0"},
		"crowd":             {crowd(), args("--messages-critical", "19999"), "CRITICAL", `20000 messages \(critical above 19999\)` + isFetched + octetsOf(crowd()), "messages", ";;19999;0"},
		"size fine":         {fresh, args("--size-critical", fmt.Sprintf("%dB", octets)), "OK", full(fresh) + whole, "size", fmt.Sprintf(";;%d;0", octets)},
		"size by one":       {fresh, args("--size-critical", fmt.Sprint(octets-1)), "CRITICAL", fmt.Sprintf(`mailbox of %d octets \(critical above %d octets\)`, octets, octets-1) + fills + `5 messages`, "size", fmt.Sprintf(";;%d;0", octets-1)},
		"size decimal":      {odd, args("--size-warning", "5MB", "--size-critical", "6mb"), "WARNING", `mailbox of 5\.\d\d MB \(warning above 5 MB\)` + fills + `5 messages`, "size", ";5000000;6000000;0"},
		"size binary":       {odd, args("--size-warning", "5MiB", "--size-critical", "5200KiB"), "WARNING", fmt.Sprintf(`mailbox of %d octets \(warning above 5 MiB\)`, odd.octets()) + fills + `5 messages`, "size", ";5242880;5324800;0"},
		"size inside":       {odd, args("--size-critical", "@5000KiB:6MiB"), "CRITICAL", `mailbox of \d+ KiB \(critical between 5000 KiB and 6 MiB\)` + fills + `5 messages`, "size", ";;@5120000:6291456;0"},
	} {
		t.Run(name, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				o := check(t, s, inPlain, c.user, c.args...)
				o.want(c.state, c.text)
				o.wantLimits(c.label, c.behind)
				o.wantPhases(phasesOf[inPlain]...) // STAT is enough
				wantMailboxMetrics(o, c.user)
				o.wantNone("oldest_age", "newest_age", "matches", "retr_rate")
			})
		})
	}
}

func args(all ...string) []string { return all }

// Ages are those of the first and the last message, by Received or else Date, in every protection.
func TestAges(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			o := check(t, s, how, fresh, "--oldest-warning", "4d", "--newest-critical", "90m", "--newest-warning", "3000s")
			o.want("OK", full(fresh)+`, newest 1\d min old, oldest 3 days old`+whole)
			o.wantAge("oldest_age", freshAges[0])
			o.wantAge("newest_age", freshAges[4])
			o.wantLimits("oldest_age", ";345600;;0")
			o.wantLimits("newest_age", ";3000;5400;0")
			wantMailboxMetrics(o, fresh)
		}
	})
}

// A limit that is passed says how old, and still all that is known.
func TestAgeLimits(t *testing.T) {
	for name, c := range map[string]struct {
		args        []string
		state, text string
	}{
		"mail has stopped":      {args("--newest-critical", "5m"), "CRITICAL", `newest message is 1\d min old \(critical above 5 minutes\)` + isDelivered + full(fresh) + `, oldest 3 days old`},
		"nobody fetches":        {args("--oldest-warning", "1h", "--oldest-critical", "3d"), "CRITICAL", `oldest message is 3 days old \(critical above 3 days\)` + isFetched + full(fresh) + `, newest 1\d min old`},
		"nobody fetches soon":   {args("--oldest-warning", "3d", "--oldest-critical", "1w"), "WARNING", `oldest message is 3 days old \(warning above 3 days\)` + isFetched + full(fresh) + `, newest 1\d min old`},
		"both":                  {args("--newest-warning", "1s", "--oldest-warning", "1d"), "WARNING", `oldest message is 3 days old \(warning above 1 day\)` + isFetched + `newest message is 1\d min old \(warning above 1 s\)` + isDelivered + full(fresh)},
		"arrived too recently":  {args("--newest-critical", "1w:"), "CRITICAL", `newest message is 1\d min old \(critical below 1 week\)` + whoSends + full(fresh) + `, oldest 3 days old`},
		"in the forbidden time": {args("--oldest-critical", "@2d12h:1w"), "CRITICAL", `oldest message is 3 days old \(critical between 2d12h and 1 week\)` + isFetched + full(fresh) + `, newest 1\d min old`},
	} {
		t.Run(name, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				o := check(t, s, inPlain, fresh, c.args...)
				o.want(c.state, c.text+`(, at \S+)? \| time=`)
				o.wantPhases("connect", "greeting", "capa", "login", "stat", "top", "quit")
				o.wantAge("oldest_age", freshAges[0])
				o.wantAge("newest_age", freshAges[4])
			})
		})
	}
}

// Each message alone, by a match on its number: its own date is found, folded or not, in whatever zone.
func TestAgeOfEach(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		for i, age := range freshAges {
			o := check(t, s, inPlain, fresh, "--age-scan", "all", "--match", fmt.Sprintf("Message-ID=^<%d@", i+1))
			o.want("OK", full(fresh)+`, 1 of 5 match`+aged+whole)
			o.wantMetric("matches", "1")
			o.wantAge("oldest_age", age)
			o.wantAge("newest_age", age)
			wantMailboxMetrics(o, fresh)
		}
	})
}

// How many headers are read, and which: the first one and the last ones.
func TestAgeScan(t *testing.T) {
	for scan, want := range map[string][]string{
		"2":     {"1", "5"},
		"3":     {"1", "4", "5"},
		"5":     {"1", "2", "3", "4", "5"},
		"10000": {"1", "2", "3", "4", "5"},
		"all":   {"1", "2", "3", "4", "5"},
	} {
		t.Run(scan, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				heard := listen(t, s)
				o := run(t, call{addr: heard.addr, how: inPlain, user: fresh, args: args("--age-scan", scan, "--auth", "user")})
				o.want("OK", full(fresh)+aged+whole)
				o.wantAge("oldest_age", freshAges[0])
				o.wantAge("newest_age", freshAges[4])
				commands := args("CAPA", "USER", "PASS", "STAT")
				for _, number := range want {
					commands = append(commands, "TOP "+number+" 0")
				}
				heard.wantCommands(t, append(commands, "QUIT")...)
			})
		})
	}
}

// What matches, in a mailbox of five.
func TestMatch(t *testing.T) {
	for name, c := range map[string]struct {
		match          []string
		count          int
		oldest, newest time.Duration
	}{
		"plain":        {args("Subject=^Backup .* ok"), 3, freshAges[0], freshAges[4]},
		"decoded":      {args("subject=^Backup mittwoch ü ok$"), 1, freshAges[2], freshAges[2]},
		"any case":     {args("SUBJECT=(?i)BACKUP"), 4, freshAges[0], freshAges[4]},
		"both":         {args("Subject=ok$", "Date=."), 2, freshAges[0], freshAges[4]},
		"has Received": {args("Received="), 3, freshAges[0], freshAges[4]},
		"the fourth":   {args("Subject=^something"), 1, freshAges[3], freshAges[3]},
	} {
		t.Run(name, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				all := args("--age-scan", "all", "--messages-warning", "100")
				for _, m := range c.match {
					all = append(all, "--match", m)
				}
				o := check(t, s, inPlain, fresh, all...)
				o.want("OK", full(fresh)+fmt.Sprintf(`, %d of 5 match`, c.count)+aged+whole)
				o.wantMetric("matches", fmt.Sprint(c.count))
				o.wantLimits("matches", ";100;;0") // the limit speaks of them
				o.wantLimits("messages", ";;;0")
				o.wantAge("oldest_age", c.oldest)
				o.wantAge("newest_age", c.newest)
			})
		})
	}
}

// The nightly report: limits speak of the messages that match. Where none does, the newest is older than any limit.
func TestMatchLimits(t *testing.T) {
	for name, c := range map[string]struct {
		user        account
		args        []string
		state, text string
		matches     string
	}{
		"in time":      {fresh, args("--match", "Subject=^Backup .* ok", "--newest-critical", "26h"), "OK", full(fresh) + `, 3 of 5 match` + aged + whole, "3"},
		"late":         {fresh, args("--match", "Subject=^Backup tuesday", "--newest-critical", "26h", "--age-scan", "all"), "CRITICAL", `newest matching message is 2 days old \(critical above 26 h\)` + isSent + full(fresh) + `, 1 of 5 match`, "1"},
		"missing":      {fresh, args("--match", "Subject=^Restore", "--newest-critical", "26h", "--age-scan", "50"), "CRITICAL", `no message matches, old or new \(critical above 26 h\)` + isSent + full(fresh) + `, 0 of 5 match`, "0"},
		"not scanned":  {fresh, args("--match", "Subject=^something", "--newest-critical", "26h", "--age-scan", "2"), "CRITICAL", `none of the 2 messages that were read matches \(critical above 26 h\); read all with --age-scan all, or look at the job that sends it; ` + full(fresh) + `, 0 of 2 match`, "0"},
		"found inside": {fresh, args("--match", "Subject=^something", "--newest-critical", "26h"), "OK", full(fresh) + `, 1 of 5 match` + aged + whole, "1"},
		"nothing old":  {fresh, args("--match", "Subject=^Restore", "--oldest-critical", "1h"), "OK", full(fresh) + `, 0 of 5 match` + whole, "0"},
		"empty":        {empty, args("--match", "Subject=^Backup", "--newest-critical", "26h"), "CRITICAL", `stat: the mailbox is empty, so it has no message of the last 26 h; .* \[empty\]`, "0"},
		"too many":     {fresh, args("--match", "Subject=Backup", "--messages-warning", "2", "--age-scan", "all"), "WARNING", `4 matching messages \(warning above 2\)` + whoSends + full(fresh) + `, 4 of 5 match` + aged, "4"},
		"too few":      {fresh, args("--match", "Subject=Backup", "--messages-critical", "5:", "--age-scan", "all"), "CRITICAL", `4 matching messages \(critical below 5\)` + isSent, "4"},
		"base64":       {odd, args("--match", "Subject=^备份完成 ✓ gut$", "--age-scan", "all"), "OK", full(odd) + `, 1 of 5 match` + aged, "1"},
		"folded words": {odd, args("--match", "Subject=^Rückgabe erledigt € nr 7$", "--age-scan", "all"), "OK", full(odd) + `, 1 of 5 match` + aged, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				o := check(t, s, inPlain, c.user, c.args...)
				o.want(c.state, c.text)
				o.wantMetric("matches", c.matches)
				if c.matches == "0" {
					o.wantNone("oldest_age", "newest_age")
				}
				wantMailboxMetrics(o, c.user)
			})
		})
	}
}

// Twenty thousand messages: the last reports, one in a hundred, of the last thousand headers, and of all.
func TestMatchAmongMany(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		for _, c := range []struct {
			scan          string
			matches, read int
			oldest        int // number of the first message that matches
		}{
			{"1000", 10, 1000, crowdMessages - 9*crowdReport},
			{"all", crowdMessages / crowdReport, crowdMessages, crowdReport},
		} {
			o := run(t, call{addr: s.port(inPlain), how: inPlain, user: crowd(), limit: time.Minute,
				args: args("--age-scan", c.scan, "--match", "Subject=^report")})
			o.want("OK", full(crowd())+fmt.Sprintf(`, %d of %d match`, c.matches, c.read)+aged+whole)
			o.wantMetric("matches", fmt.Sprint(c.matches))
			o.wantAge("oldest_age", crowdAge(c.oldest))
			o.wantAge("newest_age", crowdAge(crowdMessages))
			wantMailboxMetrics(o, crowd())
		}
	})
}

// Without --age-scan some of the twenty thousand are read. What they decide is decided, the rest is unknown.
func TestMatchUnread(t *testing.T) {
	const unread = `top: only 256 of 20000 headers were read, so %s unknown; read them all with --age-scan all \[unjudged\]`
	eachKeeper(t, func(t *testing.T, s *server) {
		for _, c := range []struct {
			args        []string
			state, text string
		}{
			{args("--match", "Subject=^report", "--messages-critical", "1:", "--newest-critical", "1h"), "OK", full(crowd()) + `, 3 of 256 match \(--age-scan all reads all 20000\), newest`},
			{args("--match", "Subject=^Restore", "--newest-critical", "30m"), "CRITICAL", `none of the 256 messages that were read matches \(critical above 30 minutes\); read all with --age-scan all, or look at the job that sends it; `},
			{args("--match", "Subject=^Restore", "--newest-critical", "26h"), "UNKNOWN", fmt.Sprintf(unread, "the age of the newest message is")},
			{args("--match", "Subject=^Restore", "--messages-critical", "0"), "UNKNOWN", fmt.Sprintf(unread, "the number of messages that match is")},
			{args("--match", "Subject=^report", "--messages-critical", "2"), "CRITICAL", `at least 3 matching messages \(critical above 2\)` + whoSends},
		} {
			o := run(t, call{addr: s.port(inPlain), how: inPlain, user: crowd(), limit: time.Minute, args: c.args})
			o.want(c.state, c.text)
		}
	})
}

// An empty mailbox has nothing that is too old, and nothing new.
func TestEmptyHasNoAge(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		limits := args("--oldest-critical", "1h", "--newest-critical", "24h", "--age-scan", "all")
		o := check(t, s, inPlain, empty, limits...)
		o.want("CRITICAL", `stat: the mailbox is empty, so it has no message of the last 24 h; .* \[empty\]`)
		o = check(t, s, inPlain, empty, "--oldest-critical", "1h")
		o.want("OK", `0 messages, 0 octets`+whole)
		o = check(t, s, inPlain, empty, append(limits, "--state", "empty=ok")...)
		o.want("OK", `stat: the mailbox is empty, so it has no message of the last 24 h \[empty\]; 0 messages, 0 octets`+whole)
		o.wantNone("oldest_age", "newest_age", "matches")
		o.wantPhases(phasesOf[inPlain]...)
		o = check(t, s, inPlain, empty, "--oldest-critical", "1h", "--state", "empty=critical")
		o.want("CRITICAL", `stat: the mailbox is empty.* \[empty\]`)
		wantMailboxMetrics(o, empty)
	})
}

// Dates that cannot be trusted are said, and those of the first and the last message not guessed.
func TestUntrustedDates(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		o := check(t, s, inPlain, undated, "--age-scan", "2")
		o.want("OK", full(undated)+`, newest [0-9]+ (s|min) old, oldest 24 h old`+whole)
		o.wantAge("oldest_age", day)
		if time.Since(stocked) < 4*time.Minute {
			o.wantMetric("newest_age", "0s")
		}
		o = check(t, s, inPlain, undated, "--age-scan", "all")
		o.want("WARNING", `top: message 2 is dated .* in the future \(Received\) \(and 2 more of 6\); .* \[consistency\]; the server said "[^"]*"`)
		o.wantAge("oldest_age", day)
		o = check(t, s, inPlain, undated, "--age-scan", "all", "--state", "consistency=ok")
		o.want("OK", full(undated)+aged+whole)
		for number, text := range map[int]string{
			2: `message 2 is dated .* in the future \(Received\); `,
			3: `message 3 has something else in its Date than a date; `,
			5: `message 5 has neither Received nor Date; `,
		} {
			match := fmt.Sprintf("Message-ID=^<%d@", number)
			o = check(t, s, inPlain, undated, "--age-scan", "all", "--match", match, "--newest-critical", "1h")
			o.want("WARNING", `top: `+text+`.* \[consistency\]`)
			o.wantMetric("matches", "1")
			o.wantNone("oldest_age", "newest_age")
		}
	})
}
