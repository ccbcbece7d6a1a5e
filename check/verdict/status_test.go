package verdict

import "testing"

func TestExitCodes(t *testing.T) {
	for status, code := range map[Status]int{OK: 0, Warning: 1, Critical: 2, Unknown: 3} {
		if int(status) != code {
			t.Errorf("%v exits %d", status, int(status))
		}
	}
	for status, name := range map[Status]string{OK: "OK", Warning: "WARNING", Critical: "CRITICAL", Unknown: "UNKNOWN"} {
		if status.String() != name {
			t.Errorf("%v is not %s", status, name)
		}
	}
}

// OK < UNKNOWN < WARNING < CRITICAL.
func TestSeverity(t *testing.T) {
	order := []Status{OK, Unknown, Warning, Critical}
	for i, a := range order {
		for j, b := range order {
			if worse(a, b) != (i > j) {
				t.Errorf("%v worse than %v: %v", a, b, worse(a, b))
			}
		}
	}
}

// By its name, its first letters or its number.
func TestParseStatus(t *testing.T) {
	for want, texts := range map[Status][]string{
		OK:       {"ok", "OK", "o", "O", "Ok", "0"},
		Warning:  {"warning", "WARNING", "warn", "w", "W", "1"},
		Critical: {"critical", "CRITICAL", "crit", "c", "Crit", "2"},
		Unknown:  {"unknown", "UNKNOWN", "unk", "u", "3"},
	} {
		for _, text := range texts {
			if got, ok := ParseStatus(text); !ok || got != want {
				t.Errorf("%q: %v, %v", text, got, ok)
			}
		}
	}
	for _, text := range []string{
		"", " ", "x", "4", "-1", "00", "01", "10", "okay", "warnings", "k", "ritical", " ok", "ok ", "ok\n", "w|", "\x00", "w,c", "2.0", "\u0661", "\u212a",
	} {
		if got, ok := ParseStatus(text); ok {
			t.Errorf("%q: %v", text, got)
		}
	}
}
