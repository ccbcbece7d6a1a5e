//go:build integration

// The steps behind STAT, one at a time and all together, against mailboxes of known content.

package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

var allSteps = []string{"list", "uidl", "top", "retr", "noop", "reset"}

// stepped are the phases of a session with these steps.
func stepped(how way, steps ...string) []string {
	return slices.Concat(without(phasesOf[how], "quit"), steps, []string{"quit"})
}

func TestEachStep(t *testing.T) {
	for _, user := range []account{fresh, odd, undated, crowd()} {
		for _, step := range allSteps {
			t.Run(user.name+"-"+step, func(t *testing.T) {
				eachKeeper(t, func(t *testing.T, s *server) {
					o := check(t, s, inPlain, user, "--steps", step)
					o.want("OK", full(user)+whole)
					o.wantPhases(stepped(inPlain, step)...)
					wantMailboxMetrics(o, user)
					o.wantNone("oldest_age", "newest_age", "matches")
				})
			})
		}
	}
}

// All of them in one session, however it is protected, and in the order of the wire, not of the option.
func TestAllSteps(t *testing.T) {
	for name, c := range map[string]struct{ steps, ran []string }{
		"all":        {args("all"), args("list", "uidl", "top", "noop")},
		"each":       {allSteps, allSteps},
		"back":       {args("reset", "noop", "retr", "top", "uidl", "list"), allSteps},
		"all-and":    {args("all", "reset", "retr"), allSteps},
		"list-reset": {args("list", "reset"), args("list", "reset")},
	} {
		t.Run(name, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				for _, how := range ways {
					o := check(t, s, how, fresh, "--steps", strings.Join(c.steps, ","))
					o.want("OK", full(fresh)+whole)
					o.wantPhases(stepped(how, c.ran...)...)
					wantMailboxMetrics(o, fresh)
				}
			})
		})
	}
}

// With everything at once, of each mailbox.
func TestEverything(t *testing.T) {
	for _, user := range []account{fresh, odd, crowd()} {
		t.Run(user.name, func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				o := check(t, s, withTLS, user, "--steps", "all,retr,reset", "--match", "From=^sender@pop3.test$", "--age-scan", "100",
					"--messages-warning", "1000", "--size-warning", "1GiB", "--oldest-warning", "1w", "--newest-warning", "1w")
				read := min(len(user.mail), 100)
				o.want("OK", full(user)+fmt.Sprintf(", %d of %d match", read, read)+aged+whole)
				o.wantPhases(stepped(withTLS, allSteps...)...)
				wantMailboxMetrics(o, user)
				o.wantMetric("matches", fmt.Sprint(read))
				wantRate(o)
			})
		})
	}
}

// wantRate wants how fast a message came.
func wantRate(o *outcome) {
	o.t.Helper()
	for _, m := range o.perf {
		if m.label == "retr_rate" && m.value != "0" && m.unit == "" && m.rest == ";;;0" {
			return
		}
	}
	o.t.Errorf("no retr_rate in %s", o.first())
}

// A limit on the time of a step, and a budget of its own.
func TestStepTimes(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		o := check(t, s, inPlain, crowd(), "--steps", "list,uidl", "--phase-warning", "list=0s", "--phase-critical", "uidl=50s", "--phase-timeout", "list=50s")
		o.want("WARNING", `list took [0-9.]+ m?s \(warning above 0 s\); look at the disks and the load of the mail store; large mailboxes take their time; `+full(crowd()))
		o.wantLimits("time_list", ";0;;0;50")
		o.wantLimits("time_uidl", ";;50;0")
	})
}

// Of an empty mailbox lists can be read, but no message.
func TestStepsOfEmpty(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		heard := listen(t, s)
		o := run(t, call{addr: heard.addr, how: inPlain, user: empty, args: args("--steps", "all,retr,reset", "--auth", "user")})
		o.want("OK", `0 messages, 0 octets`+whole)
		o.wantPhases(stepped(inPlain, "list", "uidl", "noop")...)
		wantMailboxMetrics(o, empty)
		o.wantNone("retr_rate")
		heard.wantCommands(t, "CAPA", "USER", "PASS", "STAT", "LIST", "UIDL", "NOOP", "QUIT")
	})
}

// Each message can be fetched, whatever is in it, and its length is the known one.
func TestRetr(t *testing.T) {
	for number := 1; number <= len(odd.mail); number++ {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			eachKeeper(t, func(t *testing.T, s *server) {
				for _, how := range ways {
					o := check(t, s, how, odd, "--steps", "retr", "--retr", fmt.Sprint(number), "-v")
					o.want("OK", full(odd)+whole)
					o.wantPhases(stepped(how, "retr")...)
					wantRate(o)
					listed := size(odd.mail[number-1])
					read := []int{listed}
					if number == unended { // the dot begins a line, so that two octets more may be on the wire
						read = append(read, listed+2)
					}
					wantRead(o, number, listed, read...)
				}
			})
		})
	}
}

// wantRead wants what -v says of a message: listed is the server's number, read one of those.
func wantRead(o *outcome, number, listed int, read ...int) {
	o.t.Helper()
	text := strings.Join(o.lines, "\n")
	for _, octets := range read {
		if strings.Contains(text, fmt.Sprintf("\n  message %d: %d octets listed, %d read in ", number, listed, octets)) {
			return
		}
	}
	o.t.Errorf("message %d: wanted %d octets listed, and one of %d read:\n%s", number, listed, read, text)
}

// The newest message is the default, and the last of twenty thousand as near as the first.
func TestRetrWhich(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		newest := check(t, s, inPlain, crowd(), "--steps", "retr", "-v")
		newest.want("OK", full(crowd())+whole)
		last := size(crowd().mail[crowdMessages-1])
		wantRead(newest, crowdMessages, last, last)
		first := check(t, s, inPlain, crowd(), "--steps", "retr", "--retr", "1", "-v")
		wantRead(first, 1, size(crowd().mail[0]), size(crowd().mail[0]))
		none := check(t, s, inPlain, fresh, "--steps", "retr", "--retr", "6")
		none.want("CRITICAL", `retr: .*\[command\]; the server said "[^"]+"`)
		wantMailboxMetrics(none, fresh)
	})
}

// At most so much of a message is read; the session cannot go on behind that, and QUIT would not be understood.
func TestRetrMax(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		o := check(t, s, inPlain, odd, "--steps", "retr", "--retr", fmt.Sprint(huge), "--retr-max", "1MiB", "-v")
		o.want("OK", full(odd)+whole)
		o.wantPhases(without(stepped(inPlain, "retr"), "quit")...)
		wantRate(o)
		if text := strings.Join(o.lines, "\n"); !strings.Contains(text, fmt.Sprintf("of message %d only 10486", huge)) {
			t.Errorf("it does not say how much was read:\n%s", text)
		}
		o = check(t, s, inPlain, odd, "--steps", "retr,noop", "--retr", fmt.Sprint(huge), "--retr-max", "1MiB")
		o.want("UNKNOWN", `noop: not reached: [^\[]*--retr-max.* \[usage\]`)
		o = check(t, s, inPlain, odd, "--steps", "retr", "--retr", fmt.Sprint(huge), "--retr-max", fmt.Sprint(hugeOctets), "-v")
		o.want("OK", full(odd)+whole)
		o.wantPhases(stepped(inPlain, "retr")...)
		wantRead(o, huge, hugeOctets, hugeOctets)
	})
}

// Commands that need no answer of the one before go out together where the server says so, and are all answered.
func TestPipelined(t *testing.T) {
	eachKeeper(t, func(t *testing.T, s *server) {
		o := run(t, call{addr: s.port(withSTLS), how: withSTLS, user: crowd(), limit: defaultLimit,
			args: args("--steps", "all", "--age-scan", "2000", "-vvv")})
		o.want("OK", full(crowd())+aged+whole)
		o.wantAge("oldest_age", crowdAge(1))
		o.wantAge("newest_age", crowdAge(crowdMessages))
		o.wantDialogue("C: STAT", "C: LIST", "C: UIDL", fmt.Sprintf("S: +OK %d %d", crowdMessages, crowd().octets()))
	})
}
