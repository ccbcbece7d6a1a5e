package packaging

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notEnglish are phrases that nobody says aloud, as regular expressions of whole
// words, with what people say instead.
var notEnglish = map[string]string{
	`(says?|tells?|said|told) whether`:       "reports whether",
	`in the place of`:                        "instead of",
	`but for`:                                "except",
	`anew`:                                   "again",
	`mend(s|ed|ing)?`:                        "fix",
	`(is|are|was|be|could be) to be had`:     "is available",
	`(could|can|cannot|may) be had`:          "is available",
	`(none|nothing|no \w+) to go by`:         "unusable",
	`goes? by (what|its|the)`:                "trusts, follows",
	`so that they cannot`:                    "and therefore cannot",
	`(speaks?|wants?|lasts?) no more than`:   "at most",
	`is wished for`:                          "is wanted",
	`turn about`:                             "in turn",
	`in clear`:                               "without TLS, unencrypted",
	`(send|sent|sends|shown?|tried) besides`: "also, in addition",
	`a thing of`:                             "belongs to",
	`is of no use`:                           "is useless",
	`where there is (one|none|any)`:          "if",
	`whose (first|last) line is`:             "with ... in its first line",
}

var dialect = regexp.MustCompile(`(?i)\b(?:` + strings.Join(slices.Sorted(maps.Keys(notEnglish)), "|") + `)\b`)

// instead finds what people say.
func instead(found string) string {
	for phrase, better := range notEnglish {
		if regexp.MustCompile(`(?i)^(?:` + phrase + `)$`).MatchString(found) {
			return better
		}
	}
	return ""
}

// code in a document is what programs say.
var code = regexp.MustCompile("(?s)```.*?```|`[^`]*`")

// TestEnglish looks for phrases in documents and templates that a colleague would
// have to translate.
func TestEnglish(t *testing.T) {
	files := 0
	for _, pattern := range []string{"../*.md", "../.github/*.md", "../.github/*/*.yml", "*/*.md", "*/*.in"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(string(text), "<!-- Made from ") {
				continue // its words are in the template and in Go
			}
			files++
			for _, found := range dialect.FindAllString(code.ReplaceAllString(string(text), "`code`"), -1) {
				t.Errorf("%s: %q, better: %s", name, found, instead(found))
			}
		}
	}
	if files < 15 {
		t.Errorf("only %d files were found", files)
	}
}
