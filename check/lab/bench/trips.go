package main

import (
	"context"
	"net"
	"strconv"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

const (
	roundTrip = 20 * time.Millisecond // of the delaying relay
	tripRuns  = 3

	// tripsWanted is one for each of: TLS 1.3 (RFC 8446, section 2), the
	// greeting behind it, CAPA, AUTH with its initial response, STAT, QUIT.
	tripsWanted = 6
)

// trips is how often a program had to wait for the server.
type trips struct {
	program program
	count   int64 // the most of some runs
	wall    time.Duration
	wanted  bool // the bound is for this one
}

// allTrips counts the round trips of the plugin and of curl.
func (l *lab) allTrips(ctx context.Context, o options) (all []trips, err error) {
	if !o.only.MatchString("round trips") {
		return nil, nil
	}
	relay, err := pop3test.NewRelay(host+":0", net.JoinHostPort(host, strconv.Itoa(l.tls)), roundTrip)
	if err != nil {
		return nil, err
	}
	defer relay.Close()
	for i, p := range []program{l.login(relay.Port()), l.curl(relay.Port())} {
		t := trips{program: p, wanted: i == 0}
		if p.installed() {
			if err := l.count(ctx, relay, &t); err != nil {
				return nil, err
			}
		}
		all = append(all, t)
	}
	return all, nil
}

// count runs the program through the relay.
func (l *lab) count(ctx context.Context, relay *pop3test.Relay, t *trips) error {
	var walls []time.Duration
	for range tripRuns {
		before := relay.RoundTrips()
		took, _, err := l.measure(ctx, t.program)
		if err != nil {
			return err
		}
		t.count = max(t.count, relay.RoundTrips()-before)
		walls = append(walls, took.wall)
	}
	t.wall = median(walls)
	return nil
}
