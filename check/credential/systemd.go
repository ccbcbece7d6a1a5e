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

// The credentials that systemd may lay down for a unit (systemd.exec(5),
// LoadCredential= and its like): files of these names in the directory that
// $CREDENTIALS_DIRECTORY names. They are root's, 0400, or 0440 where an access
// list lets the unit's user read them, so that the rule of File holds for them.
const (
	SystemdUser     = "check_pop3x.user"
	SystemdPassword = "check_pop3x.password"
)

// credentials is the directory of the unit, or "". One that is relative is not
// systemd's.
func credentials() string {
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); filepath.IsAbs(dir) {
		return dir
	}
	return ""
}

// UnderSystemd says whether Systemd has files to look for.
func UnderSystemd() bool { return credentials() != "" }

// Systemd is the credential of that name, or nil where the unit has none. It
// looks for the file, which may take its time. An error is a fault of kind
// usage: a directory that cannot be searched may well hold one.
func Systemd(name string) (*Source, error) {
	dir := credentials()
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

// SystemdName is the user name in the credential SystemdUser, or "" where there
// is none, and where it came from. It is read like a secret, from a safe file
// only, and may take its time.
func SystemdName() (user, source string, err error) {
	found, err := Systemd(SystemdUser)
	if found == nil {
		return "", "", err
	}
	path := filepath.Join(credentials(), SystemdUser)
	user, err = files.FirstLine(path)
	if err == nil && user == "" {
		err = fmt.Errorf("the user name in %s is empty", path)
	}
	return user, found.Name, fault.Wrap(fault.Usage, err)
}
