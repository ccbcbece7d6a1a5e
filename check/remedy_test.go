package check_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What reaches a phone of a line, and the name of a host that people have.
const (
	maxRead  = 160
	longHost = "pop3.berlin.example.co.uk"
)

// more matches what stands behind the remedy without being part of it: a record that
// can be copied, and the pause after refused logins.
var more = regexp.MustCompile(`: [0-3] [01] [0-2] [0-9a-f]{64}\b|; refused [0-9]+ times?[,;] .*`)

// Ports in stories, and what people have instead.
var (
	dnsPort  = regexp.MustCompile(`(DNS server [0-9.]+):[0-9]+`)
	tlsaPort = regexp.MustCompile(`\b_[0-9]+\._tcp\.`)
)

// advises matches a mistake of the user whose text says what to type.
var advises = regexp.MustCompile(`[,;:] (or )?(type|use|see|name|put|leave|write|make|give|create|remove|raise|check|run|choose|save|set)[: ]`)

// checkRemedies reads the JSON document of a run. It fails if something was found
// without a remedy, or with one that ends too late to be read on a phone. dir is
// where the run's files are, which are in shorter places elsewhere.
func checkRemedies(document, dir string) error {
	var d struct {
		Target   struct{ Host string }
		Findings []struct{ State, Phase, Kind, Text, Hint string }
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return err
	}
	for _, f := range d.Findings {
		line := "POP3 " + f.State + " - " + strings.TrimPrefix(f.Phase+": ", ": ") + more.ReplaceAllString(f.Text, "")
		switch {
		case f.Kind == "usage" && f.Phase == "":
			continue
		case f.Hint != "":
			line += "; " + f.Hint
		case f.Kind != "usage" || !advises.MatchString(line):
			return fmt.Errorf("no remedy: %s [%s]", line, f.Kind)
		}
		line = more.ReplaceAllString(strings.ReplaceAll(line, dir, "/etc"), "")
		line = tlsaPort.ReplaceAllString(dnsPort.ReplaceAllString(line, "$1:53"), "_995._tcp.")
		if strings.ContainsAny(d.Target.Host, "ghijklmnopqrstuvwxyz") {
			line = strings.ReplaceAll(line, d.Target.Host, longHost)
		}
		if n := utf8.RuneCountInString(line); n > maxRead {
			return fmt.Errorf("the remedy ends after %d characters: %s [%s]", n, line, f.Kind)
		}
	}
	return nil
}
