//go:build linux

package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []int
		want   int
	}{{[]int{7}, 7}, {[]int{9, 1, 5}, 5}, {[]int{1, 1, 1, 90}, 1}, {[]int{4, 1, 3, 2}, 3}} {
		if got := median(c.values); got != c.want {
			t.Errorf("median of %v is %d, want %d", c.values, got, c.want)
		}
	}
}

func TestReadCost(t *testing.T) {
	c, err := readCost(strings.NewReader("5000000 7000000 6291456 400 30\n"))
	if want := (cost{5 * time.Millisecond, 7 * time.Millisecond, 6 << 20, 400, 30}); err != nil || c != want {
		t.Errorf("%+v, %v, want %+v", c, err, want)
	}
	if _, err := readCost(strings.NewReader("")); err == nil {
		t.Error("no cost is no error")
	}
}

// costs are runs that took so many milliseconds and MiB.
func costs(peak int64, ms ...time.Duration) (all []cost) {
	for _, m := range ms {
		all = append(all, cost{cpu: m * time.Millisecond, peak: peak << 20})
	}
	return all
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	tab := &table{out: &out}
	all := []comparison{
		{row{name: "first", peer: program{name: "a peer"}, most: 0.5}, costs(6, 4, 5, 90), costs(3, 10, 10, 10)},
		{row{name: "second", peer: program{name: "a guest", from: "guests"}, most: 1}, costs(15, 2), nil},
	}
	tab.processor(all, 3)
	if tab.missed {
		t.Error("a ratio that is its bound misses it")
	}
	tab.memory(all)
	if !tab.missed {
		t.Error("15 MiB do not miss the bound")
	}
	tab.roundTrips([]trips{{program: program{name: "us"}, count: tripsWanted, wanted: true}, {program: program{name: "them", from: "theirs"}}})
	for _, want := range []string{
		"first   5.00 ms  10.00 ms  a peer   0.50   0.50    met",
		"second  2.00 ms            a guest                 skipped: not installed, in package guests",
		"second  15.0 MiB           a guest  8.0 MiB  MISSED",
		"us    6      0.00 ms   6       met: TLS 1.3, greeting, CAPA, AUTH, STAT, QUIT",
		"them                           skipped: not installed, in package theirs",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestParse(t *testing.T) {
	o, err := parse([]string{"-n", "5", "-only", "plain", "-strict"}, io.Discard)
	if err != nil || o.pairs != 5 || !o.strict || !o.only.MatchString(greeting) || o.only.MatchString(version) {
		t.Errorf("%+v, %v", o, err)
	}
	for _, args := range []string{"-n 0", "-only (", "word", "-what"} {
		if _, err := parse(strings.Fields(args), io.Discard); err == nil {
			t.Errorf("%s is taken", args)
		}
	}
}
