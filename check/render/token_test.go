package render

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// Where a token came from.
func TestToken(t *testing.T) {
	for want, origin := range map[string]report.Token{
		"from /etc/t":                                                   {Place: "/etc/t"},
		"from x, asked for now, kept for 55 min":                        {Place: "x", Left: 55 * time.Minute},
		"from x, which gave none 12 s ago":                              {Place: "x", Kept: true, Age: 12 * time.Second},
		"from x, kept from 7 s ago, for 55 min more":                    {Place: "x", Kept: true, Age: 7 * time.Second, Left: 55 * time.Minute},
		"from x, kept from 50 min ago, for 90 s more":                   {Place: "x", Kept: true, Age: 50 * time.Minute, Left: 90 * time.Second},
		"from x, asked for now|not kept: d: it belongs to another user": {Place: "x", Left: time.Hour, Unkept: "d: it belongs to another user"},
		"from x, asked for now|not kept: it ends too soon":              {Place: "x", Unkept: "it ends too soon"},
	} {
		if got := strings.Join(token(&origin), "|"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := token(nil); got != nil {
		t.Error(got)
	}
}

// What a token server says is told within what reaches a phone: 160 characters,
// with what to do.
func TestTokenFaultsFitAPhone(t *testing.T) {
	rows := tokenMeanings(t)
	if len(rows) < 50 {
		t.Errorf("only %d answers are known", len(rows))
	}
	for _, row := range rows {
		f := fault.New(fault.Token, "%s (%s)", row.cause, row.code).Because(row.problem)
		line, _, _ := strings.Cut(shown(broke("token", f), ranges(), Options{}), " [token]")
		if n := utf8.RuneCountInString(line); n > 160 || strings.Count(line, "; ") == 0 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

// A tokenMeaning is a row of the tables of package oauth.
type tokenMeaning struct {
	code    string
	problem fault.Problem
	cause   string
}

// tokenMeanings reads the tables where they are written: the code or the words that
// it begins, the name of the problem and the cause.
func tokenMeanings(t *testing.T) []tokenMeaning {
	t.Helper()
	file, err := parser.ParseFile(gotoken.NewFileSet(), "../credential/oauth/meaning.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok {
				text[spec.Names[0].Name] = unquote(t, value)
			}
		}
		return true
	})
	problems := problemNames(t)
	var all []tokenMeaning
	ast.Inspect(file, func(n ast.Node) bool {
		row, ok := n.(*ast.CompositeLit)
		if !ok || len(row.Elts) != 3 {
			return true
		}
		problem, ok := row.Elts[1].(*ast.SelectorExpr)
		if !ok {
			return true
		}
		var m tokenMeaning
		m.code, _, _ = strings.Cut(unquote(t, row.Elts[0].(*ast.BasicLit)), ":")
		switch cause := row.Elts[2].(type) {
		case *ast.Ident:
			m.cause = text[cause.Name]
		case *ast.BasicLit:
			m.cause = unquote(t, cause)
		}
		m.problem = problems[problem.Sel.Name]
		all = append(all, m)
		return true
	})
	return all
}
