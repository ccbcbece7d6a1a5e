//go:build integration

package packaging

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

const (
	name        = "monitoring-plugins-pop3x"
	debPlugin   = "/usr/lib/nagios/plugins/check_pop3x"
	rpmPlugin   = "/usr/lib64/nagios/plugins/check_pop3x"
	otherPlugin = "/usr/lib/monitoring-plugins/check_pop3x" // in Alpine and Arch Linux
	configured  = "etc/nagios-plugins/config/pop3x.cfg"
)

// TestReproducible builds a file of each kind elsewhere, from an archive of the sources without git, with another time
// zone, language and mask, and compares all bytes.
func TestReproducible(t *testing.T) {
	elsewhere, other := t.TempDir(), build{dir: t.TempDir()}
	run(t, "sh", "-c", `cd .. && git ls-files -co --exclude-standard | while read -r file; do
		[ ! -e "$file" ] || cp --parents -p "$file" "$0"
	done`, elsewhere)
	cmd := exec.Command("sh", "-c", `umask 077; packaging/build.sh "$0" && packaging/image.sh "$0"`, other.dir)
	cmd.Dir = elsewhere
	cmd.Env = append(os.Environ(), "TZ=Asia/Tokyo", "LC_ALL=C.UTF-8",
		"PLATFORMS=linux/arm64 windows/amd64", "VERSION="+strings.TrimSpace(run(t, "./version.sh")),
		"SOURCE_DATE_EPOCH="+strings.TrimSpace(run(t, "git", "log", "-1", "--format=%ct")))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	built := files(t, other.dir)
	if len(built) != 9 {
		t.Errorf("%q", built)
	}
	for _, file := range built {
		if out, err := exec.Command("cmp", filepath.Join(one.dir, file), filepath.Join(other.dir, file)).CombinedOutput(); err != nil {
			t.Errorf("%s", out)
		}
	}
}

func TestLintian(t *testing.T) {
	for _, deb := range []string{"*_amd64.deb", "*_arm64.deb"} {
		silent(t, "lintian", "--pedantic", "--allow-root", "--fail-on", "error,warning,pedantic", one.only(t, deb))
	}
}

func TestRpmlint(t *testing.T) {
	// rpmlint has cpio unpack the files, which have absolute names: into the root of this machine, if nobody tells it not to.
	bin := t.TempDir()
	write(t, filepath.Join(bin, "cpio"), "#!/bin/sh\nexec /usr/bin/cpio --no-absolute-filenames \"$@\"\n")
	if err := os.Chmod(filepath.Join(bin, "cpio"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, rpm := range []string{"*.x86_64.rpm", "*.aarch64.rpm"} {
		out := run(t, "rpmlint", "-c", "rpm/rpmlint.toml", one.only(t, rpm))
		if !strings.Contains(out, "0 errors, 0 warnings") {
			t.Errorf("%s", out)
		}
	}
}

// TestPrometheusRules has promtool try the rules.
func TestPrometheusRules(t *testing.T) {
	promtool := filepath.Join(debian.Cache(), "prometheus/usr/bin/promtool")
	rules := filepath.Join(one.root, "usr/share/doc", name, "examples/prometheus")
	run(t, promtool, "check", "rules", filepath.Join(rules, "pop3.rules.yml"))
	run(t, promtool, "test", "rules", filepath.Join(rules, "pop3.rules.test.yml"))
}

// TestVersionsSort: a later commit has a higher version, for dpkg and for rpm.
func TestVersionsSort(t *testing.T) {
	all := versions(t, "--package")[:9] // those of one repository
	for i, later := range all[1:] {
		run(t, "dpkg", "--compare-versions", all[i], "lt", later)
		if order := run(t, "rpm", "--eval", "%{lua: print(rpm.vercmp('"+all[i]+"', '"+later+"'))}"); order != "-1\n" {
			t.Errorf("rpm: %s is not below %s: %s", all[i], later, order)
		}
	}
}

// TestDeb installs, upgrades, removes and purges.
func TestDeb(t *testing.T) {
	root := t.TempDir()
	dpkg := func(args ...string) {
		t.Helper()
		if err := dpkgIn(root, args...); err != nil {
			t.Fatal(err)
		}
	}
	dpkg("-i", one.only(t, "*_amd64.deb"))
	works(t, root, debPlugin)

	own := read(t, filepath.Join(root, configured)) + "\n# changed here\n"
	write(t, filepath.Join(root, configured), own)
	dpkg("--force-confdef", "-i", newer(t))
	works(t, root, debPlugin)
	if got := read(t, filepath.Join(root, configured)); got != own {
		t.Errorf("an upgrade has replaced a changed file:\n%s", got)
	}
	if got := read(t, filepath.Join(root, "etc/nagios/nrpe.d/pop3x.cfg")); !strings.HasSuffix(got, "# newer\n") {
		t.Errorf("an upgrade has not replaced an unchanged file:\n%s", got)
	}

	dpkg("-r", name)
	left := files(t, root)
	if slices.Contains(left, debPlugin[1:]) || !slices.Contains(left, configured) {
		t.Errorf("removed, except configuration: %q", left)
	}
	dpkg("-P", name)
	if left := files(t, root); len(left) > 0 {
		t.Errorf("purged, except %q", left)
	}
	if _, err := os.Stat(filepath.Join(root, "etc/check_pop3x")); err == nil {
		t.Error("purged, except /etc/check_pop3x")
	}
}

// newer is the .deb with a higher version and other configuration.
func newer(t *testing.T) string {
	t.Helper()
	tree, deb := filepath.Join(t.TempDir(), "tree"), filepath.Join(t.TempDir(), "newer.deb")
	run(t, "dpkg-deb", "-R", one.only(t, "*_amd64.deb"), tree)
	run(t, "sed", "-i", "s/^Version: .*/Version: 99-1/", filepath.Join(tree, "DEBIAN/control"))
	for _, file := range []string{configured, "etc/nagios/nrpe.d/pop3x.cfg"} {
		file = filepath.Join(tree, file)
		write(t, file, read(t, file)+"# newer\n")
	}
	run(t, "dpkg-deb", "-Znone", "--root-owner-group", "-b", tree, deb)
	return deb
}

// TestRpm installs, verifies and erases.
func TestRpm(t *testing.T) {
	root := t.TempDir()
	rpm := func(args ...string) string {
		return run(t, "rpm", append([]string{"--root", root}, args...)...)
	}
	rpm("--initdb")
	rpm("-i", "--nodeps", one.only(t, "*.x86_64.rpm")) // nothing else is there: ca-certificates, a shell
	rpm("-V", "--nodeps", name)
	works(t, root, rpmPlugin)
	unit := read(t, filepath.Join(root, "usr/lib/systemd/system/check_pop3x@.service"))
	if !strings.Contains(unit, "ExecStart="+rpmPlugin+" ") {
		t.Errorf("the unit does not name the plugin's place:\n%s", unit)
	}
	rpm("-e", name)
	if left := files(t, root); len(left) > 0 {
		t.Errorf("erased, except %q", left)
	}
}

// TestArchive installs as whoever has no package does.
func TestArchive(t *testing.T) {
	tree, root := t.TempDir(), t.TempDir()
	run(t, "tar", "-xzf", one.only(t, "*-linux-amd64.tar.gz"), "-C", tree, "--strip-components=1")
	silent(t, "find", tree, "-name", "go.mod", "-o", "-name", "build.sh", "-o", "-name", "control") // for those who build
	followLinks(t, tree)
	install := func() { run(t, "env", "DESTDIR="+root, "PREFIX=/opt/mon", filepath.Join(tree, "packaging/install.sh")) }
	install()
	works(t, root, "/opt/mon/lib/nagios/plugins/check_pop3x")
	write(t, filepath.Join(root, configured), "# changed here\n")
	install()
	if got := read(t, filepath.Join(root, configured)); got != "# changed here\n" {
		t.Errorf("a second run has replaced a changed file:\n%s", got)
	}
}

// TestSBOM: the list names each module that go says is in the program.
func TestSBOM(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		var list struct {
			BOMFormat  string
			Components []struct{ Name, Version string }
		}
		if err := json.Unmarshal([]byte(read(t, one.only(t, "*-linux-"+arch+".cdx.json"))), &list); err != nil {
			t.Fatal(err)
		}
		var listed []string
		for _, c := range list.Components {
			listed = append(listed, c.Name+" "+c.Version)
		}
		if list.BOMFormat != "CycloneDX" || len(listed) == 0 {
			t.Errorf("%s: %+v", arch, list)
		}
		for _, module := range linked(t, arch) {
			if !slices.Contains(listed, module) {
				t.Errorf("%s: %s is not in %q", arch, module, listed)
			}
		}
	}
}

// TestApk: what Alpine Linux reads first, and the plugin where monitoring-plugins are there. The signature of a
// repository is its publisher's.
func TestApk(t *testing.T) {
	apk := one.only(t, "*_x86_64.apk")
	about := "\n" + run(t, "tar", "-xzOf", apk, ".PKGINFO")
	for _, want := range []string{
		"pkgname = " + name, "arch = x86_64", "license = MIT", "depend = ca-certificates", "pkgdesc = POP3 check for Nagios, Icinga and Prometheus",
	} {
		want = "\n" + want + "\n"
		if !strings.Contains(about, want) {
			t.Errorf("no %q in\n%s", want, about)
		}
	}
	if !regexp.MustCompile(`(?m)^pkgver = \d+\.\d+\.\d+(_(alpha|beta|rc)\d+)?-r1$`).MatchString(about) {
		t.Errorf("not a version of Alpine Linux:\n%s", about)
	}
	root := t.TempDir()
	run(t, "tar", "-xzf", apk, "-C", root)
	works(t, root, otherPlugin)
}

// TestZip: Windows gets the program, its licences and the documents.
func TestZip(t *testing.T) {
	inside := run(t, "unzip", "-Z1", one.only(t, "*-windows-amd64.zip"))
	for _, want := range []string{"check_pop3x.exe", "COPYRIGHT", "README.md", "packaging/doc/manual.md"} {
		if !strings.Contains(inside, "/"+want+"\n") {
			t.Errorf("no %s:\n%s", want, inside)
		}
	}
}

// TestCopyright: the .deb has the licence of each module.
func TestCopyright(t *testing.T) {
	text := run(t, "sh", "-c", `dpkg-deb --fsys-tarfile "$0" | tar -xO ./usr/share/doc/`+name+`/copyright`, one.only(t, "*_amd64.deb"))
	for _, module := range linked(t, "amd64") {
		_, licence, found := strings.Cut(text, "\n"+module+" is linked into the program:\n\n")
		if !found || !strings.HasPrefix(strings.TrimSpace(licence), "Copyright") && !strings.Contains(licence[:min(200, len(licence))], "icense") {
			t.Errorf("no licence of %s", module)
		}
	}
}

// linked lists the modules in a program, as "path version".
func linked(t *testing.T, arch string) []string {
	t.Helper()
	tree := t.TempDir()
	run(t, "tar", "-xzf", one.only(t, "*-linux-"+arch+".tar.gz"), "-C", tree, "--strip-components=1")
	var modules []string
	for line := range strings.Lines(run(t, "go", "version", "-m", filepath.Join(tree, "check_pop3x"))) {
		if word := strings.Fields(line); len(word) > 2 && word[0] == "dep" {
			modules = append(modules, word[1]+" "+word[2])
		}
	}
	if len(modules) == 0 {
		t.Error("no module was found")
	}
	return modules
}
