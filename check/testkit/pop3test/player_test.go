package pop3test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parse parses a valid dialogue.
func parse(t *testing.T, text string) *Dialogue {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func start(t *testing.T, text string, o Options) *Player {
	t.Helper()
	if o.Limit == 0 {
		o.Limit = time.Minute
	}
	p, err := parse(t, text).Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// dial connects with a deadline.
func dial(t *testing.T, addr net.Addr) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(2 * time.Minute))
	return c
}

// hear reads exactly what is expected.
func hear(t *testing.T, c io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	n, err := io.ReadFull(c, got)
	if string(got[:n]) != want {
		t.Fatalf("heard %q (%v), want %q", got[:n], err, want)
	}
}

func tell(t *testing.T, c io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// wants fails unless err contains the text, or is nil if that is "".
func wants(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %q, want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want %q", err, want)
	}
}

func TestConnections(t *testing.T) {
	tests := []struct {
		name, dialogue string
		allowed, came  int
		want           string
	}{
		{"nobody came", "S: +OK", 1, 0, "no client came"},
		{"nobody was to come", "nobody", 1, 0, ""},
		{"somebody came", "nobody", 1, 1, "nobody was expected"},
		{"one", "S: +OK", 1, 1, ""},
		{"second", "S: +OK", 1, 2, "second connection"},
		{"two of three", "S: +OK", 3, 2, ""},
		{"four of three", "S: +OK", 3, 4, "4 connections, expected 3 at most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := start(t, tt.dialogue, Options{Connections: tt.allowed})
			for range tt.came {
				c := dial(t, p.Addr())
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}
			wants(t, p.Finish(), tt.want)
		})
	}
}

func TestServeAndTranscript(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, _ := net.Dial("tcp", l.Addr().String())
		_, _ = io.WriteString(c, "CAPA\r\n")
		_, _ = io.Copy(io.Discard, c)
		_ = c.Close()
	}()
	played := parse(t, "C: CAPA\nS: -ERR").Serve(l, Options{})
	wants(t, played.Err, "")
	if len(played.Conversations) != 1 || played.Conversations[0].Received() != "CAPA\r\n" {
		t.Fatalf("played %+v", played)
	}
	text := played.Conversations[0].String()
	if !strings.Contains(text, `C "CAPA\r\n"`) || !strings.Contains(text, `S "-ERR\r\n"`) {
		t.Errorf("transcript %s", text)
	}
}

func TestLimits(t *testing.T) {
	o := Options{Limit: 50 * time.Millisecond}
	for dialogue, want := range map[string]string{
		"S: +OK\nC: CAPA":           `line 2: expected "CAPA", nothing more than "" came within 50ms`,
		"silence":                   "client did not hang up within 50ms",
		"S: +OK":                    "client did not hang up within 50ms",
		"S* 100000000 \"flood\\n\"": "client did not read everything within 50ms",
	} {
		p := start(t, dialogue, o)
		dial(t, p.Addr())
		<-p.full
		wants(t, p.Wait(), want)
	}
	p := start(t, "S: +OK", o)
	if err := p.Wait(); !errors.Is(err, ErrNoClient) {
		t.Errorf("error %v", err)
	}
}

func TestDripTakesItsTime(t *testing.T) {
	p := start(t, `drip 10ms "+OK\r\n"`, Options{})
	c := dial(t, p.Addr())
	hear(t, c, "+OK\r\n")
	_ = c.Close()
	wants(t, p.Finish(), "")
	said := p.Played().Conversations[0].Events
	if len(said) != 5 {
		t.Fatalf("said %+v", said)
	}
	for i, e := range said[1:] {
		if pause := e.At - said[i].At; pause < 10*time.Millisecond || len(e.Data) != 1 {
			t.Errorf("%q after %v", e.Data, pause)
		}
	}
}

func TestRepeatIsBounded(t *testing.T) {
	const each, n = "TOP and so on\r\n", 1 << 20
	p := start(t, "S* 1048576 \"TOP and so on\\r\\n\"", Options{})
	c := dial(t, p.Addr())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := io.Copy(io.Discard, c)
	runtime.ReadMemStats(&after)
	if got != int64(n*len(each)) || err != nil {
		t.Errorf("got %d octets, %v", got, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
		t.Errorf("allocated %d octets", grown)
	}
	_ = c.Close()
	wants(t, p.Finish(), "")
}

func TestRepeatStopsWithTheClient(t *testing.T) {
	p := start(t, "S* 1000000000 \"x\\r\\n\"\nC: QUIT", Options{})
	c := dial(t, p.Addr())
	hear(t, c, "x\r\n")
	_ = c.Close()
	wants(t, p.Wait(), "")
}

func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		end  string
		want error
	}{
		{"close", io.EOF}, {"cut", io.EOF}, {"half-close", io.EOF}, {"reset", syscall.ECONNRESET},
	} {
		p := start(t, "C: CAPA\n"+tt.end, Options{})
		c := dial(t, p.Addr())
		tell(t, c, "CAPA\r\n")
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.end, err, tt.want)
		}
		_ = c.Close()
		wants(t, p.Finish(), "")
	}
}

func TestFlood(t *testing.T) {
	p := start(t, "C: CAPA\nS: +OK", Options{})
	c := dial(t, p.Addr())
	_, _ = c.Write(bytes.Repeat([]byte("x"), maxReceived+4096)) // may fail: the server hangs up
	wants(t, p.Wait(), errFlood.Error())
}

// nothingLeft waits a little: the runtime counts a goroutine a moment longer
// than it runs.
func nothingLeft(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	for _, dialogue := range []string{"silence", "C: CAPA", "tls", "S: +OK\npause 20s", `drip 20s "abc"`, `S* 1000000000 "x"`} {
		before := runtime.NumGoroutine()
		p := start(t, dialogue, Options{Limit: time.Minute})
		c := dial(t, p.Addr())
		if dialogue[0] == 'S' || dialogue[0] == 'd' {
			_, _ = c.Read(make([]byte, 1))
		}
		p.Close()
		_ = c.Close()
		nothingLeft(t, before)
		if _, err := net.Dial("tcp", p.Addr().String()); !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s: still listens: %v", dialogue, err)
		}
	}
}

// Each connection has its part of the dialogue, and one may wait for another.
func TestNextConnection(t *testing.T) {
	p := start(t, "await-next\nS: +OK first\nnext\nS: +OK second", Options{})
	first := dial(t, p.Addr())
	second := dial(t, p.Addr())
	hear(t, second, "+OK second\r\n")
	hear(t, first, "+OK first\r\n")
	first.Close()
	second.Close()
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
}

// A connection more than the dialogue has parts is a departure from it.
func TestOneConnectionTooMany(t *testing.T) {
	p := start(t, "S: +OK first\nnext\nS: +OK second", Options{})
	for range 3 {
		c := dial(t, p.Addr())
		_, _ = io.ReadAll(c)
		c.Close()
	}
	if err := p.Finish(); err == nil || !strings.Contains(err.Error(), "3 connections, expected 2 at most") {
		t.Error(err)
	}
}
