//go:build integration

// What check_pop3x and openssl s_client make of the same odd chains. Where they judge otherwise, the document says so.

package integration

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	differencesDocument = "../../../packaging/doc/tls.md"

	oddSeed  = 20261127 // the same seed makes the same chains
	oddMixed = 150
)

// A verdict is what the two say.
type verdict struct{ plugin, openssl bool }

func (v verdict) and(w verdict) verdict {
	return verdict{v.plugin && w.plugin, v.openssl && w.openssl}
}

// String is the two cells of the document.
func (v verdict) String() string {
	word := map[bool]string{true: "accepted", false: "refused"}
	return word[v.plugin] + " | " + word[v.openssl]
}

func TestOddChains(t *testing.T) {
	alone := &verdicts{by: map[string]verdict{}}
	if v := judgeOdd(t, nil); v != (verdict{true, true}) {
		t.Fatalf("a chain that is not odd: %s", v)
	}
	t.Run("alone", func(t *testing.T) {
		for _, o := range oddities() {
			t.Run(o.name, func(t *testing.T) {
				t.Parallel()
				alone.set(o.name, judgeOdd(t, []oddity{o}))
			})
		}
	})
	t.Run("documented", func(t *testing.T) { alone.wantDocumented(t) })
	for _, m := range mixed(oddSeed, oddMixed) {
		t.Run(namesOf(m), func(t *testing.T) {
			t.Parallel()
			if v, want := judgeOdd(t, m), alone.of(m); v != want {
				t.Errorf("%s, though each alone makes it %s", v, want)
			}
		})
	}
}

// judgeOdd asks both about one chain.
func judgeOdd(t *testing.T, oddities []oddity) verdict {
	t.Helper()
	s := serveOdd(t, oddBy(oddities...), unshown.MatchString(namesOf(oddities)))
	return verdict{s.askPlugin(t), s.askOpenSSL(t)}
}

func namesOf(oddities []oddity) string {
	var names []string
	for _, o := range oddities {
		names = append(names, o.name)
	}
	return strings.Join(names, " + ")
}

// verdicts are those on chains with one oddity, by its name.
type verdicts struct {
	mu sync.Mutex
	by map[string]verdict
}

func (all *verdicts) set(name string, v verdict) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.by[name] = v
}

// of is what each alone would make of a chain with all of them.
func (all *verdicts) of(oddities []oddity) verdict {
	v := verdict{true, true}
	for _, o := range oddities {
		v = v.and(all.by[o.name])
	}
	return v
}

// wantDocumented compares the verdicts that differ with the rows of the document: each belongs to just one.
func (all *verdicts) wantDocumented(t *testing.T) {
	text, err := os.ReadFile(differencesDocument)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range differences {
		if !strings.Contains(string(text), "\n| "+row.class+" | "+row.verdict.String()+" | ") {
			t.Errorf("%s has no row %q, %s", differencesDocument, row.class, row.verdict)
		}
		if !slices.ContainsFunc(oddities(), func(o oddity) bool { return row.names.MatchString(o.name) }) {
			t.Errorf("nothing is %q", row.class)
		}
	}
	if rows := strings.Count(string(text), " | refused | accepted | ") + strings.Count(string(text), " | accepted | refused | "); rows != len(differences) {
		t.Errorf("%s has %d rows, and there are %d differences", differencesDocument, rows, len(differences))
	}
	for _, o := range oddities() {
		v := all.by[o.name]
		i := slices.IndexFunc(differences, func(d difference) bool { return d.names.MatchString(o.name) })
		switch {
		case v.plugin == v.openssl && i >= 0:
			t.Errorf("%s: both say %s, though it is of %q", o.name, v, differences[i].class)
		case v.plugin != v.openssl && i < 0:
			t.Errorf("%s: %s, and no row says why", o.name, v)
		case i >= 0 && v != differences[i].verdict:
			t.Errorf("%s: %s, though it is of %q", o.name, v, differences[i].class)
		}
	}
}
