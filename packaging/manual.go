package packaging

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The manual is written in Markdown, which a forge shows, and converted to a man
// page here. What this file has no rule for is an error: nothing gets lost.
const (
	manualSource = "doc/manual.md"
	manualPage   = "man/check_pop3x.8"
	manualTitle  = `.TH CHECK_POP3X 8 2026-11-27 check_pop3x "System Administration"`
)

// markdownParser reads Markdown as forges do, tables included.
var markdownParser = goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()

// manPage converts the manual to man(7). The text before its first section is for
// readers of the Markdown file.
func manPage(markdown string) (string, error) {
	source := []byte(markdown)
	page := manWriter{source: source}
	page.line(`.\" Made from packaging/` + manualSource + `.in and the tables of the program: make generate`)
	page.line(manualTitle)
	begun := false
	for n := markdownParser.Parse(text.NewReader(source)).FirstChild(); n != nil; n = n.NextSibling() {
		heading, ok := n.(*ast.Heading)
		begun = begun || ok && heading.Level > 1
		if !begun {
			continue
		}
		if err := page.block(n); err != nil {
			return "", err
		}
	}
	return page.out.String(), nil
}

// A manWriter writes blocks one below the other.
type manWriter struct {
	source  []byte
	out     strings.Builder
	opening bool // the block before was a heading, which begins a paragraph
}

func (w *manWriter) line(text string) { w.out.WriteString(text + "\n") }

// block writes a heading, a paragraph, code or a table.
func (w *manWriter) block(n ast.Node) error {
	opening := w.opening
	w.opening = false
	switch n := n.(type) {
	case *ast.Heading:
		w.opening = true
		return w.heading(n)
	case *tables.Table:
		return w.table(n)
	case *ast.Paragraph:
		if !opening {
			w.line(".PP")
		}
		words, err := w.inline(n)
		w.line(folded(words))
		return err
	case *ast.FencedCodeBlock:
		w.line(".PP\n.RS\n.nf\n" + roff(strings.TrimSpace(string(n.Lines().Value(w.source)))) + "\n.fi\n.RE")
		return nil
	}
	return fmt.Errorf("%s: a man page has no rule for %s", manualSource, n.Kind())
}

func (w *manWriter) heading(n *ast.Heading) error {
	title, err := w.inline(n)
	if n.Level == 2 {
		w.line(`.SH "` + strings.ToUpper(title) + `"`)
	} else {
		w.line(".SS " + title)
	}
	return err
}

// table writes a list of terms: the first cell of a row is the term, the second
// explains it.
func (w *manWriter) table(table *tables.Table) error {
	for row := table.FirstChild().NextSibling(); row != nil; row = row.NextSibling() {
		if row.ChildCount() != 2 {
			return fmt.Errorf("%s: a table with %d columns", manualSource, row.ChildCount())
		}
		term, err := w.inline(row.FirstChild())
		if err != nil {
			return err
		}
		words, err := w.inline(row.LastChild())
		if err != nil {
			return err
		}
		w.line(".TP\n" + term + "\n" + folded(words))
	}
	return nil
}

// inline returns the text of a block on one line: code is bold, emphasis is
// italic, and of a link its text remains.
func (w *manWriter) inline(block ast.Node) (string, error) {
	var b strings.Builder
	err := ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.WriteString(roff(w.text(n)))
			}
		case *ast.CodeSpan:
			b.WriteString(font("B", entering))
		case *ast.Emphasis:
			b.WriteString(font("I", entering))
		case *ast.Link:
		default:
			if n != block {
				return ast.WalkStop, fmt.Errorf("%s: a man page has no rule for %s", manualSource, n.Kind())
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String(), err
}

// text returns what a reader sees of n, with a space for the end of a line.
func (w *manWriter) text(n *ast.Text) string {
	words := n.Segment.Value(w.source)
	if n.Parent().Kind() == ast.KindCodeSpan {
		return strings.ReplaceAll(string(words), `\|`, "|") // of a table
	}
	words = util.UnescapePunctuations(words)
	if n.SoftLineBreak() {
		return string(words) + " "
	}
	return string(words)
}

func font(name string, on bool) string {
	if on {
		return `\f` + name
	}
	return `\fR`
}
