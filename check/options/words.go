package options

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jessevdk/go-flags"

	"check_pop3x/check/fault"
	"check_pop3x/check/verdict"
)

// misread refuses words that go-flags can read, but not as they are meant: an
// option instead of a value, and the name of an option behind one dash, which
// go-flags takes for letters.
func (a *settings) misread(words []string) error {
	for i := 0; i < len(words) && words[i] != "--"; i++ {
		if err := a.oneDash(words[i]); err != nil {
			return err
		}
		option := a.awaits(words[i])
		if option == nil {
			continue
		}
		if i+1 < len(words) && a.isForgotten(option, words[i+1]) {
			return lacksValue(lastName(words[i]), option)
		}
		i++
	}
	return nil
}

// oneDash refuses the name of an option, of this program or another, behind one
// dash.
func (a *settings) oneDash(word string) error {
	if len(word) < 3 || word[0] != '-' || word[1] == '-' {
		return nil
	}
	name, _, _ := strings.Cut(word, "=")
	instead := habit(name)
	if instead == "" && a.parser.FindOptionByLongName(name[1:]) != nil {
		instead = "-" + name
	}
	if instead == "" {
		return nil
	}
	return noOption(name, instead)
}

// awaits returns the option whose value is the next word; nil is none. Of letters
// that share a dash this can only be the last, unless what is behind the first one
// is its value.
func (a *settings) awaits(word string) *flags.Option {
	if len(word) < 2 || word[0] != '-' || strings.Contains(word, "=") {
		return nil
	}
	if long, found := strings.CutPrefix(word, "--"); found {
		return valued(a.parser.FindOptionByLongName(long))
	}
	first, size := utf8.DecodeRuneInString(word[1:])
	if len(word) > 1+size && valued(a.parser.FindOptionByShortName(first)) != nil {
		return nil
	}
	letter, _ := utf8.DecodeLastRuneInString(word)
	return valued(a.parser.FindOptionByShortName(letter))
}

// valued returns the option if it takes a value; nil is none.
func valued(o *flags.Option) *flags.Option {
	if o == nil || o.ValueName == "" {
		return nil
	}
	return o
}

// lastName is the option that a word gives: the last of letters that share a dash.
func lastName(word string) string {
	if strings.HasPrefix(word, "--") {
		return word
	}
	letter, _ := utf8.DecodeLastRuneInString(word)
	return "-" + string(letter)
}

// isForgotten reports whether a word is an option instead of the value of the one
// in front. A range may be a negative number. --restricted has a refusal of its own.
func (a *settings) isForgotten(option *flags.Option, word string) bool {
	name, _, _ := strings.Cut(word, "=")
	long, isLong := strings.CutPrefix(name, "--")
	switch {
	case isLong:
		return long != "restricted" && a.parser.FindOptionByLongName(long) != nil
	case len(word) != 2 || word[0] != '-' || word[1] >= '0' && word[1] <= '9' && option.ValueName == "RANGE":
		return false
	}
	return a.parser.FindOptionByShortName(rune(word[1])) != nil
}

// lacksValue says that an option needs a value, or that it is of no use with one.
func lacksValue(typed string, option *flags.Option) error {
	if why := option.Field().Tag.Get("refused"); why != "" {
		return fault.New(fault.Usage, "%s: %s", typed, why)
	}
	return fault.New(fault.Usage, "%s needs a value, type %[1]s %s", typed, option.ValueName)
}

// alone says what to type instead of a word that is neither an option nor the value
// of one.
func (a *settings) alone(words []string, word string) error {
	if name := a.pasted(word); name != "" {
		return fault.New(fault.Usage, `%q does not begin with "-", type %s`, word, name)
	}
	for i := 0; i+2 < len(words); i++ {
		option := a.awaits(words[i])
		if option == nil {
			continue
		}
		if words[i+2] == word {
			if instead := a.joined(option, words[i:i+3]); instead != "" {
				return fault.New(fault.Usage, "%q is not an option, type %s", word, instead)
			}
		}
		i++
	}
	return fault.New(fault.Usage, "%q is not an option: options begin with a dash, and the host is given with -H", word)
}

// pasted returns the option that was meant by a word with another dash, as word
// processors put instead of one or two; "" is none.
func (a *settings) pasted(word string) string {
	name := strings.TrimLeftFunc(word, func(r rune) bool { return r == '-' || r == '−' || unicode.In(r, unicode.Pd, unicode.Cf) })
	name, _, _ = strings.Cut(name, "=")
	_, option := a.find(name)
	switch {
	case option == nil || strings.HasPrefix(word, name):
		return ""
	case name == option.LongName:
		return "--" + name
	}
	return "-" + name
}

// joined returns what was meant by an option, its value and a word behind them: a
// value with its unit, two values of which the second belongs behind a comma, or to
// the critical limit beside a warning. "" is none.
func (a *settings) joined(option *flags.Option, words []string) string {
	typed, value, word := words[0], words[1], words[2]
	with := value + word
	switch other := a.criticalBeside(option); {
	case unicode.IsLetter(rune(word[0])) && readable(option, value) && readable(option, with):
		return typed + " " + with
	case readable(option, value+","+word):
		return typed + " " + value + "," + word
	case other != nil && a.get(other.LongName) == nil && readable(option, value) && readable(other, word):
		return typed + " " + value + " " + shortest(other) + " " + word
	}
	return ""
}

// criticalBeside returns the option of the critical limit that belongs to a warning;
// nil is none.
func (a *settings) criticalBeside(option *flags.Option) *flags.Option {
	for _, row := range verdict.Metrics() {
		if row.Warning == option.LongName {
			_, critical := a.find(row.Critical)
			return critical
		}
	}
	return nil
}

// shortest is an option as people type it.
func shortest(o *flags.Option) string {
	if o.ShortName != 0 {
		return "-" + string(o.ShortName)
	}
	return "--" + o.LongName
}

// readable reports whether a value can be that of a limit.
func readable(option *flags.Option, value string) bool {
	switch option.LongName {
	case "timeout":
		_, err := Limits{Timeout: text(value)}.budget()
		return err == nil
	case "certificate":
		_, err := Limits{Certificate: text(value)}.certificate()
		return err == nil
	}
	for _, row := range verdict.Metrics() {
		if option.LongName == row.Warning || option.LongName == row.Critical {
			_, err := verdict.ParseRange(value, row.Unit)
			return err == nil
		}
	}
	return false
}
