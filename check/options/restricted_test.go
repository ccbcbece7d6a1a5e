package options

import (
	"reflect"
	"regexp"
	"testing"
)

// TestRestricted wants each option that names a file, a program, a directory, a
// host, a resolver or a proxy to say so in a tag.
func TestRestricted(t *testing.T) {
	naming := regexp.MustCompile(`^(FILE|DIR|HOST|URL|SERVER|ADDR.*|PROXY.*|.*PROGRAM.*|.*@FILE.*)$`)
	parser, err := wholeParser(&Options{})
	if err != nil {
		t.Fatal(err)
	}
	tagged := 0
	for _, group := range parser.Groups() {
		for _, option := range group.Options() {
			tag := reflect.StructTag(option.Field().Tag)
			if tag.Get("restricted") != "" {
				tagged++
			} else if naming.MatchString(option.ValueName) {
				t.Errorf("--%s %s needs the tag restricted", option.LongName, option.ValueName)
			}
		}
	}
	if tagged < 20 {
		t.Errorf("only %d options are restricted", tagged)
	}
}
