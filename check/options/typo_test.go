package options

import (
	"strings"
	"testing"
)

// What users of other programs type is answered with what to type here, which
// exists.
func TestHabits(t *testing.T) {
	rows := 0
	for row := range strings.Lines(habitsText) {
		typed, instead, both := strings.Cut(strings.TrimSpace(row), " ")
		if !both || typed == "#" {
			continue
		}
		rows++
		instead = strings.TrimSpace(instead)
		want := "there is no option " + typed + ": " + instead
		if strings.HasPrefix(instead, "-") {
			want = "there is no option " + typed + ", did you mean " + instead + "?"
			for word := range strings.FieldsSeq(instead) {
				known(t, word)
			}
		}
		args := []string{"-H", "mail.example.org", typed}
		if strings.HasPrefix(typed, "-") && !strings.HasPrefix(typed, "--") && len(typed) > 2 {
			args = append(args, "argument") // go-flags takes some of them for an option and its value
		}
		if said := refused(t, args...); said != want {
			t.Errorf("%s: %s\nwant %s", typed, said, want)
		}
	}
	if rows < 60 {
		t.Errorf("only %d habits", rows)
	}
}

// known fails on an option that does not exist.
func known(t *testing.T, word string) {
	t.Helper()
	name, _, _ := strings.Cut(word, "=")
	if name = strings.TrimLeft(name, "-"); !strings.HasPrefix(word, "-") || name == "vvv" {
		return
	}
	c, err := parse("-H", "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, o := c.settings.find(name); o == nil || o.Hidden {
		t.Errorf("there is no option %s", word)
	}
}

func TestLikeliest(t *testing.T) {
	for typed, want := range map[string]string{
		"--hostnam":         "--hostname",
		"--hotsname":        "--hostname", // swapped
		"--start-tls":       "--starttls",
		"--tmeout":          "--timeout",
		"--stae":            "--state",
		"--stat":            "--state",
		"--oauth-clientid":  "--oauth-client-id",
		"--messages-warnin": "--messages-warning",
		"--tsl":             "--tls",
		"--certificat":      "--certificate",
		"--passwordfile":    "--password-file",
		"--frobnicate":      "",
		"--insecur":         "", // nobody shall turn verification off by accident
		"--unsecure":        "",
		"--tl":              "--tls",
		"--ts":              "--tls",
		"--st":              "", // two of three letters
		"--time":            "",
	} {
		said := refused(t, "-H", "x", typed)
		if want == "" && said != "there is no option "+typed+", see --help" || want != "" && said != "there is no option "+typed+", did you mean "+want+"?" {
			t.Errorf("%s: %s", typed, said)
		}
	}
}

// Letters that share a dash are options of their own.
func TestUnknownLetter(t *testing.T) {
	for typed, want := range map[string]string{"-z": "-z, see --help", "-Szv": "-z, see --help", "-Sk": "-k, did you mean --insecure?"} {
		if said := refused(t, "-H", "x", typed); said != "there is no option "+want {
			t.Errorf("%s: %s", typed, said)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "ba", 1}, {"abc", "ac", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		if got := distance(c.a, c.b); got != c.want || distance(c.b, c.a) != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
