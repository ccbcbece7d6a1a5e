package files

import "os"

// LockFile waits until no other process has locked the file at path. If it was
// replaced in the meantime, the new one is locked. On a file system that has no
// locks nothing is locked. The caller unlocks it.
func LockFile(path string) (unlock func(), err error) {
	for {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		named := func() (os.FileInfo, error) { return os.Stat(path) }
		if lock(f) != nil || isFile(f, named) {
			return func() { f.Close() }, nil
		}
		f.Close()
	}
}

// isFile reports whether f is the file that a name is that of now.
func isFile(f *os.File, named func() (os.FileInfo, error)) bool {
	opened, err := f.Stat()
	now, errNow := named()
	return err == nil && errNow == nil && os.SameFile(opened, now)
}
