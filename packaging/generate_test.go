package packaging

import (
	"os"
	"strings"
	"testing"

	"check_pop3x/check/options"
)

// TestGeneratedFiles fails when an option was changed and its documents were not.
func TestGeneratedFiles(t *testing.T) {
	files, err := Current().Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		fresh(t, name, want)
	}
}

func fresh(t *testing.T, name, want string) {
	t.Helper()
	if text, err := os.ReadFile(name); err != nil || string(text) != want {
		t.Errorf("packaging/%s is not what the options say now, type: make generate", name)
	}
}

// described is a struct of options as package options has one.
type described struct {
	Mail struct {
		Flag   bool     `short:"F" long:"flying" description:"Deliver by air; needs --wings"`
		Many   []string `long:"colour-of" value-name:"KIND=STATE" description:"Colour's \"name\" [of] 10%: a-b"`
		One    string   `long:"wings" value-name:"FILE" description:".dotted"`
		Secret string   `long:"key-file" value-name:"FILE" secret:"POP3X_KEY" description:"File with the key"`
		Person bool     `long:"ask" by-hand:"yes" description:"Ask"`
		Old    bool     `long:"antique" hidden:"yes" description:"Gone"`
	} `group:"Mail by air"`
}

// TestAFieldIsAnOption proves that a field is all that a new option needs.
func TestAFieldIsAnOption(t *testing.T) {
	var o described
	o.Mail.One = "two"
	all, err := options.Describe(&o)
	if err != nil {
		t.Fatal(err)
	}
	r := Reference{Options: all}
	files, err := r.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, wanted := range map[string][]string{
		"icinga2/pop3x.conf": {
			"\t\t\"--flying\" = {\n\t\t\tset_if = \"$pop3x_flying$\"\n\t\t\tdescription = \"Deliver by air; needs --wings\"\n\t\t}\n",
			"\t\t\"--colour-of\" = {\n\t\t\tvalue = \"$pop3x_colour_of$\"\n\t\t\tdescription = \"Colour's \\\"name\\\" [of] 10%: a-b\"\n\t\t\trepeat_key = true\n\t\t}\n",
			"\t\tPOP3X_KEY = \"$pop3x_key$\"\n",
		},
		"completion/check_pop3x.bash": {
			" -F --flying --colour-of --wings --key-file --ask",
			"    --colour-of)\n        _check_pop3x_value 'KIND' '=' 'STATE'\n",
		},
		"completion/_check_pop3x": {
			`'(-F --flying)'{-F,--flying}'[Deliver by air; needs --wings]'`,
			`'*'--colour-of='[Colour'\''s "name" \[of\] 10%\: a-b]:KIND=STATE: _check_pop3x_value KIND = STATE'`,
			`--wings='[.dotted]:FILE: _check_pop3x_value FILE'`,
		},
		"completion/check_pop3x.fish": {
			"complete -c check_pop3x -s F -l flying -d 'Deliver by air; needs --wings'\n",
			`complete -c check_pop3x -l colour-of -d 'Colour\'s "name" [of] 10%: a-b' -x -a "(__check_pop3x_value 'KIND' '=' 'STATE')"`,
		},
		"man/check_pop3x.8": {
			".SS Mail by air\n.TP\n\\fB\\-F\\fR, \\fB\\-\\-flying\\fR\nDeliver by air; needs \\fB\\-\\-wings\\fR\n",
			"\n\\fB\\-\\-wings\\fR \\fIFILE\\fR\n\\&.dotted (default \\fBtwo\\fR)\n",
			"\\fIKIND=STATE\\fR\nColour\\(aqs \\(dqname\\(dq [of] 10%: a\\-b\n",
		},
		"doc/manual.md": {
			"| `-F`, `--flying` | Deliver by air; needs `--wings` |\n",
			"| `--wings` *FILE* | .dotted (default `two`) |\n",
		},
	} {
		for _, want := range wanted {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s has no\n%s", name, want)
			}
		}
		if strings.Contains(files[name], "antique") {
			t.Errorf("%s has the hidden option", name)
		}
	}
	if strings.Contains(files["icinga2/pop3x.conf"], "--ask") {
		t.Error("icinga2/pop3x.conf has the option that asks a person")
	}
}

// TestThePasswordGoesByTheEnvironment, where the list of processes has no look.
func TestThePasswordGoesByTheEnvironment(t *testing.T) {
	files, err := Current().Files()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(files["icinga2/pop3x.conf"], "\t\tPOP3X_PASSWORD = \"$pop3x_password$\"\n") {
		t.Error("Icinga 2's command does not set POP3X_PASSWORD: --password-file has lost its tag secret")
	}
}

func TestMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"see --tls, -D; not -ERR or a-b":    "see `--tls`, `-D`; not -ERR or a-b",
		"limits: 2s, @1s:2s, ~:3s, 10MiB.":  "limits: `2s`, `@1s:2s`, `~:3s`, `10MiB`.",
		"[$POP3X_USER] and [::1], 3 | a*b":  "[`$POP3X_USER`] and `[::1]`, `3` \\| a\\*b",
		"in-use=ok; list,uidl: check_pop3x": "`in-use=ok`; `list,uidl`: `check_pop3x`",
	} {
		if got := markdown(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestParts(t *testing.T) {
	for value, want := range map[string]string{
		"PORT": "PORT", "PHASE=RANGE": "PHASE = RANGE", "DURATION[:STATE]": "DURATION : STATE",
		"[SECTION][@FILE]": "SECTION @ FILE", "WARN[,CRIT]": "WARN , CRIT", "PROGRAM ARG...": "PROGRAM ARG...",
	} {
		if got := strings.Join(parts(value), " "); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

// TestManualToRoff: every construct that the manual may use, and one that it may not.
func TestManualToRoff(t *testing.T) {
	const source = "# About\n\nfor the web\n\n## A b\n\nOne `--two` *THREE* [four](x.md)\\_5\n~6.\n\nSeven\n\n" +
		"```\n.eight -9\n```\n\n### C\n\n| a | b |\n| --- | --- |\n| `c\\|d` | ’e |\n"
	got, err := manPage(source)
	if err != nil {
		t.Fatal(err)
	}
	const want = ".SH \"A B\"\nOne \\fB\\-\\-two\\fR \\fITHREE\\fR four_5 \\(ti6.\n.PP\nSeven\n" +
		".PP\n.RS\n.nf\n\\&.eight \\-9\n.fi\n.RE\n.SS C\n.TP\n\\fBc|d\\fR\n\\[u2019]e\n"
	if !strings.HasSuffix(got, manualTitle+"\n"+want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, lost := range []string{"1. a list", "> a quotation", "**~~x~~** <b>x</b>", "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |"} {
		if got, err := manPage("## A\n\n" + lost + "\n"); err == nil {
			t.Errorf("%q became\n%s", lost, got)
		}
	}
}
