package packaging

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/kballard/go-shellquote"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"check_pop3x/check/options"
)

// A document is a Markdown file and what a renderer makes of it.
type document struct {
	source   []byte
	tree     ast.Node
	headings []string
}

// documents reads the Markdown files below a directory, by their paths in it.
func documents(t *testing.T, root string) map[string]document {
	t.Helper()
	all := map[string]document{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "build", "testdata"}, entry.Name()):
			return fs.SkipDir
		case path.Ext(name) == ".md":
			within, _ := filepath.Rel(root, name)
			all[within], err = readDocument(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// forge parses documents as GitHub and GitLab do.
var forge = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()

func readDocument(name string) (document, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return document{}, err
	}
	d := document{source: source}
	d.tree = forge.Parse(text.NewReader(source))
	d.walk(func(n ast.Node) {
		if _, ok := n.(*ast.Heading); ok {
			d.headings = append(d.headings, plainText(n, source))
		}
	})
	return d, nil
}

func (d document) walk(visit func(ast.Node)) {
	ast.Walk(d.tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			visit(n)
		}
		return ast.WalkContinue, nil
	})
}

// plainText is what a reader sees of a node.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// TestDocumentsRender compares the source of each document with what a renderer
// sees: a fence that is not closed, or a cell too many, hides text.
func TestDocumentsRender(t *testing.T) {
	all := documents(t, "..")
	if len(all) < 3 {
		t.Fatalf("only %d documents were found", len(all))
	}
	for name, d := range all {
		headings, mistakes := scan(string(d.source))
		for _, mistake := range mistakes {
			t.Errorf("%s:%s", name, mistake)
		}
		if !slices.Equal(headings, d.headings) {
			t.Errorf("%s has the headings\n%q\nand renders\n%q", name, headings, d.headings)
		}
	}
}

var (
	fenceLine   = regexp.MustCompile("^ *```([a-z0-9]*)$")
	headingLine = regexp.MustCompile(`^#{1,6} +(.*)$`)
	bar         = regexp.MustCompile(`(^|[^\\])\|`)
)

// scan reads a document by lines: its headings outside of code, and what a
// renderer would not show as it was meant.
func scan(source string) (headings, mistakes []string) {
	code, bars := false, 0
	for i, line := range strings.Split(source, "\n") {
		wrong := func(format string, args ...any) {
			mistakes = append(mistakes, fmt.Sprintf("%d: %s", i+1, fmt.Sprintf(format, args...)))
		}
		found := len(bar.FindAllString(line, -1))
		switch heading := headingLine.FindStringSubmatch(line); {
		case fenceLine.MatchString(line):
			code = !code
		case strings.Contains(line, "```"):
			wrong("a fence that is not alone on its line")
		case !code && heading != nil:
			headings = append(headings, strings.ReplaceAll(heading[1], "`", ""))
		case !code && strings.HasPrefix(line, "|") && bars > 0 && found != bars:
			wrong("a row with %d bars in a table with %d", found, bars)
		}
		bars = 0
		if !code && strings.HasPrefix(line, "|") {
			bars = found
		}
	}
	if code {
		mistakes = append(mistakes, "end: a fence is not closed")
	}
	return headings, mistakes
}

// TestScan proves that it finds what has gone wrong before.
func TestScan(t *testing.T) {
	for source, want := range map[string]string{
		"# A\n\n``` check_pop3x -H\nHOST ```\n\n# B\n": "not alone",
		"```\ncode\n":                       "not closed",
		"| a | b |\n| --- | --- |\n| c |\n": "2 bars in a table with 3",
	} {
		if _, mistakes := scan(source); !strings.Contains(strings.Join(mistakes, "\n"), want) {
			t.Errorf("%q: %q, want %q", source, mistakes, want)
		}
	}
}

// TestLinks follows the links between the documents of the source tree.
func TestLinks(t *testing.T) { followLinks(t, "..") }

// TestInstalledLinks follows them where install.sh puts the documents.
func TestInstalledLinks(t *testing.T) {
	for _, program := range []string{"sh", "sed", "gzip"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	root := t.TempDir()
	install := exec.Command("sh", "install.sh")
	install.Env = append(os.Environ(), "DESTDIR="+root, "PREFIX=/usr", "PROGRAM=packaging/install.sh")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	followLinks(t, filepath.Join(root, "usr/share/doc/monitoring-plugins-pop3x"))
}

// followLinks checks that each relative link below a directory leads to a file,
// and to a heading in it if it names one.
func followLinks(t *testing.T, root string) {
	t.Helper()
	all := documents(t, root)
	if len(all) < 10 {
		t.Errorf("only %d documents were found", len(all))
	}
	for name, d := range all {
		d.walk(func(n ast.Node) {
			destination := destinationOf(n)
			if destination == "" || strings.Contains(destination, "://") {
				return
			}
			file, anchor, _ := strings.Cut(destination, "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", name, target)
			} else if anchor != "" && !slices.Contains(anchors(all[target].headings), anchor) {
				t.Errorf("%s links to #%s, which %s does not have", name, anchor, target)
			}
		})
	}
}

// destinationOf is where a link leads or a picture lies, and "" of another node.
func destinationOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Link:
		return string(n.Destination)
	case *ast.Image:
		return string(n.Destination)
	}
	return ""
}

// TestPicturesAreSmall: a package is no place for more.
func TestPicturesAreSmall(t *testing.T) {
	pictures, err := filepath.Glob("doc/img/*")
	if err != nil || len(pictures) == 0 {
		t.Fatal(pictures, err)
	}
	for _, name := range pictures {
		if info, err := os.Stat(name); err != nil || info.Size() > 100<<10 || path.Ext(name) != ".png" {
			t.Errorf("%s: %v, %v; wanted is a PNG of at most 100 KiB", name, info, err)
		}
	}
}

// anchors are what GitHub and GitLab make of headings for links to them.
func anchors(headings []string) []string {
	var all []string
	for _, h := range headings {
		all = append(all, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, h))
	}
	return all
}

// aCommand is what a document tells people to type: a line of code, or code in a
// sentence.
var aCommand = regexp.MustCompile(`^(?:\$ |\*/5 .*/)?check_pop3x (-.*)$`)

// TestCommands parses the commands in the documents.
func TestCommands(t *testing.T) {
	found := 0
	for name, d := range documents(t, "..") {
		for _, code := range d.code() {
			m := aCommand.FindStringSubmatch(code)
			if m == nil {
				continue
			}
			found++
			command, _, _ := strings.Cut(m[1], " && ")
			args, err := shellquote.Split(command)
			if err == nil {
				err = options.New("test", append([]string{"check_pop3x"}, args...)).Parse()
			}
			if _, text := errors.AsType[options.Text](err); err != nil && !text {
				t.Errorf("%s: %s: %v", name, code, err)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d commands were found", found)
	}
}

// TestNames: variables of Icinga, commands of Nagios, keys of INI files and targets
// of make that the documents show exist.
func TestNames(t *testing.T) {
	known := map[string]bool{"ini password": true}
	for _, o := range Current().Options {
		known[variable(o.Long)], known[strings.ToLower(o.Secret)], known["ini "+o.Long] = true, true, true
	}
	for name, form := range map[string]string{"nagios/pop3x.cfg": `command_name\s+(\w+)`, "../Makefile": `(?m)^(\w[\w-]*):`} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(form).FindAllStringSubmatch(string(text), -1) {
			known[path.Base(name)+" "+m[1]] = true
		}
	}
	shown := map[string]*regexp.Regexp{
		"":           regexp.MustCompile(`\b(pop3x_[a-z0-9_]+)`),
		"ini ":       regexp.MustCompile(`^([a-z-]+) =(?: |$)`),
		"pop3x.cfg ": regexp.MustCompile(`^\s*check_command\s+(\w+)`),
		"Makefile ":  regexp.MustCompile(`(?:^|&& )make ([a-z-]+)`),
	}
	found := map[string]int{}
	for name, d := range documents(t, "..") {
		for _, line := range d.code() {
			for kind, form := range shown {
				for _, m := range form.FindAllStringSubmatch(line, -1) {
					found[kind]++
					if !known[kind+m[1]] {
						t.Errorf("%s: %s: there is no %s%s", name, line, kind, m[1])
					}
				}
			}
		}
	}
	if len(found) < len(shown) {
		t.Errorf("found %v", found)
	}
}

// TestReadmeIsShort: what needs more words has a page of its own.
func TestReadmeIsShort(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 240 {
		t.Errorf("README.md has %d lines", lines)
	}
}

// code lists the lines of code blocks, and the code in sentences.
func (d document) code() []string {
	var all []string
	d.walk(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			all = append(all, strings.Split(string(n.Lines().Value(d.source)), "\n")...)
		case *ast.CodeSpan:
			all = append(all, plainText(n, d.source))
		}
	})
	return all
}
