package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/options"
	"check_pop3x/check/verdict"
)

// A notice is what was last printed of a check with --notify-changes. It is kept
// while the check is not OK: the first run is like one after an OK.
type notice struct {
	State string   `json:"state"`
	Kinds []string `json:"kinds"` // of what has that state; nil if it is OK
	Time  int64    `json:"time"`  // when it was printed, in seconds since 1970
}

// newNotice returns what this run may print.
func newNotice(v verdict.Verdict, now time.Time) notice {
	n := notice{State: v.Status.String(), Time: now.Unix()}
	if !n.isOK() {
		n.Kinds = v.Kinds()
	}
	return n
}

func (n notice) isOK() bool { return n.State == verdict.OK.String() }

// isNews reports whether n has to be printed after last. A clock that was set back
// makes no reminder wait longer.
func (n notice) isNews(last notice, remind time.Duration) bool {
	since := time.Duration(n.Time-last.Time) * time.Second
	return n.State != last.State || !slices.Equal(n.Kinds, last.Kinds) ||
		!n.isOK() && remind > 0 && (since < 0 || since >= remind)
}

// onlyNews returns what of a run's words is to be printed: nothing if the last run
// said the same. If that is not known, all is printed, and why. in.keep is set if
// something has to be kept once it was printed, so that nothing is kept that
// nobody has seen.
func (in *invocation) onlyNews(c *options.Changes, v verdict.Verdict, said string) string {
	late := fmt.Errorf("%s: it could not be read in time", c.Dir)
	ctx, cancel := context.WithDeadlineCause(in.listen(0), in.end(lastFile), late)
	defer cancel()
	keep, err := fault.Await(ctx, func() (func(), error) { return compare(c, newNotice(v, time.Now())) })
	switch {
	case err != nil:
		return said + "each run is printed, because --notify-changes cannot keep its state in " + fault.Clean(err.Error()) + "\n"
	case keep == nil:
		return ""
	}
	in.keep = keep
	return said
}

// kept does what is left to do after the words of a run were printed. If it fails,
// the next run prints the same again.
func (in *invocation) kept() {
	if in.keep == nil {
		return
	}
	ctx, cancel := context.WithDeadline(in.listen(0), in.end(lastMoment))
	defer cancel()
	_ = fault.Wait(ctx, func() error { in.keep(); return nil })
}

// compare returns nil if n is what was printed last, or else what keeps it. Until
// then other runs of the check wait. A check that is and was OK takes no lock.
func compare(c *options.Changes, n notice) (keep func(), err error) {
	store, err := files.OpenStore(c.Dir)
	if err != nil {
		return nil, err
	}
	if found, err := files.HasEntry(c.Dir, c.Name); err != nil || !found && n.isOK() {
		return nil, err
	}
	unlock, err := store.Lock(c.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Dir, files.Reason(err))
	}
	last, err := readNotice(store, c.Name)
	if err != nil || !n.isNews(last, c.Remind) {
		unlock()
		return nil, err
	}
	return func() {
		defer unlock()
		if n.isOK() {
			store.Remove(c.Name)
			return
		}
		text, _ := json.Marshal(n) // cannot fail
		_ = store.Write(c.Name, string(text), time.Unix(n.Time, 0))
	}, nil
}

// readNotice returns what was printed last; if there is none that can be read, OK.
func readNotice(store *files.Store, name string) (notice, error) {
	ok := notice{State: verdict.OK.String()}
	text, err := store.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return ok, fmt.Errorf("%s: %w", name, files.Reason(err))
	}
	last := notice{}
	if err != nil || json.Unmarshal(text, &last) != nil || last.State == "" {
		return ok, nil
	}
	return last, nil
}
