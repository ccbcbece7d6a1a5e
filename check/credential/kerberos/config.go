package kerberos

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A config is what krb5.conf(5) says of realms.
type config struct {
	path    string
	files   []string            // and directories, which it is made of
	realm   string              // of users who name none
	noDNS   bool                // KDCs are not looked up in DNS
	hosts   map[string]string   // the realm of a host, or of a domain with a dot in front
	servers map[string][]string // the KDCs of a realm, as written

	answered string // the address of the last KDC that gave an answer
}

// maxIncludes limits how many files a configuration is made of.
const maxIncludes = 100

// readConfig reads a configuration. One that does not exist says nothing, unless
// the user named it: then it is a fault.
func readConfig(path string, named bool) (*config, error) {
	c := &config{path: path, hosts: map[string]string{}, servers: map[string][]string{}}
	err := c.include(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return c, nil
	}
	return c, fault.Wrap(fault.Usage, err)
}

// include adds what a file says. Of a value that is there twice the first counts,
// as in MIT Kerberos.
func (c *config) include(path string) error {
	if c.files = append(c.files, path); len(c.files) > maxIncludes {
		return errors.New(c.path + " includes more files than can be right, correct it")
	}
	text, err := files.Read(path, func([]byte) bool { return false })
	if err != nil {
		return err
	}
	var at place
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case word == "include" || word == "includedir":
			err = c.includeAll(word, strings.TrimSpace(rest))
		case !at.move(line):
			c.set(at, line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plainName is what a file in an included directory has to be called.
const plainName = `^[A-Za-z0-9_-]+$|^[^.].*\.conf$`

// includeAll adds a file, or those of a directory.
func (c *config) includeAll(what, path string) error {
	if what == "include" {
		return c.include(path)
	}
	c.files = append(c.files, path)
	entries, err := os.ReadDir(path)
	if err != nil {
		return files.Unreadable(path, err)
	}
	plain := regexp.MustCompile(plainName)
	for _, e := range entries {
		if plain.MatchString(e.Name()) {
			if err := c.include(filepath.Join(path, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// A place is where a line of a configuration stands.
type place struct {
	section string
	in      []string // the names of the braces around it
}

// move reports whether a line begins a section or ends or begins braces.
func (p *place) move(line string) bool {
	name, value, _ := strings.Cut(line, "=")
	switch {
	case line[0] == '[':
		section, _, _ := strings.Cut(line[1:], "]")
		*p = place{section: section}
	case line[0] == '}':
		p.in = p.in[:max(len(p.in)-1, 0)]
	case strings.TrimSpace(value) == "{":
		p.in = append(slices.Clone(p.in), strings.TrimSpace(name))
	default:
		return false
	}
	return true
}

// set obeys a line such as "kdc = kdc.example.com".
func (c *config) set(at place, line string) {
	name, value, _ := strings.Cut(line, "=")
	name, value = strings.TrimSpace(name), strings.Trim(strings.TrimSpace(value), `"*`)
	switch {
	case at.section == "libdefaults" && len(at.in) == 0 && name == "default_realm" && c.realm == "":
		c.realm = value
	case at.section == "libdefaults" && len(at.in) == 0 && name == "dns_lookup_kdc":
		c.noDNS = slices.Contains([]string{"false", "no", "n", "f", "off", "0"}, strings.ToLower(value))
	case at.section == "domain_realm" && c.hosts[strings.ToLower(name)] == "":
		c.hosts[strings.ToLower(name)] = value
	case at.section == "realms" && len(at.in) == 1 && name == "kdc":
		c.servers[at.in[0]] = append(c.servers[at.in[0]], value)
	}
}

// realmOf returns the realm of a host, by the longest name that is configured; ""
// is none.
func (c *config) realmOf(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if realm := c.hosts[host]; realm != "" {
		return realm
	}
	for at := strings.Index(host, "."); at >= 0; at = strings.Index(host, ".") {
		if realm := c.hosts[host[at:]]; realm != "" {
			return realm
		}
		host = host[at+1:]
		if realm := c.hosts[host]; realm != "" {
			return realm
		}
	}
	return ""
}

// kdcs returns the addresses of a realm's KDCs: as configured, or else by the SRV
// records of the domain of that name (RFC 4120, section 7.2.3.2).
func (c *config) kdcs(ctx context.Context, realm string) (all []string, err error) {
	for _, written := range c.servers[realm] {
		if address, ok := kdcAddress(written); ok {
			all = append(all, address)
		}
	}
	if len(all) == 0 && !c.noDNS && len(c.servers[realm]) == 0 {
		if all, err = lookUp(ctx, realm); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Ticket, "neither %s nor DNS names a KDC of %s", c.path, realm).Because(fault.RealmUnknown)
	}
	return all, nil
}

// ports returns those on which KDCs are asked.
func (c *config) ports() []uint16 {
	all := []uint16{88} // of those in DNS, and the usual one
	for _, servers := range c.servers {
		for _, written := range servers {
			address, _ := kdcAddress(written)
			if _, port, err := net.SplitHostPort(address); err == nil {
				n, _ := strconv.ParseUint(port, 10, 16)
				all = append(all, uint16(n))
			}
		}
	}
	return all
}

// kdcAddress reads a KDC of a configuration; ok is false for one that is not asked
// over TCP.
func kdcAddress(written string) (address string, ok bool) {
	if strings.Contains(written, "://") || strings.HasPrefix(written, "udp/") {
		return "", false
	}
	host := strings.TrimPrefix(written, "tcp/")
	if _, port, err := net.SplitHostPort(host); err == nil {
		_, err := strconv.ParseUint(port, 10, 16)
		return host, err == nil
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), kdcPort), host != ""
}

// lookUp returns the KDCs of a realm that DNS names; none is no error.
func lookUp(ctx context.Context, realm string) (all []string, err error) {
	_, records, err := net.DefaultResolver.LookupSRV(ctx, "kerberos", "tcp", realm)
	for _, r := range records {
		if r.Target != "." {
			all = append(all, net.JoinHostPort(strings.TrimSuffix(r.Target, "."), strconv.Itoa(int(r.Port))))
		}
	}
	if ctx.Err() != nil {
		return nil, fault.From(context.Cause(ctx), "DNS, which was asked for the KDC of "+realm)
	}
	dns, failed := errors.AsType[*net.DNSError](err)
	if failed && !dns.IsNotFound {
		return nil, fault.New(fault.Ticket, "DNS failed to name a KDC of %s", realm).Because(fault.KDCUnknown)
	}
	return all, nil
}
