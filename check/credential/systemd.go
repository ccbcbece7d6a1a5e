package credential

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// The credentials that systemd may give to a unit (systemd.exec(5),
// LoadCredential= and others): files of these names in $CREDENTIALS_DIRECTORY.
// They belong to root and have mode 0400, or 0440 if an access list lets the
// unit's user read them, so they are safe files.
const (
	SystemdUser     = "check_pop3x.user"
	SystemdPassword = "check_pop3x.password"
)

// directory returns the unit's directory of credentials, or "". A relative one
// is not from systemd.
func directory() string {
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); filepath.IsAbs(dir) {
		return dir
	}
	return ""
}

// Systemd returns the credential of that name, or nil if the unit has none. It
// looks for the file, which may block. A directory that cannot be searched is
// an error, as it may contain the credential.
func Systemd(name string) (*Source, error) {
	dir := directory()
	if dir == "" {
		return nil, nil
	}
	path := filepath.Join(dir, name)
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fault.Wrap(fault.Usage, files.Unreadable(path, err))
	}
	source := File(path)
	source.Name = "systemd credential " + name
	return source, nil
}

// SystemdName returns the user name in the credential SystemdUser, or "" if
// there is none, and where it came from. It is read like a secret, from a safe
// file, and may block.
func SystemdName() (user, source string, err error) {
	found, err := Systemd(SystemdUser)
	if found == nil {
		return "", "", err
	}
	path := filepath.Join(directory(), SystemdUser)
	user, err = files.FirstLine(path)
	if err == nil && user == "" {
		err = fmt.Errorf("the user name in %s is empty", path)
	}
	return user, found.Name, fault.Wrap(fault.Usage, err)
}
