package credential

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// absolute makes a path absolute on Windows as well.
func absolute(path string) string {
	if runtime.GOOS == "windows" {
		return `C:` + path
	}
	return path
}

// A command is split into words as a shell does it, but nothing is expanded.
func TestSplit(t *testing.T) {
	pass := absolute("/usr/bin/pass")
	for typed, want := range map[string][]string{
		``:                          {},
		` show mail/probe`:          {"show", "mail/probe"},
		"  \t show\n mail/probe \t": {"show", "mail/probe"},
		` 'mail/my probe'`:          {"mail/my probe"},
		` "mail/my probe"`:          {"mail/my probe"},
		` mail/my\ probe`:           {"mail/my probe"},
		` -field='pass'"word"`:      {"-field=password"},
		` ''`:                       {""},
		` "" x`:                     {"", "x"},
		` '$HOME' $HOME ~ * #x`:     {"$HOME", "$HOME", "~", "*", "#x"},
		" `id` $(id) a|b":           {"`id`", "$(id)", "a|b"},
		` "a\"b\\c\d" 'a\b'`:        {`a"b\c\d`, `a\b`},
		` \"x\" \'`:                 {`"x"`, `'`},
		` ünt "äö"`:                 {"ünt", "äö"},
		" a\\\nb":                   {"ab"},
	} {
		words, err := split(quoteForShell(pass) + typed)
		if err != nil || !slices.Equal(words, append([]string{pass}, want...)) {
			t.Errorf("%q: %q, %v", typed, words, err)
		}
	}
}

func quoteForShell(path string) string { return `'` + path + `'` }

func TestRefusedCommands(t *testing.T) {
	cat := quoteForShell(absolute("/bin/cat"))
	for typed, refusal := range map[string]string{
		"":                      "no program, type its full path and its arguments in one pair of quotes",
		" \t\n":                 "no program",
		"pass show mail/probe":  `"pass" is not a full path, type for example `,
		"./pass":                `"./pass" is not a full path, type for example `,
		"~/bin/pass":            `"~/bin/pass" is not a full path, type for example `,
		"''":                    "no program",
		"PASS=x " + cat:         `"PASS=x" is not a full path`,
		cat + " 'x":             `a quote is not closed, type \ before one that is part of a word`,
		cat + ` "x`:             "a quote is not closed",
		cat + " x \\":           `nothing follows the last \, type \\ for a backslash`,
		cat + " x | head -n 1":  "no shell is run, so pipes and redirections do not work, type /bin/sh -c '...'",
		cat + " x 2>/dev/null":  "no shell is run",
		cat + " < hunter":       "no shell is run",
		cat + " x && rm hunter": "no shell is run",
		cat + " 'a\x00b'":       "NUL",
	} {
		source, err := Command(typed)
		if source != nil {
			t.Errorf("%q was accepted", typed)
		}
		checkRefused(t, err, refusal)
	}
}

// The suggested path is the one that a shell would find.
func TestFullPath(t *testing.T) {
	if path := fullPath("go"); !filepath.IsAbs(path) || !strings.HasPrefix(filepath.Base(path), "go") {
		t.Error(path)
	}
	if path := fullPath("./nothing/has-that-name"); path != "/usr/bin/has-that-name" {
		t.Error(path)
	}
}

// The name of the source has no arguments, which may contain a secret.
func TestCommandName(t *testing.T) {
	path := absolute("/usr/bin/vault")
	source, err := Command(quoteForShell(path) + " kv get -token=hunter2 x")
	if err != nil || source.Name != "the program "+path || source.Interactive {
		t.Errorf("%+v, %v", source, err)
	}
}
