package check_test

import (
	"net"
	"runtime"
	"strconv"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// mailboxArgs returns the arguments for a server with a mailbox.
func mailboxArgs(addr net.Addr, password string, args ...string) []string {
	_, port, _ := net.SplitHostPort(addr.String())
	return append([]string{"-H", "127.0.0.1", "-p", port, "-u", "alice", "--password-file", password, "--allow-cleartext-login", "-t", patience.String()}, args...)
}

func serveMailbox(t *testing.T, messages int, pipelining bool) net.Addr {
	t.Helper()
	server, err := pop3test.NewServer(pop3test.Config{
		Users:      []pop3test.User{{Name: "alice", Password: "secret", Mailbox: pop3test.Mailbox{Messages: messages}}},
		Pipelining: pipelining,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	addr, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// For a million messages the steps need little more memory than a run without
// them: lists are streams, and UIDL keeps some octets per message.
func TestMillionMessages(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("takes seconds, and needs /proc")
	}
	password := writeSecret(t, "pw", "secret")
	addr := serveMailbox(t, 1_000_000, true)
	peak := func(args ...string) int {
		o := run{args: mailboxArgs(addr, password, args...)}.play(t.TempDir())
		if err := checkLine(o.stdout, o.code); err != nil || o.code != 0 || o.Peak == 0 {
			t.Fatalf("%v: exit code %d, %d KiB, %q, %v", args, o.code, o.Peak, o.stdout, err)
		}
		return o.Peak
	}
	without := peak()
	for _, c := range []struct {
		step  string
		limit int // KiB
	}{{"list", 4 << 10}, {"list,uidl,top,retr,noop,reset", 32 << 10}} {
		if more := peak("--steps", c.step) - without; more > c.limit {
			t.Errorf("--steps %s takes %d KiB more than none", c.step, more)
		}
	}
}

// With PIPELINING a thousand headers need less than a twentieth of the round
// trips that they need without (RFC 2449, section 6.8).
func TestPipelining(t *testing.T) {
	password := writeSecret(t, "pw", "secret")
	trips := func(messages int, pipelining bool) int64 {
		relay, err := pop3test.NewRelay("127.0.0.1:0", serveMailbox(t, 2000, pipelining).String(), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(relay.Close)
		o := run{args: mailboxArgs(relay.Addr(), password, "--age-scan", strconv.Itoa(messages))}.play(t.TempDir())
		if o.code != 0 {
			t.Fatalf("exit code %d, %q", o.code, o.stdout)
		}
		return int64(relay.RoundTrips())
	}
	const few, many = 2, 1000
	one, together := trips(many, false)-trips(few, false), trips(many, true)-trips(few, true)
	if one != many-few || together*20 >= one {
		t.Errorf("%d together, %d one at a time", together, one)
	}
	t.Logf("%d together, %d one at a time", together, one)
}
