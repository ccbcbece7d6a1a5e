//go:build integration && homes

package packaging

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestHomeSource makes the source package twice, the same, builds it without a network, and compares the package that
// comes of it with that of build.sh.
func TestHomeSource(t *testing.T) {
	b := startBox(t, "source")
	goEnv := strings.Fields(run(t, "go", "env", "GOROOT", "GOCACHE", "GOMODCACHE"))
	goPath := "export PATH=" + goEnv[0] + "/bin:$PATH GOTOOLCHAIN=local GOCACHE=" + goEnv[1] + "\n"
	const home = "https://example.org/check_pop3x"
	for _, dir := range []string{"first", "second"} {
		b.wants(t, goPath+"GOMODCACHE="+goEnv[2]+" HOMEPAGE="+home+" "+b.packaging+"/source.sh "+b.Dir+"/"+dir)
	}
	b.wants(t, "diff -r first second")

	// Debian 12's Go is too old, so it is not asked for (-d): this one is in the path.
	b.wants(t, goPath+`mkdir -p /var/lib/dpkg
touch /var/lib/dpkg/status
cd first
dpkg-source -x *.dsc tree
cd tree
export GOMODCACHE=/nonexistent HOME=/nonexistent
unshare -n dpkg-buildpackage -d -us -uc`)
	built := build{dir: filepath.Join(b.Dir, "first")}
	silent(t, "lintian", "--allow-root", "--fail-on", "error,warning", built.only(t, "*.dsc"), built.only(t, "*.deb"))

	ours, theirs := one.only(t, "*_amd64.deb"), built.only(t, "*.deb")
	for what, script := range map[string]string{
		"files":         `dpkg-deb -c "$0" | awk '$6 != "./" { print $1, $2, $6 }' | sort`,
		"configuration": `dpkg-deb -I "$0" conffiles`,
		"fields":        `dpkg-deb -f "$0" | grep -vE '^(Homepage|Installed-Size):' | LC_ALL=C sort`,
	} {
		if want, got := run(t, "sh", "-c", script, ours), run(t, "sh", "-c", script, theirs); want != got {
			t.Errorf("other %s:\n%s\nwanted\n%s", what, got, want)
		}
	}
	if got := run(t, "dpkg-deb", "-f", theirs, "Homepage"); got != home+"\n" {
		t.Errorf("the home page is %q", got)
	}
	root := t.TempDir()
	if err := dpkgIn(root, "-i", theirs); err != nil {
		t.Fatal(err)
	}
	works(t, root, debPlugin)
}
