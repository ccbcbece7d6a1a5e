//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package files

import (
	"errors"
	"os"
)

// lock does nothing: nothing is kept between runs here, so each run asks for
// itself.
func lock(*os.File) error { return nil }

func tryLock(*os.File) error { return errors.ErrUnsupported }
