package credential

import (
	"io"
	"os"

	"check_pop3x/check/fault"
)

// Whole is all of a file of at most 64 KiB. Where secret says that what is in it
// is one, the rule of File holds. It blocks on a FIFO that nobody writes to. The
// error is a fault of kind usage that names the file.
func Whole(path string, secret func([]byte) bool) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Unreadable(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, Unreadable(path, err)
	case len(data) > maxFile:
		return nil, fault.New(fault.Usage, "%s is larger than %d KiB", path, maxFile>>10)
	case secret(data):
		return data, Safe(path, f)
	}
	return data, nil
}
