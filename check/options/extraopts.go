package options

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

const defaultSection = "check_pop3x"

// The files of --extra-opts, as monitoring-plugins looks for them.
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

// splitExtraOpts takes each --extra-opts out of args and returns what they name.
func splitExtraOpts(args []string) (specs, rest []string) {
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

// readFiles adds the options of the sections that --extra-opts names. Of two
// sections the later one wins.
func (a *settings) readFiles(specs []string, stdin io.Reader) error {
	for i, spec := range specs {
		section, file, err := locate(spec)
		if err != nil {
			return err
		}
		lines, err := readExtraOpts(section, file, stdin)
		if err != nil {
			return err
		}
		for _, l := range lines {
			l.rank = i + 1
			if err := a.set(l); err != nil {
				return fault.New(fault.Usage, "%s: %s", l.text, fault.Of(err).Text)
			}
		}
	}
	return nil
}

// A line is "option = value" in a file.
type line struct {
	key, value string
	place
}

// set gives an option the value in a line, unless the command line has it.
func (a *settings) set(l line) error {
	group, option := a.find(l.key)
	switch {
	case option == nil && len(l.key) == 1:
		return a.unknown("-" + l.key)
	case option == nil:
		return a.unknown("--" + l.key)
	case option.Field().Tag.Get("line-only") != "":
		return fault.New(fault.Usage, "--%s is only for the command line", option.LongName)
	}
	s := a.get(option.LongName)
	if s == nil {
		s = a.add(group, option)
	}
	var err error
	switch field := s.field.Addr().Interface().(type) {
	case *texts: // after those of earlier lines, before those of the command line
		*field = slices.Insert(*field, len(s.places), l.value)
	case *[]bool:
		var on bool
		if on, err = l.flag(); on {
			*field = append(*field, true)
		}
	case *bool:
		if on, wrong := l.flag(); !s.typed {
			*field, err = on, wrong
		}
	case *text:
		if !s.typed {
			*field = text(l.value)
		}
	case **text:
		if !s.typed {
			*field = new(text(l.value))
		}
	}
	s.places = append(s.places, l.place)
	return err
}

// flag reads the value of an option that takes none on the command line.
func (l line) flag() (bool, error) {
	switch strings.ToLower(l.value) {
	case "", "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return false, fault.New(fault.Usage, "--%s is on or off, type %[1]s = yes or %[1]s = no", l.key)
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

// readExtraOpts returns the lines of a section. Nobody but the caller and root may
// have written the file, and one with a password obeys the rule of
// --password-file.
func readExtraOpts(section, file string, stdin io.Reader) ([]line, error) {
	if file == "-" {
		return readSection("standard input", section, stdin)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, files.Unreadable(file, err))
	}
	defer f.Close()
	if err := files.Obeyed(file, f); err != nil {
		return nil, fault.Wrap(fault.Usage, err)
	}
	lines, err := readSection(file, section, f)
	if err == nil && slices.ContainsFunc(lines, func(l line) bool { return l.key == "password" && l.value != "" }) {
		err = fault.Wrap(fault.Usage, files.Safe(file, f))
	}
	return lines, err
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

// readSection returns the lines of a section. Values are taken as they stand,
// quotes too. A comment begins a line with # or ;.
func readSection(file, section string, r io.Reader) (lines []line, err error) {
	text, err := files.ReadAll(file, r)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err)
	}
	found, inside, n := false, false, 0
	for words := range strings.Lines(string(text)) {
		n++
		words = strings.TrimSpace(words)
		key, value, both := strings.Cut(words, "=")
		at := place{text: fmt.Sprintf("%s, line %d, section [%s]", file, n, section), section: fmt.Sprintf("%s [%s]", file, section)}
		switch {
		case words == "" || words[0] == '#' || words[0] == ';':
		case words[0] == '[':
			inside = words == "["+section+"]"
			found = found || inside
		case !inside:
		case !both:
			return nil, fault.New(fault.Usage, "%s: no =, type option = value, or flag = yes", at.text)
		default:
			lines = append(lines, line{strings.TrimSpace(key), strings.TrimSpace(value), at})
		}
	}
	if !found {
		return nil, fault.New(fault.Usage, "%s has no section [%s]", file, section)
	}
	return lines, nil
}
