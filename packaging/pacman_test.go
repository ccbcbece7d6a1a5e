//go:build integration

package packaging

import (
	"strings"
	"testing"
)

// TestPacman installs Arch Linux's package, installs it again over a changed configuration, and removes it.
func TestPacman(t *testing.T) {
	t.Parallel()
	b := startBox(t, "repositories")
	const config = "/etc/nagios/conf.d/pop3x.cfg"
	install := "pacman --noconfirm --assume-installed ca-certificates=1 -U " + one.only(t, "*-x86_64.pkg.tar.zst")
	b.wants(t, "mkdir -p /var/lib/pacman; "+install)
	if said := b.wants(t, "pacman -Qkk "+name); !strings.Contains(said, " 0 altered files") {
		t.Errorf("%s", said)
	}
	if said, err := b.shell(otherPlugin + " --version"); err == nil || !strings.HasPrefix(said, "check_pop3x ") {
		t.Errorf("%v, %s", err, said)
	}
	b.wants(t, "echo '# changed here' >>"+config)
	b.wants(t, install)
	b.wants(t, "grep -q '^# changed here' "+config)
	b.wants(t, "pacman --noconfirm -Rn "+name)
	b.wants(t, "! ls -d /etc/check_pop3x "+config+" "+otherPlugin+" /usr/share/doc/"+name)
}

// TestVersionsSortInArch has pacman's library compare the versions of later commits.
func TestVersionsSortInArch(t *testing.T) {
	t.Parallel()
	b := startBox(t, "repositories")
	all := strings.ReplaceAll(strings.Join(versions(t, "--package")[:9], "-1 "), "~", "")
	b.wants(t, `cat >sort.py <<END
import ctypes, sys
compare = ctypes.CDLL('libalpm.so.13').alpm_pkg_vercmp
for old, new in zip(sys.argv[1:], sys.argv[2:]):
    assert compare(old.encode(), new.encode()) < 0, (old, new)
END
python3 sort.py `+all+"-1")
}
