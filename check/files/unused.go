package files

import (
	"io/fs"
	"regexp"
	"strings"
	"time"
)

// maxUnused is how long an entry is kept that nobody writes.
const maxUnused = 30 * 24 * time.Hour

// ownFile is the pattern of the names of files that a Store creates. Another
// program may have files in the same directory.
const ownFile = `^\.?[a-z]+-[0-9a-f]{64}\.(json|json\.new|list|list\.new|lock)$`

// Remove removes an entry, whose lock the caller holds, and then its lock, which
// nobody holds from there on.
func (s *Store) Remove(name string) {
	for _, end := range entryEnds {
		_ = s.root.Remove(name + end)
	}
	_ = s.root.Remove(name + lockEnd)
}

// removeUnused removes what nobody has written for a month, except what is
// locked. A clock that was wrong may have left files from the future.
func (s *Store) removeUnused(now time.Time) {
	all, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return
	}
	own := regexp.MustCompile(ownFile)
	for _, e := range all {
		if !own.MatchString(e.Name()) || !s.isOld(e.Name(), now) {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(e.Name(), "."), ".")
		unlock, err := s.TryLock(name)
		if err != nil {
			continue
		}
		if s.isUnused(name, now) {
			s.Remove(name)
		}
		unlock()
	}
}

// isUnused reports whether an entry of any form does not exist or was not written
// for a month. What is left of a run that was writing it is removed.
func (s *Store) isUnused(name string, now time.Time) bool {
	unused := true
	for _, end := range entryEnds {
		_ = s.root.Remove(tempName(name + end))
		unused = unused && s.isOld(name+end, now)
	}
	return unused
}

// isOld reports whether a file does not exist or was not written for a month.
func (s *Store) isOld(file string, now time.Time) bool {
	info, err := s.root.Lstat(file)
	return err != nil || now.Sub(info.ModTime()).Abs() > maxUnused
}
