//go:build integration

// What must hold for every run of the plugin, whatever the server does, and how a test says what it wants to see.

package integration

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var states = []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"} // by exit code

// metric is one value of the performance data, with the fields behind it as they stand.
type metric struct{ label, value, unit, rest string }

// One value: seconds have six decimals, except ages; everything else is a whole number, or has them as well.
var metricForm = regexp.MustCompile(`^([a-z0-9_]+)=(?:(-?\d+\.\d{6})(s?)|(-?\d+)(B?|s))((?:;[-0-9.:@~]*){0,4})$`)

const (
	mostOctets = 1024                   // of the line, without -v
	grace      = 500 * time.Millisecond // that a run may take beyond its budget
)

// judge looks at everything that a run left behind.
func (o *outcome) judge(stdout, stderr string) {
	o.t.Helper()
	o.lines = strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	o.t.Logf("exit %d after %v: %s", o.code, o.took.Round(time.Millisecond), o.first())
	switch {
	case stderr != "":
		o.t.Errorf("on stderr: %q", stderr)
	case o.code < 0 || o.code > 3:
		o.t.Fatalf("exit code %d", o.code)
	case !strings.HasSuffix(stdout, "\n"):
		o.t.Errorf("no line: %q", stdout)
	case !strings.HasPrefix(stdout, "POP3 "+states[o.code]+" - "):
		o.t.Errorf("exit code %d does not fit the line", o.code)
	case !o.verbose() && (len(o.lines) != 1 || len(stdout) > mostOctets):
		o.t.Errorf("%d lines, %d octets: %s", len(o.lines), len(stdout), stdout)
	case o.took > o.call.limit+grace+o.lost:
		o.t.Errorf("took %v with -t %v, while the machine stood still for %v", o.took, o.call.limit, o.lost)
	}
	o.perf = o.metrics()
	o.wantNoSecret(stdout)
}

func (o *outcome) first() string { return o.lines[0] }

func (o *outcome) verbose() bool {
	return slices.ContainsFunc(o.call.args, func(arg string) bool { return strings.HasPrefix(arg, "-v") })
}

// metrics reads the performance data strictly.
func (o *outcome) metrics() (all []metric) {
	o.t.Helper()
	_, data, found := strings.Cut(o.first(), " | ")
	if !found {
		return nil
	}
	for word := range strings.SplitSeq(data, " ") {
		part := metricForm.FindStringSubmatch(word)
		if part == nil {
			o.t.Errorf("not performance data: %q", word)
			continue
		}
		if part[4] != "" && part[5] == "s" && !strings.HasSuffix(part[1], "_age") && part[1] != "transit" && part[1] != "delivery" {
			o.t.Errorf("no decimals: %q", word)
		}
		one := metric{part[1], part[2] + part[4], part[3] + part[5], part[6]}
		if slices.ContainsFunc(all, func(m metric) bool { return m.label == one.label }) {
			o.t.Errorf("%s is there twice", one.label)
		}
		all = append(all, one)
	}
	return all
}

// wantNoSecret looks for the password in the forms that a login or a server gives it.
func (o *outcome) wantNoSecret(output string) {
	o.t.Helper()
	if o.call.user.name == "" {
		return
	}
	for _, form := range disguises(o.call.user) {
		if strings.Contains(output, form) {
			o.t.Errorf("the password shows as %q in:\n%s", form, output)
		}
	}
}

func disguises(user account) []string {
	secret := []byte(user.password)
	reversed := slices.Clone(secret)
	slices.Reverse(reversed)
	forms := []string{user.password, string(reversed), hex.EncodeToString(secret), url.QueryEscape(user.password)}
	for _, text := range []string{user.password, "\x00" + user.name + "\x00" + user.password} {
		forms = append(forms, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(text)), "="))
	}
	return forms
}

// want compares the state, and the text behind it with a pattern that begins at its beginning.
func (o *outcome) want(state, pattern string) {
	o.t.Helper()
	form := regexp.MustCompile(`^POP3 ` + state + ` - ` + pattern)
	if !form.MatchString(o.first()) {
		o.t.Errorf("wanted %s\ngot    %s", form, o.first())
	}
}

// wantHint looks for what the line tells to try, behind the cause.
func (o *outcome) wantHint(words ...string) {
	o.t.Helper()
	text, _, _ := strings.Cut(o.first(), " | ")
	_, hint, _ := strings.Cut(text, "; ")
	for _, word := range words {
		if !strings.Contains(hint, word) {
			o.t.Errorf("the hint does not name %s: %s", word, text)
		}
	}
}

// wantMetric wants a value with its unit.
func (o *outcome) wantMetric(label, value string) {
	o.t.Helper()
	for _, m := range o.perf {
		if m.label == label && m.value+m.unit == value {
			return
		}
	}
	o.t.Errorf("wanted %s=%s in %s", label, value, o.first())
}

// wantPhases wants a time for just these phases, in this order, and the whole time.
func (o *outcome) wantPhases(names ...string) {
	o.t.Helper()
	var got []string
	for _, m := range o.perf {
		if name, found := strings.CutPrefix(m.label, "time_"); found {
			got = append(got, name)
		}
	}
	if !slices.Equal(got, names) {
		o.t.Errorf("wanted times for %v, got %v", names, got)
	}
}
