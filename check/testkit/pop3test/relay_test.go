package pop3test

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"
)

func relayTo(t *testing.T, target string, roundTrip time.Duration) *Relay {
	t.Helper()
	r, err := NewRelay("127.0.0.1:0", target, roundTrip)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestRelay(t *testing.T) {
	p := start(t, "S: +OK\nC: CAPA\nS: -ERR\nC: LIST\nC: UIDL\nS: 1\nC: QUIT\nS: +OK", Options{})
	r := relayTo(t, p.Addr().String(), 20*time.Millisecond)
	var mu sync.Mutex
	var lines []string
	r.OnLine(func(d Direction, line string) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, d.String()+": "+line)
	})
	begin := time.Now()
	c := dial(t, r.Addr())
	hear(t, c, "+OK\r\n")
	tell(t, c, "CAPA\r\n")
	hear(t, c, "-ERR\r\n")
	tell(t, c, "LIST\r\nUIDL\r\n")
	hear(t, c, "1\r\n")
	tell(t, c, "QUIT\r\n")
	hear(t, c, "+OK\r\n")
	// The greeting takes half a round trip, as nobody asked for it.
	if d := time.Since(begin); d < 70*time.Millisecond {
		t.Errorf("took %v", d)
	}
	_, _ = io.Copy(io.Discard, c)
	_ = c.Close()
	wants(t, p.Wait(), "")
	if r.RoundTrips() != 4 || r.Bytes(ToServer) != 24 || r.Bytes(ToClient) != 19 || r.Connections() != 1 {
		t.Errorf("%d round trips, %d octets to the server, %d to the client, %d connections",
			r.RoundTrips(), r.Bytes(ToServer), r.Bytes(ToClient), r.Connections())
	}
	mu.Lock()
	defer mu.Unlock()
	want := []string{"to client: +OK", "to server: CAPA", "to client: -ERR", "to server: LIST", "to server: UIDL",
		"to client: 1", "to server: QUIT", "to client: +OK"}
	if !slices.Equal(lines, want) {
		t.Errorf("lines %q", lines)
	}
}

// Much data takes hardly longer than little: the relay delays, but does not
// limit the rate.
func TestRelayDelaysDoNotAddUp(t *testing.T) {
	p := start(t, `S* 400000 "0123456789"`, Options{})
	r := relayTo(t, p.Addr().String(), 400*time.Millisecond)
	c := dial(t, r.Addr())
	begin := time.Now()
	n, err := io.Copy(io.Discard, c)
	if n != 4000000 || err != nil {
		t.Errorf("%d octets, %v", n, err)
	}
	if d := time.Since(begin); d > 40*time.Second { // 245 pieces of 200 ms one by one: 49 s; less than 1 s together
		t.Errorf("took %v", d)
	}
	_ = c.Close()
	wants(t, p.Wait(), "")
}

func TestRelayWithoutTarget(t *testing.T) {
	r := relayTo(t, "127.0.0.1:1", 0)
	if _, err := dial(t, r.Addr()).Read(make([]byte, 1)); err == nil {
		t.Error("read something")
	}
}

func TestRelayClose(t *testing.T) {
	p := start(t, "silence", Options{})
	r := relayTo(t, p.Addr().String(), time.Hour)
	c := dial(t, r.Addr())
	tell(t, c, "never arrives")
	r.Close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("read something")
	}
	p.Close()
	if fmt.Sprint(ToServer, ToClient) != "to server to client" {
		t.Error("names of directions")
	}
}
