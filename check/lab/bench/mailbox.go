package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// The bounds of what a large mailbox may cost.
const (
	largeMailbox = 1_000_000 // messages
	largePairs   = 5         // the peer takes seconds
	indexWanted  = 0.15      // of the peer's CPU, for STAT, LIST and UIDL

	scanned    = 1000                  // headers
	scanTrip   = 50 * time.Millisecond // of the delaying relay
	scanAlone  = 20                    // headers that are read one at a time
	scanWanted = 1.0 / 20              // of the time that all would take one at a time
)

// stepsMemory is how much more than a run without steps some may have.
var stepsMemory = []struct {
	steps string
	more  int64
}{{"list", 4 << 20}, {"uidl", 32 << 20}, {"list,uidl", 32 << 20}}

// The names of the rows.
const (
	index = "a million messages: STAT, LIST, UIDL"
	scan  = "a thousand headers"
)

// poplib is what people write. Its lists are kept.
const poplib = `import poplib, sys
pop = poplib.POP3("127.0.0.1", int(sys.argv[1]))
pop.user(sys.argv[2])
pop.pass_(open(sys.argv[3]).readline().rstrip("\n"))
print(pop.stat()[0], len(pop.list()[1]), len(pop.uidl()[1]))
pop.quit()
`

// A largeCost is what a large mailbox cost. Parts that were not wanted are nil.
type largeCost struct {
	index []comparison
	peaks map[string]int64 // by steps, "" without any
	scans []time.Duration  // pipelined, and one at a time
}

func (c largeCost) rows() int { return len(c.index) + len(c.peaks) + len(c.scans) }

// measureMailbox measures what is wanted of the rows about a large mailbox.
func (l *lab) measureMailbox(ctx context.Context, o options) (c largeCost, err error) {
	if o.only.MatchString(index) {
		if err := l.measureIndex(ctx, o, &c); err != nil {
			return c, err
		}
	}
	if o.only.MatchString(scan) {
		c.scans, err = l.measureScans(ctx)
	}
	return c, err
}

// at is the lab with a server of its own.
func (l *lab) at(args ...string) (*lab, error) {
	other := &lab{dir: l.dir, plugin: l.plugin}
	return other, other.start(args...)
}

// measureIndex compares the CPU, and then looks at the memory of each step.
func (l *lab) measureIndex(ctx context.Context, o options, c *largeCost) error {
	large, err := l.at("-messages", strconv.Itoa(largeMailbox))
	defer large.stop()
	if err != nil {
		return err
	}
	script := l.file("fetch.py")
	if err := os.WriteFile(script, []byte(poplib), 0o600); err != nil {
		return err
	}
	one, err := large.compare(ctx, row{index, large.steps(large.plain, "list,uidl"), large.poplib(script), indexWanted}, min(o.pairs, largePairs))
	if err != nil {
		return err
	}
	c.index, c.peaks = []comparison{one}, map[string]int64{}
	for _, steps := range []string{"", stepsMemory[0].steps, stepsMemory[1].steps, stepsMemory[2].steps} {
		took, _, err := large.measure(ctx, large.steps(large.plain, steps))
		if err != nil {
			return err
		}
		c.peaks[steps] = took.peak
	}
	return nil
}

// steps logs in without TLS and takes the steps.
func (l *lab) steps(port int, steps string) program {
	p := l.pop3x(port, `^POP3 OK - \d+ messages, \d+ octets`).
		with("-u", user, "--password-file", l.file("password"), "--allow-cleartext-login", "-t", "60s")
	if steps != "" {
		p = p.with("--steps", steps)
	}
	return p
}

// poplib does what the steps list and uidl do, by the library of Python.
func (l *lab) poplib(script string) program {
	return program{
		name: "Python, poplib",
		argv: []string{"/usr/bin/python3", script, strconv.Itoa(l.plain), user, l.file("password")},
		says: regexp.MustCompile(fmt.Sprintf(`^%d %[1]d %[1]d\n$`, largeMailbox)),
		from: "python3",
	}
}

var topTime = regexp.MustCompile(` time_top=([0-9.]+)s`)

// measureScans reads headers over a long line: pipelined, and some of them one
// at a time, of which all is reckoned.
func (l *lab) measureScans(ctx context.Context) (all []time.Duration, err error) {
	for _, way := range []struct {
		headers int
		args    []string
	}{{scanned, nil}, {scanAlone, []string{"-no-pipelining"}}} {
		took, err := l.measureScan(ctx, way.headers, way.args...)
		if err != nil {
			return nil, err
		}
		all = append(all, took*time.Duration(scanned/way.headers))
	}
	return all, nil
}

func (l *lab) measureScan(ctx context.Context, headers int, args ...string) (time.Duration, error) {
	server, err := l.at(append(args, "-messages", strconv.Itoa(2*scanned))...)
	defer server.stop()
	if err != nil {
		return 0, err
	}
	relay, err := pop3test.NewRelay(host+":0", net.JoinHostPort(host, strconv.Itoa(server.plain)), scanTrip)
	if err != nil {
		return 0, err
	}
	defer relay.Close()
	_, said, err := server.measure(ctx, server.steps(relay.Port(), "").with("--age-scan", strconv.Itoa(headers)))
	if err != nil {
		return 0, err
	}
	found := topTime.FindStringSubmatch(said)
	if found == nil {
		return 0, fmt.Errorf("no time_top in %q", said)
	}
	return time.ParseDuration(found[1] + "s")
}

// mailbox prints the rows about a large mailbox.
func (t *table) mailbox(c largeCost) {
	t.processor(c.index, largePairs)
	var lines [][]any
	for _, s := range stepsMemory {
		if without, some := c.peaks[""]; some {
			more := c.peaks[s.steps] - without
			lines = append(lines, []any{"--steps " + s.steps, mib(c.peaks[s.steps]), mib(more), mib(s.more), t.verdict(more <= s.more)})
		}
	}
	t.section("Memory for a million messages", []any{"", "peak", "more than without steps", "wanted", ""}, lines)
	if len(c.scans) == 2 {
		share := float64(c.scans[0]) / float64(c.scans[1])
		t.section(fmt.Sprintf("A thousand headers, round trips of %v", scanTrip), []any{"pipelined", "one at a time", "ratio", "wanted", ""},
			[][]any{{ms(c.scans[0]), ms(c.scans[1]), fmt.Sprintf("%.3f", share), scanWanted, t.verdict(share <= scanWanted)}})
	}
}
