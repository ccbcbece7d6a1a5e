package options

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// The files of --extra-opts, as monitoring-plugins looks for them.
const (
	defaultSection = "check_pop3x"
)

var (
	extraOptsNames = []string{"monitoring-plugins.ini", "plugins.ini", "nagios-plugins.ini"}
	extraOptsFiles = []string{
		"/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
		"/usr/local/etc/monitoring-plugins.ini",
		"/etc/monitoring-plugins/monitoring-plugins.ini",
		"/etc/monitoring-plugins.ini",
		"/etc/nagios/plugins.ini", "/usr/local/nagios/etc/plugins.ini", "/usr/local/etc/nagios/plugins.ini",
		"/etc/opt/nagios/plugins.ini", "/etc/nagios-plugins.ini", "/usr/local/etc/nagios-plugins.ini", "/etc/opt/nagios-plugins.ini",
	}
)

// SystemFiles are the files of --extra-opts that a system may have.
func SystemFiles() []string { return slices.Clone(extraOptsFiles) }

// SplitExtraOpts takes each --extra-opts out of args and returns what they name.
func SplitExtraOpts(args []string) (specs, rest []string) {
	for i := 0; i < len(args); i++ {
		spec, found := strings.CutPrefix(args[i], "--extra-opts")
		switch {
		case args[i] == "--":
			return specs, append(rest, args[i:]...)
		case !found || spec != "" && spec[0] != '=':
			rest = append(rest, args[i])
			continue
		case spec == "" && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			i++
			spec = args[i]
		}
		specs = append(specs, strings.TrimPrefix(spec, "="))
	}
	return specs, rest
}

// An extra is what the sections say that were read.
type extra struct {
	options  []string // go in front of those of the command line: that wins
	password string   // the command line has no option for it
	places   []string // "FILE [SECTION]"
}

// blame says of a refusal that it is of what stands in the sections.
func (x extra) blame(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Usage {
		return &fault.Error{Kind: f.Kind, Text: "--extra-opts: " + strings.Join(x.places, ", ") + ": " + f.Text, Err: f}
	}
	return err
}

// readExtraOpts returns the options of all sections.
func readExtraOpts(specs []string, stdin io.Reader) (all extra, err error) {
	for _, spec := range specs {
		section, file, err := locate(spec)
		if err != nil {
			return all, err
		}
		options, secret, err := extraOpts(section, file, stdin)
		if err != nil {
			return all, err
		}
		all.options = append(all.options, options...)
		if secret != "" {
			all.password = secret
		}
		all.places = append(all.places, file+" ["+section+"]")
	}
	return all, nil
}

// locate reads one [SECTION][@FILE].
func locate(spec string) (section, file string, err error) {
	section, file, _ = strings.Cut(spec, "@")
	if section == "" {
		section = defaultSection
	}
	if file == "" {
		file = findExtraOpts()
	}
	if file == "" {
		err = fault.New(fault.Usage, "--extra-opts: there is no monitoring-plugins.ini, name the file: --extra-opts=%s@FILE", section)
	}
	return section, file, err
}

// extraOpts reads one section.
func extraOpts(section, file string, stdin io.Reader) (options []string, password string, err error) {
	if file == "-" {
		return readSection("standard input", section, stdin)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, "", fault.Wrap(fault.Usage, files.Unreadable(file, err))
	}
	defer f.Close()
	options, password, err = readSection(file, section, f)
	if err == nil && password != "" {
		err = fault.Wrap(fault.Usage, files.Safe(file, f))
	}
	return options, password, err
}

// findExtraOpts looks where monitoring-plugins looks.
func findExtraOpts() string {
	if file := os.Getenv("MP_CONFIG_FILE"); file != "" {
		return file
	}
	var candidates []string
	for _, dir := range filepath.SplitList(os.Getenv("NAGIOS_CONFIG_PATH")) {
		for _, name := range extraOptsNames {
			candidates = append(candidates, filepath.Join(dir, name))
		}
	}
	for _, file := range append(candidates, extraOptsFiles...) {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}

// readSection reads "option = value" lines, each into an option of the command
// line: one dash for one letter, no value for "flag=". Values are taken as they
// stand, quotes too. A comment begins a line with # or ;.
func readSection(file, section string, r io.Reader) (options []string, password string, err error) {
	refuse := func(format string, args ...any) ([]string, string, error) {
		return nil, "", fault.New(fault.Usage, "--extra-opts: %s%s", file, fmt.Sprintf(format, args...))
	}
	found, inside := false, false
	text, err := files.ReadAll(file, r)
	if err != nil {
		return nil, "", fault.New(fault.Usage, "--extra-opts: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			inside = line == "["+section+"]"
			found = found || inside
			continue
		}
		key, value, both := strings.Cut(line, "=")
		if !inside {
			continue
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !both:
			return refuse(", line %d: no =, type option = value, or flag =", n)
		case key == "password":
			password = value
		default:
			options = append(options, option(key, value)...)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, "", fault.Wrap(fault.Usage, files.Unreadable(file, err))
	}
	if !found {
		return refuse(" has no section [%s]", section)
	}
	return options, password, nil
}

// option is a line of an INI file on the command line. A flag is followed by an
// empty word, which is ignored; an option that wants an argument has an empty
// one, and not the next line.
func option(key, value string) []string {
	dashes := "--"
	if len(key) == 1 {
		dashes = "-"
	}
	return []string{dashes + key, value}
}
