package options

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
)

// FuzzCommand reads any words, and a file with any lines: the answer is a plan, a
// text or a fault that is no defect.
func FuzzCommand(f *testing.F) {
	f.Add("-H\nlocalhost\n-w\n5", "tls = yes\nwarning = 2")
	f.Add("--warning\n-vw\n-=\n--=\n-", "=\n= x\nH =\n\x00 = 1")
	f.Add("-S=x\n-k\n-connect\nx\n--password", "password = x\nauth = external\nhelp =")
	f.Add("-H\nx\n--steps\nretr\n--phase-warning\nlogin=2\n-u\nx\n--tls\n--oauth\ngoogle", "steps = all\nphase-warning = stat=1\nretr = 5")
	f.Fuzz(func(t *testing.T, words, lines string) {
		c := New("test", append([]string{"check_pop3x"}, strings.Split(words, "\n")...))
		err := c.Parse()
		if err == nil && c.settings.readLines(lines) == nil {
			err = planned(c)
		}
		c.Show()
		if _, isText := errors.AsType[Text](err); !isText && err != nil && fault.Of(c.settings.blame(err)).Kind == fault.Internal {
			t.Errorf("%q and %q: %v", words, lines, err)
		}
	})
}

// planned plans without a look at any file.
func planned(c *Command) error {
	if err := c.settings.exclude(); err != nil {
		return err
	}
	if _, err := c.session(probe.Plan{}, os.Stdin); err != nil {
		return err
	}
	_, err := c.settings.limits()
	return err
}

func (a *settings) readLines(text string) error {
	lines, err := readSection("file", "x", strings.NewReader("[x]\n"+text))
	for _, l := range lines {
		if err == nil {
			err = a.set(l)
		}
	}
	return err
}

// FuzzParser reads any words with the groups that they are about, and with all: it
// is the same.
func FuzzParser(f *testing.F) {
	f.Add("-H\nlocalhost\n-w5\n-vS\n--tls-min=1.3\n--\n-c")
	f.Add("-vvvV\n-4\n-x\n--tls-mim\n1\n-5:5")
	f.Add("-e\n-p\n--port\n-p=1\n-Hp\n--help=1\n-vH")
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Split(text, "\n")
		some, all := usual(), usual()
		for _, o := range []*Options{some, all} {
			o.Output.Version, o.Output.Usage, o.Output.Help = prints(everyday), prints(everyday), prints(everyday)
		}
		one, err := newParser(some, words)
		whole, failed := wholeParser(all)
		if err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		rest, err := one.ParseArgs(words)
		wanted, expected := whole.ParseArgs(words)
		for _, o := range []*Options{some, all} {
			o.Output.Version, o.Output.Usage, o.Output.Help = nil, nil, nil // functions are never equal
		}
		if !reflect.DeepEqual(some, all) || !slices.Equal(rest, wanted) || fmt.Sprint(err) != fmt.Sprint(expected) {
			t.Errorf("%q: %+v, %q, %v; want %+v, %q, %v", words, some, rest, err, all, wanted, expected)
		}
	})
}
