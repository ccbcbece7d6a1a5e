package packaging

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
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
	`(says?|said) whether`:                   "reports whether",
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
	`where there is (one|none|any)`:          "if",
	`(if|where) that has to do`:              "if it cannot be upgraded",
	`has nothing in common with`:             "does not share",
	`lies ahead`:                             "is in the future",
	`ha(s|ve|d) nothing behind (it|them)`:    "whose backend is down",
	`which issued its own`:                   "its issuer",
	`let the server send`:                    "configure on the server",
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

// TestEnglish looks for such phrases in documents, templates and Go.
func TestEnglish(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && slices.Contains([]string{".git", "build", "testdata"}, entry.Name()) {
			return cmp.Or(err, fs.SkipDir)
		}
		text, err := english(name)
		if text != "" {
			files++
		}
		for _, found := range dialect.FindAllString(text, -1) {
			t.Errorf("%s: %q, better: %s", strings.TrimPrefix(name, "../"), found, instead(found))
		}
		return err
	})
	if err != nil || files < 200 {
		t.Error(files, err)
	}
}

// english returns the text of a file that people read.
func english(name string) (string, error) {
	switch filepath.Ext(name) {
	case ".md", ".in", ".yml":
		text, err := os.ReadFile(name)
		return code.ReplaceAllString(string(text), "`code`"), err
	case ".go":
		return comments(name)
	}
	return "", nil
}

// isWorded reports whether people read the strings of a file, too: those of the
// program, but not of what tests it.
func isWorded(name string) bool {
	return !strings.HasPrefix(name, "../check/lab/") && !strings.HasPrefix(name, "../check/testkit/")
}

// comments returns the comments of a Go file, and its strings if they are worded.
func comments(name string) (string, error) {
	if filepath.Base(name) == "english_test.go" {
		return "", nil // the list
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var all []string
	for _, group := range file.Comments {
		all = append(all, strings.Join(strings.Fields(group.Text()), " "))
	}
	if isWorded(name) {
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				all = append(all, literal.Value)
			}
			return true
		})
	}
	return strings.Join(all, "\n"), nil
}
