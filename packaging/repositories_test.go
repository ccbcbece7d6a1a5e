//go:build integration

package packaging

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A publisher makes repositories, signs them with a key of its own and has them on the web. Who installs from them is in
// the same box, in which no package is installed as far as dpkg and rpm know.
type publisher struct {
	box
	site, url string
}

func startPublisher(t *testing.T) publisher {
	t.Helper()
	p := publisher{box: startBox(t, "repositories")}
	p.site = filepath.Join(p.Dir, "site")
	server := httptest.NewServer(http.FileServer(http.Dir(p.site)))
	t.Cleanup(server.Close)
	p.url = server.URL
	for _, name := range []string{"publisher", "stranger"} {
		p.wants(t, "gpg --batch --passphrase '' --quick-generate-key "+name+"@example.org rsa3072")
	}
	for variables, want := range map[string]string{
		"": "KEY= has to name a key", "KEY=nobody": "KEY= has to name a key", "KEY=stranger PACKAGES=/usr": "/usr has no packages",
	} {
		said, err := p.shell(variables + " " + p.packaging + "/repositories.sh " + p.site)
		if err == nil || !strings.HasPrefix(said, want) {
			t.Errorf("%s: %v\n%s", variables, err, said)
		}
	}
	p.wants(t, "! ls -d site")
	p.publish(t, one.dir)
	return p
}

// publish puts the packages of a directory into the repositories.
func (p publisher) publish(t *testing.T, packages string) {
	t.Helper()
	p.wants(t, "KEY=publisher@example.org PACKAGES="+packages+" "+p.packaging+"/repositories.sh "+p.site)
}

// A client is a program that installs from a repository, by the commands of the document.
type client struct {
	name    string
	plugin  string // where it is installed
	prepare string // commands for a machine that has nothing yet
	upgrade string
	version string // prints that of the package
	refused []tampering
}

// A tampering is what somebody does to a repository, and why the client does not install from it.
type tampering struct{ what, commands, why string }

// where the signatures are
const (
	apt = "cd site/apt/dists/stable; "
	dnf = "cd site/dnf/repodata; "
)

var clients = []client{
	{
		name: "apt", plugin: debPlugin,
		prepare: "rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists; mkdir -p /var/lib/dpkg; touch /var/lib/dpkg/status",
		upgrade: "apt update; apt upgrade -y",
		version: "dpkg-query -W -f '${Version}' " + name,
		refused: []tampering{
			{"not signed", apt + "rm InRelease Release.gpg", "is not signed"},
			{"signed by another", apt + "rm InRelease Release.gpg; gpg -u stranger@example.org -o InRelease --clearsign Release", "NO_PUBKEY"},
			{"another list", apt + "cd main/binary-amd64; change Packages; gzip -9nkf Packages", "Hash Sum mismatch|unexpected size"},
			{"another package", "change site/apt/pool/*_amd64.deb", "Hash Sum mismatch"},
		},
	},
	{
		name: "dnf", plugin: rpmPlugin,
		prepare: "mkdir -p /etc/yum.repos.d; printf '[main]\nassumeyes=1\n' >/etc/dnf/dnf.conf; rm -rf /var/cache/dnf",
		upgrade: "dnf --refresh upgrade",
		version: "rpm -q --qf '%{version}-%{release}' " + name,
		refused: []tampering{
			{"not signed", dnf + "rm repomd.xml.asc", "GPG signature is not available"},
			{"signed by another", dnf + "gpg -u stranger@example.org --yes -a -b repomd.xml", "Bad GPG signature"},
			{"another list", "change site/dnf/repodata/*-primary.xml.gz", "checksum doesn't match"},
			{"another package", "change site/dnf/*.x86_64.rpm", "checksum doesn't match"},
		},
	},
}

// change overwrites some octets of a file.
const change = "change() { head -c 64 /dev/zero | dd of=$1 bs=1 seek=200 conv=notrunc; }\n"

// TestRepositories installs with apt and dnf, and upgrades.
func TestRepositories(t *testing.T) {
	t.Parallel()
	p := startPublisher(t)
	document := strings.ReplaceAll(read(t, "doc/repositories.md"), "https://packages.example.org/check_pop3x", p.url)
	commands := regexp.MustCompile("(?s)```\n(.*?)```").FindAllStringSubmatch(document, len(clients))
	for i, c := range clients {
		t.Run(c.name, func(t *testing.T) { c.installs(t, p, commands[i][1]) })
	}
	packages := t.TempDir()
	run(t, "cp", newer(t), filepath.Join(packages, name+"_99-1_amd64.deb"))
	run(t, "cp", newerRpm(t), packages)
	p.publish(t, packages)
	for _, c := range clients {
		p.wants(t, c.upgrade)
		if version := p.wants(t, c.version); version != "99-1" {
			t.Errorf("%s: upgraded to %s", c.name, version)
		}
	}
}

// installs what is the publisher's, and nothing else.
func (c client) installs(t *testing.T, p publisher, commands string) {
	for _, bad := range c.refused {
		p.wants(t, c.prepare+"\ncp -a site good\n"+change+bad.commands)
		if said, err := p.shell(commands); err == nil || !regexp.MustCompile(bad.why).MatchString(said) {
			t.Errorf("%s: %v\n%s", bad.what, err, said)
		}
		p.wants(t, "rm -r site; mv good site")
	}
	p.wants(t, c.prepare)
	p.wants(t, commands)
	if said, err := p.shell(c.plugin + " --version"); err == nil || !strings.HasPrefix(said, "check_pop3x ") {
		t.Errorf("%v, %s", err, said)
	}
}

// newerRpm is an empty package with a higher version.
func newerRpm(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir+"/spec", "Name: "+name+"\nVersion: 99\nRelease: 1\nSummary: newer\nLicense: MIT\n%description\nnewer\n%files\n")
	run(t, "rpmbuild", "-bb", "--target", "x86_64", "-D", "_rpmdir "+dir, dir+"/spec")
	return filepath.Join(dir, "x86_64", name+"-99-1.x86_64.rpm")
}
