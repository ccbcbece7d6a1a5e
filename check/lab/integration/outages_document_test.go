//go:build integration

// The document with the lines of all outages, which is written by these tests:
//
//	go test -tags integration -run TestOutages ./check/lab/integration -rewrite

package integration

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

const outagesDocument = "../../../packaging/doc/outages.md"

var rewrite = flag.Bool("rewrite", false, "write the lines into outages.md")

// document compares the document with the lines, or writes them into it. Lines of outages that did not run are left.
func (all *outages) document(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(outagesDocument)
	if err != nil {
		t.Fatal(err)
	}
	old := string(text)
	made := old
	for _, class := range outageClasses {
		heading := "\n## " + class.title + "\n"
		before, section, found := strings.Cut(made, heading)
		if !found {
			t.Errorf("%s has no heading %q", outagesDocument, class.title)
			continue
		}
		table := outageTable.FindStringIndex(section)
		if table == nil {
			t.Errorf("%s has no table of %s", outagesDocument, class.title)
			continue
		}
		made = before + heading + section[:table[0]] + all.table(class.rows(), section[:table[1]]) + section[table[1]:]
	}
	switch {
	case made == old:
	case *rewrite:
		err = os.WriteFile(outagesDocument, []byte(made), 0o644)
	default:
		t.Errorf("%s is not up to date, -rewrite writes it:%s", outagesDocument, added(old, made))
	}
	if err != nil {
		t.Error(err)
	}
}

// added are the lines of a text that another does not have.
func added(old, made string) (lines string) {
	for line := range strings.Lines(made) {
		if !strings.Contains(old, line) {
			lines += "\n" + line
		}
	}
	return lines
}

// outageTable is a table of the document.
var outageTable = regexp.MustCompile(`(?m)^\| outage .*\n(\|.*\n)*`)

// table is that of a section, with what is new.
func (all *outages) table(rows []outage, section string) string {
	table := "| outage | line |\n| --- | --- |\n"
	for _, o := range rows {
		begin := "| " + o.name + " | "
		row := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(begin) + `.*\n`).FindString(section)
		if line, ran := all.lines[o.name]; ran {
			made := fmt.Sprintf("%s`%s` |\n", begin, line)
			if unchanging(made) != unchanging(row) && !(o.either && row != "") {
				row = made
			}
		}
		table += row
	}
	return table
}

// changingForm is what differs from run to run: times, dates and sizes.
var changingForm = regexp.MustCompile(`\d{4}-\d\d-\d\d( \d\d:\d\d( UTC)?)?|\d+(\.\d+)? (ms|s|min|h|d|days?)\b`)

func unchanging(row string) string { return changingForm.ReplaceAllString(row, "_") }
