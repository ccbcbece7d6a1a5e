package confine

import (
	"os"
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"

	"check_pop3x/check/fault"
)

// Enter gives up all rights to files and TCP but those, for the life of the
// process, by Landlock (landlock(7)). What is open stays open. It fails if the
// kernel is older than Linux 6.7, which added TCP, or does not use Landlock.
func Enter(p Permissions) error {
	var rules []landlock.Rule
	for _, path := range p.Read {
		rules = append(rules, readable(path).IgnoreIfMissing())
	}
	rules = append(rules, landlock.RWDirs(p.Write...).IgnoreIfMissing())
	for _, port := range p.Ports {
		rules = append(rules, landlock.ConnectTCP(port))
	}
	if p.Bind {
		rules = append(rules, landlock.BindTCP(0)) // any port that the kernel chooses
	}
	if err := landlock.V4.Restrict(rules...); err != nil {
		return fault.New(fault.Usage, "--confine needs Linux 6.7 or newer with landlock in /sys/kernel/security/lsm, leave it out (%v)", err)
	}
	return nil
}

func readable(path string) landlock.FSRule {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return landlock.RODirs(path)
	}
	return landlock.ROFiles(path)
}

// trusted returns the places where crypto/x509 looks for roots (root_linux.go),
// and those that they are links to.
func trusted(getenv func(string) string) []string {
	places := []string{
		"/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/certs", "/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
		"/etc/ca-certificates", "/var/lib/ca-certificates",
	}
	if file := getenv("SSL_CERT_FILE"); file != "" {
		places = append(places, file)
	}
	return append(places, filepath.SplitList(getenv("SSL_CERT_DIR"))...)
}
