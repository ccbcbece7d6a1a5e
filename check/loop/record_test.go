package loop

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func testRecord(t *testing.T) *Record {
	t.Helper()
	dir := t.TempDir()
	_ = os.Chmod(dir, 0o700)
	return NewRecord(dir, "mail.example.org", "alice")
}

func (r *Record) mustRead(t *testing.T) State {
	t.Helper()
	s, err := r.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send keeps a probe that was sent so long after noon.
func (r *Record) send(t *testing.T, after time.Duration) Probe {
	t.Helper()
	p := NewProbe(noon.Add(after))
	if err := r.Send(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (r *Record) see(t *testing.T, seen Sight, after time.Duration) State {
	t.Helper()
	s, err := r.See(t.Context(), seen, noon.Add(after))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func out(s State) string {
	var all []string
	for _, p := range s.Out {
		all = append(all, p.Sent.Format("15:04"))
	}
	return strings.Join(all, " ")
}

func TestRecord(t *testing.T) {
	r := testRecord(t)
	if s := r.mustRead(t); !s.IsNew() || !s.Due(noon, time.Hour) {
		t.Errorf("%+v", s)
	}
	first, second := r.send(t, 0), r.send(t, 15*time.Minute)
	s := r.mustRead(t)
	if out(s) != "12:00 12:15" || s.IsNew() || s.Due(noon.Add(29*time.Minute), 15*time.Minute) || !s.Due(noon.Add(30*time.Minute), 15*time.Minute) || !s.Due(noon, 15*time.Minute) {
		t.Errorf("%+v", s)
	}
	refused := r.send(t, time.Hour)
	if err := r.TakeBack(t.Context(), refused); err != nil {
		t.Fatal(err)
	}
	if s := r.mustRead(t); out(s) != "12:00 12:15" || !s.Due(noon.Add(time.Hour), 15*time.Minute) || s.Due(noon.Add(20*time.Minute), 15*time.Minute) {
		t.Errorf("after a refusal: %+v", s)
	}
	a := Arrival{second, second.Sent.Add(4 * time.Second)}
	s = r.see(t, Sight{Arrived: []Arrival{a, a}}, time.Hour)
	if out(s) != "12:00" || s.Last == nil || *s.Last != a {
		t.Errorf("after an arrival: %+v", s)
	}
	late := Arrival{first, noon.Add(time.Hour)}
	if s = r.see(t, Sight{Arrived: []Arrival{late, a}}, time.Hour); out(s) != "" || *s.Last != a {
		t.Errorf("after a late one: %+v", s)
	}
}

// A probe that a later one has overtaken is lost for a day, and one that nothing
// has overtaken for a month.
func TestGiveUp(t *testing.T) {
	r := testRecord(t)
	r.send(t, 0)
	overtaking := r.send(t, time.Minute)
	r.send(t, 2*time.Minute)
	r.see(t, Sight{Arrived: []Arrival{{overtaking, overtaking.Sent}}}, time.Hour)
	for after, want := range map[time.Duration]string{
		24 * time.Hour: "12:00 12:02", 24*time.Hour + time.Second: "12:02", 30 * 24 * time.Hour: "12:02", 31 * 24 * time.Hour: "",
	} {
		s := r.mustRead(t)
		if s.giveUp(noon.Add(after)); out(s) != want {
			t.Errorf("after %v: %s, want %s", after, out(s), want)
		}
	}
}

// A probe that no server has confirmed is not lost: a later one is enough.
func TestGiveUpUnsure(t *testing.T) {
	r := testRecord(t)
	r.send(t, 0)
	unsure, overtaking := r.send(t, time.Minute), r.send(t, 2*time.Minute)
	if err := r.Doubt(t.Context(), unsure.ID); err != nil {
		t.Fatal(err)
	}
	if s := r.see(t, Sight{}, time.Hour); out(s) != "12:00 12:01 12:02" {
		t.Errorf("while all are out: %s", out(s))
	}
	if s := r.see(t, Sight{Arrived: []Arrival{{overtaking, overtaking.Sent}}}, time.Hour); out(s) != "12:00" {
		t.Errorf("overtaken: %s", out(s))
	}
}

// A probe may have come with mail that nobody has seen, unless it was sent after
// that, or an earlier look has shown that mail.
// A clock that was a year ahead for a while does not keep later probes from being
// watched.
func TestClockThatWasAhead(t *testing.T) {
	const year = 365 * 24 * time.Hour
	r := testRecord(t)
	future := r.send(t, year)
	s := r.see(t, Sight{Arrived: []Arrival{{future, noon.Add(year)}}}, year)
	if s.Last == nil || s.Last.ID != future.ID {
		t.Errorf("%+v", s)
	}
	r.send(t, year)
	p, q := r.send(t, 0), r.send(t, time.Minute)
	s = r.see(t, Sight{
		Arrived: []Arrival{{future, noon.Add(year)}, {p, noon}},
		Bounced: []Bounce{{Probe: q}},
	}, time.Hour)
	if s.Last == nil || s.Last.ID != p.ID || len(s.Bounced) != 1 || len(s.Out) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestMissed(t *testing.T) {
	r := testRecord(t)
	r.send(t, 0)
	r.see(t, Sight{}, 10*time.Minute)
	r.send(t, 20*time.Minute)
	s := r.see(t, Sight{From: noon.Add(10 * time.Minute)}, 21*time.Minute)
	if s.Out[0].Missed || s.Out[1].Missed {
		t.Errorf("nothing was missed: %+v", s.Out)
	}
	r.send(t, 40*time.Minute)
	if s = r.see(t, Sight{From: noon.Add(30 * time.Minute)}, time.Hour); !s.Out[0].Missed || !s.Out[1].Missed || s.Out[2].Missed {
		t.Errorf("the first two may have come: %+v", s.Out)
	}
	if s = r.see(t, Sight{}, 2*time.Hour); s.Out[0].Missed || s.Out[2].Missed {
		t.Errorf("all was read: %+v", s.Out)
	}
}

func TestBounced(t *testing.T) {
	r := testRecord(t)
	first, second, third := r.send(t, 0), r.send(t, time.Minute), r.send(t, 2*time.Minute)
	foreign := Bounce{Probe: NewProbe(noon)}
	s := r.see(t, Sight{Bounced: []Bounce{{Probe: second, Said: strings.Repeat("no ", 500)}, foreign}}, time.Hour)
	if out(s) != "12:00 12:02" || len(s.Bounced) != 1 || len(s.Bounced[0].Said) != maxSaid {
		t.Errorf("%+v", s)
	}
	if s = r.see(t, Sight{Arrived: []Arrival{{first, first.Sent}}}, time.Hour); len(s.Bounced) != 1 {
		t.Errorf("an older probe ended it: %+v", s)
	}
	if s = r.see(t, Sight{Arrived: []Arrival{{third, third.Sent}}, Bounced: []Bounce{{Probe: third}}}, time.Hour); len(s.Bounced) != 0 || out(s) != "" {
		t.Errorf("a newer one did not: %+v", s)
	}
}

// What is kept has bounds, and the oldest probe stays.
func TestRecordIsBounded(t *testing.T) {
	r := testRecord(t)
	s := State{Version: stateVersion}
	for i := range 2 * maxOut {
		s.send(NewProbe(noon.Add(time.Duration(i) * time.Second)))
	}
	if len(s.Out) != maxOut || s.Out[0].Sent != noon {
		t.Errorf("%d are kept from %v on", len(s.Out), s.Out[0].Sent)
	}
	for range 2 * maxBounced {
		p := NewProbe(noon.Add(time.Hour))
		s.send(p)
		s.bounce(Bounce{p, "5.1.1", strings.Repeat("\x01", 2*maxSaid), strings.Repeat("\x01", maxSaid)})
	}
	if _, err := r.change(t.Context(), func(kept *State) { *kept = s }); err != nil {
		t.Fatal(err)
	}
	if got := r.mustRead(t); len(got.Out) != len(s.Out) || got.Out[0].Sent != noon || len(got.Bounced) != maxBounced || got.Damaged {
		t.Errorf("%d, %d, %v", len(got.Out), len(got.Bounced), got.Damaged)
	}
}

// A file that is not a record's begins again, and one that cannot be used is an
// error.
func TestDamagedRecord(t *testing.T) {
	r := testRecord(t)
	for _, text := range []string{"", "null", "[]", "{", `{"version":2}`, `{"version":1,"out":[` + strings.Repeat(`{"id":""},`, maxOut) + `{}]}`} {
		if err := os.WriteFile(filepath.Join(r.Dir, r.name+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s := r.mustRead(t); !s.IsNew() || !s.Damaged {
			t.Errorf("%q: %+v", text, s)
		}
	}
	r.send(t, 0)
	if s := r.mustRead(t); out(s) != "12:00" || s.Damaged {
		t.Errorf("%+v", s)
	}
	if err := os.Chmod(r.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(t.Context()); err == nil {
		t.Error("a directory that others can open counts")
	}
}

// None of several runs at once forgets what another one sent.
func TestRunsAtOnce(t *testing.T) {
	r := testRecord(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if err := r.Send(t.Context(), Probe{fmt.Sprint(i), noon}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s := r.mustRead(t); len(s.Out) != 20 {
		t.Errorf("%d are out", len(s.Out))
	}
}
