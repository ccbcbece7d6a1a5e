package options

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/fault"
)

//go:embed habits.txt
var habitsText string

// habit returns what to type instead of an option of another program; "" is not
// known. typed has its dashes.
func habit(typed string) string {
	for line := range strings.Lines(habitsText) {
		if name, instead, _ := strings.Cut(line, " "); name == typed {
			return strings.TrimSpace(instead)
		}
	}
	return ""
}

// unknown says what to type instead of an option that does not exist.
func (a *settings) unknown(typed string) error {
	instead := habit(typed)
	name, long := strings.CutPrefix(typed, "--")
	if instead == "" && long {
		instead = likeliest(name, a.all().Groups())
	}
	if usual := "--no-" + name; instead == "" && long && a.all().FindOptionByLongName(usual[2:]) != nil {
		instead = "that is usual, and " + usual + " leaves it out"
	}
	if instead == "" && !long { // some letters behind one dash
		for _, letter := range typed[1:] {
			if a.all().FindOptionByShortName(letter) == nil {
				typed = "-" + string(letter)
				instead = habit(typed)
				break
			}
		}
	}
	return noOption(typed, instead)
}

func noOption(typed, instead string) error {
	switch {
	case instead == "":
		instead = ", see --help"
	case strings.HasPrefix(instead, "-"):
		instead = ", did you mean " + instead + "?"
	default:
		instead = ": " + instead
	}
	return fault.New(fault.Usage, "there is no option %s%s", typed, instead)
}

// likeliest returns the option that is spelled most like name: at most two
// mistakes, and one in three letters. That is never --insecure: nobody shall
// turn it on by accident.
func likeliest(name string, groups []*flags.Group) string {
	best, least := "", 3
	for _, group := range groups {
		for _, o := range group.Options() {
			if sameWords(name, o.LongName) {
				return "--" + o.LongName
			}
			if o.Hidden || o.LongName == "insecure" || max(len(name)-len(o.LongName), len(o.LongName)-len(name)) >= least {
				continue
			}
			if d := distance(name, o.LongName); d < least && 3*d <= len(o.LongName) {
				best, least = "--"+o.LongName, d
			}
		}
	}
	return best
}

// sameWords reports whether two names have the same words in another order.
func sameWords(a, b string) bool {
	words, others := strings.Split(a, "-"), strings.Split(b, "-")
	slices.Sort(words)
	slices.Sort(others)
	return slices.Equal(words, others)
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour until a is b (Damerau and Levenshtein, no letter edited twice).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
		for j := 1; j <= len(b); j++ {
			if i == 0 {
				rows[0][j] = j
				continue
			}
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
