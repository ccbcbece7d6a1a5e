package loop

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func testKey(t *testing.T, mailbox string) Key {
	t.Helper()
	return keyIn(t, t.TempDir(), mailbox)
}

func keyIn(t *testing.T, dir, mailbox string) Key {
	t.Helper()
	_ = os.Chmod(dir, 0o700)
	k, err := NewRecord(dir, mailbox).Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestVerify(t *testing.T) {
	dir := t.TempDir()
	k, p := keyIn(t, dir, "alice"), NewProbe(noon.Add(time.Millisecond))
	value := k.Header(p)
	if got, ok := keyIn(t, dir, "alice").Verify(strings.ReplaceAll(value, " ", "\r\n\t")); !ok || got != p || p.Sent != noon {
		t.Errorf("%+v, %v of %q", got, ok, value)
	}
	words := strings.Fields(value)
	for _, wrong := range []string{
		"", "v1", value + " x y", strings.Replace(value, "v1", "v2", 1), strings.Replace(value, "12:00:00", "12:00:01", 1),
		strings.Replace(value, "12:00:00Z", "13:00:00+01:00", 1), strings.ToLower(value), value[:len(value)-1],
		strings.Join(words[:3], " "), strings.Replace(value, words[1], NewProbe(noon).ID, 1),
	} {
		if got, ok := k.Verify(wrong); ok {
			t.Errorf("%q is taken for %+v", wrong, got)
		}
	}
	for _, other := range []Key{keyIn(t, dir, "bob"), testKey(t, "alice")} {
		if _, ok := other.Verify(value); ok {
			t.Error("another key vouches for the probe")
		}
	}
}

// Runs that begin at once have the same key, which only the user can read. A file
// that is no key is replaced.
func TestKeyIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	_ = os.Chmod(dir, 0o700)
	keys := make([]string, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			k, err := NewRecord(dir, "alice").Key(t.Context())
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(k.secret)
		})
	}
	all.Wait()
	for _, k := range keys {
		if k != keys[0] || k == "" {
			t.Errorf("%q and %q", k, keys[0])
		}
	}
	file := filepath.Join(dir, "loop-key.json")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte(`{"version":1,"secret":"c2hvcnQ="}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if k := keyIn(t, dir, "alice"); string(k.secret) == keys[0] {
		t.Error("a damaged key counts")
	}
	read := keyIn(t, dir, "alice")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if k := keyIn(t, dir, "alice"); string(k.secret) == string(read.secret) || len(k.secret) == 0 {
		t.Error("a key that others can read counts")
	}
	info, err = os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
