package check_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// labels matches the labels of perfdata in their order.
var labels = regexp.MustCompile(`^time( time_(srv|resolve|tlsa|connect|proxy|tls|crl|greeting|capa|stls|token|login|stat|list|uidl|top|retr|noop|reset|send|delete|quit))*( messages size)?( oldest_age)?( newest_age)?( cert_days)?( matches)?( retr_rate)?( transit)?( hops)?( delivery)?( lost)?( addresses addresses_ok)?$`)

// The grammar of one item: label=value[unit][;warn[;crit[;min[;max]]]].
const (
	decimal = `-?\d+(?:\.\d+)?`
	aRange  = `(@?((` + decimal + `|~)?:(` + decimal + `)?|` + decimal + `))?`
)

var item = regexp.MustCompile(`^([a-z0-9_]+)=(` + decimal + `)(s|B)?(;` + aRange + `(;` + aRange + `(;(` + decimal + `)?(;(` + decimal + `)?)?)?)?)?$`)

// unit returns the unit of a label, which is the same in every run.
func unit(label string) string {
	switch {
	case strings.HasPrefix(label, "time"), strings.HasSuffix(label, "_age"), label == "transit" || label == "delivery":
		return "s"
	case label == "size":
		return "B"
	}
	return ""
}

// checkPerfdata reads perfdata as strictly as an engine may.
func checkPerfdata(text string) error {
	var seen []string
	for _, one := range strings.Split(text, " ") {
		found := item.FindStringSubmatch(one)
		switch {
		case found == nil:
			return fmt.Errorf("%q is not perfdata", one)
		case found[3] != unit(found[1]):
			return fmt.Errorf("%q has the unit %q", one, found[3])
		case strings.HasSuffix(one, ";"):
			return fmt.Errorf("%q ends in ;", one)
		case len(found[1]) > 19:
			return fmt.Errorf("%q has a label of more than 19 characters", one)
		}
		if _, err := strconv.ParseFloat(found[2], 64); err != nil {
			return err
		}
		seen = append(seen, found[1])
	}
	if order := strings.Join(seen, " "); !labels.MatchString(order) {
		return fmt.Errorf("labels are unknown, repeated or out of order: %s", order)
	}
	return nil
}

// The reader proves nothing unless it refuses these.
func TestCheckPerfdata(t *testing.T) {
	for _, good := range []string{
		"time=0.034211s;2;5;0;10 time_login=0.000001s;;;0 messages=5;;;0 size=18067B cert_days=-3;30:;7:",
		"time=1s;@1:2;~:3;0;10",
	} {
		if err := checkPerfdata(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "time=1", "time=1s;", "time=1e3s", "time=NaNs", "'time'=1s", "time=1s  messages=1", "time=,5s", "time=1s;2;5;0;10;",
		"messages=1 time=1s", "time=1s time=2s", "time=1s foo=1", "time=1s;2s", "time=1s;inf", "time=1s size=1",
	} {
		if checkPerfdata(bad) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
