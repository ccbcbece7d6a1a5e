//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// ownedFile is a file of some user.
type ownedFile struct {
	fs.FileInfo
	uid  int
	mode fs.FileMode
}

func (f ownedFile) Sys() any           { return &syscall.Stat_t{Uid: uint32(f.uid)} }
func (f ownedFile) Mode() fs.FileMode  { return f.mode }
func (f ownedFile) ModTime() time.Time { return time.Time{} }

// Files of other users are not trusted, whatever their mode.
func TestOwner(t *testing.T) {
	me := os.Geteuid()
	for _, c := range []struct {
		file ownedFile
		good bool
	}{
		{ownedFile{uid: me, mode: 0o700}, true}, {ownedFile{uid: me, mode: 0o600}, true}, {ownedFile{uid: me, mode: 0}, true},
		{ownedFile{uid: me + 1, mode: 0o700}, false}, {ownedFile{uid: me + 1, mode: 0o600}, false},
		{ownedFile{uid: me, mode: 0o710}, false}, {ownedFile{uid: me, mode: 0o701}, false}, {ownedFile{uid: me, mode: 0o620}, false},
	} {
		if err := checkPrivate(c.file); (err == nil) != c.good {
			t.Errorf("%v of %d: %v", c.file.mode, c.file.uid, err)
		}
	}
}

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := OpenStore(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// put writes an entry under its lock.
func (s *Store) put(t *testing.T, name, text string, now time.Time) {
	t.Helper()
	unlock, err := s.Lock(name)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := s.Write(name, text, now); err != nil {
		t.Error(err)
	}
}

// files lists the names of all files of a store.
func (s *Store) files(t *testing.T) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(s.root.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestStoreEntry(t *testing.T) {
	s, name := openStore(t), EntryName("login", "alice", "mail")
	if text, err := s.Read(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%q, %v", text, err)
	}
	for _, text := range []string{"one", "", strings.Repeat("x", maxEntry)} {
		s.put(t, name, text, time.Now())
		if got, err := s.Read(name); err != nil || string(got) != text {
			t.Errorf("%d octets, %v, want %d", len(got), err, len(text))
		}
	}
	s.put(t, name, strings.Repeat("x", maxEntry+1), time.Now())
	if _, err := s.Read(name); err == nil {
		t.Error("an entry that is too long was read")
	}
	s.Remove(name)
	if left := s.files(t); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}

// A new entry removes those that nobody has written for a month, with their
// locks and what processes left behind that were killed. Nothing else is
// touched: not what is locked, and not what another program keeps there.
func TestUnusedEntries(t *testing.T) {
	s, now := openStore(t), time.Now()
	names := map[string]string{}
	for _, what := range []string{"new", "old", "future", "locked", "again", "half"} {
		names[what] = EntryName("login", what)
		s.put(t, names[what], what, now)
	}
	foreign := []string{"foreign.json", "login-1.json", strings.Repeat("a", 64) + ".json"}
	for _, file := range append(foreign, "."+names["half"]+".json.new", names["half"]+".json", names["again"]+".json") {
		if err := s.root.WriteFile(file, []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long, later := now.Add(-maxUnused-time.Hour), now.Add(maxUnused+time.Hour)
	for _, file := range s.files(t) {
		written := long
		switch {
		case strings.Contains(file, names["future"]):
			written = later
		case file == names["new"]+".json" || file == names["again"]+".json":
			written = now.Add(-maxUnused + time.Hour)
		}
		if err := s.root.Chtimes(file, written, written); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := s.Lock(names["locked"])
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	s.put(t, names["again"], "an entry that exists", now)
	if n := len(s.files(t)); n != 2*len(names)+1+len(foreign) {
		t.Errorf("%d files are left", n)
	}
	s.put(t, EntryName("token", "x"), "a new one", now)
	want := append(foreign, EntryName("token", "x")+".json", EntryName("token", "x")+".lock")
	for _, what := range []string{"new", "locked", "again"} {
		want = append(want, names[what]+".json", names[what]+".lock")
	}
	slices.Sort(want)
	if left := s.files(t); !slices.Equal(left, want) {
		t.Errorf("these are left:\n%s\nwant\n%s", strings.Join(left, "\n"), strings.Join(want, "\n"))
	}
}

// A list may be long, and is removed like other entries, whoever writes the next
// one.
func TestLists(t *testing.T) {
	const long = maxEntry + 1
	s, now := openStore(t), time.Now()
	lists, err := OpenLists(s.root.Name(), long)
	if err != nil {
		t.Fatal(err)
	}
	kept, old := EntryName("crl", "kept"), EntryName("crl", "old")
	for _, name := range []string{kept, old} {
		lists.put(t, name, strings.Repeat("x", long), now)
	}
	if text, err := lists.Read(kept); err != nil || len(text) != long {
		t.Errorf("%d octets, %v", len(text), err)
	}
	if _, err := s.Read(kept); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a list was read as JSON: %v", err)
	}
	past := now.Add(-maxUnused - time.Hour)
	if err := s.root.Chtimes(old+listEnd, past, past); err != nil {
		t.Fatal(err)
	}
	if err := s.root.Chtimes(kept+lockEnd, past, past); err != nil {
		t.Fatal(err)
	}
	token := EntryName("token", "x")
	s.put(t, token, "{}", now)
	want := []string{kept + listEnd, kept + lockEnd, token + jsonEnd, token + lockEnd}
	if left := s.files(t); !slices.Equal(left, want) {
		t.Errorf("%v are left, want %v", left, want)
	}
}

// No two hold the lock of one entry, though each removes it.
func TestLockOfRemovedEntry(t *testing.T) {
	s, name := openStore(t), EntryName("login", "alice")
	var all sync.WaitGroup
	var inside atomic.Int32
	for range 20 {
		all.Go(func() {
			for range 50 {
				unlock, err := s.Lock(name)
				if err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				if err := s.Write(name, "x", time.Now()); err != nil {
					t.Error(err)
				}
				if _, err := s.Read(name); err != nil {
					t.Error(err)
				}
				inside.Add(-1)
				s.Remove(name)
				unlock()
			}
		})
	}
	all.Wait()
}

func TestTryLock(t *testing.T) {
	s, name := openStore(t), EntryName("login", "alice")
	unlock, err := s.TryLock(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.TryLock(name); err == nil {
		t.Error("it was locked twice")
	}
	unlock()
	if unlock, err = s.TryLock(name); err != nil {
		t.Fatal(err)
	}
	unlock()
}
