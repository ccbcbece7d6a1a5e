package render

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// untold are fields of a Report that are not in the document as they are: the
// fault words the error beneath it, one that ran out of time has no other text, and
// the security is a word there.
var untold = []string{"Report.Findings.Fault.Err", "Report.Findings.Fault.Text", "Report.Security",
	"Report.Addresses.Findings.Fault.Err", "Report.Addresses.Findings.Fault.Text", "Report.Addresses.Security"}

// TestJSONHasEveryFact fills all fields of a Report with values that nothing else
// has, and looks for each in the document.
func TestJSONHasEveryFact(t *testing.T) {
	filled := filler{at: start}
	r := new(report.Report)
	filled.fill(reflect.ValueOf(r).Elem(), "Report")
	if len(filled.want) < 40 {
		t.Errorf("only %d facts", len(filled.want))
	}
	out := written("json", verdict.Judge(r, ranges()), Options{Verbose: 3, Version: "v1"})
	for path, text := range filled.want {
		if !strings.Contains(out, text) {
			t.Errorf("%s is not there, as %s", path, text)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

// A filler counts, so that no two facts are alike.
type filler struct {
	n    int
	at   time.Time
	want map[string]string
}

func (f *filler) fill(v reflect.Value, path string) {
	f.n++
	text := ""
	switch v.Interface().(type) {
	case time.Time:
		when := f.at.Add(time.Duration(f.n) * 24 * time.Hour)
		v.Set(reflect.ValueOf(when))
		text = when.Format("2006-01-02T15:04:05.000Z")
	case time.Duration:
		v.SetInt(int64(time.Duration(1000+f.n)*time.Second + time.Millisecond))
		text = fmt.Sprintf(":%d.001", 1000+f.n)
	case *time.Time:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	default:
		text = f.fillKind(v, path)
	}
	if text != "" && !isUntold(path) {
		if f.want == nil {
			f.want = map[string]string{}
		}
		f.want[path] = text
	}
}

func (f *filler) fillKind(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("fact-%d-", f.n))
		return v.String()
	case reflect.Int64, reflect.Int:
		if !isUntold(path) {
			v.SetInt(int64(1000 + f.n))
		}
		return ":" + strconv.Itoa(1000+f.n)
	case reflect.Uint16:
		v.SetUint(uint64(1000 + f.n))
		return ":" + strconv.Itoa(1000+f.n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0), path)
	case reflect.Struct:
		for i := range v.NumField() {
			field := path + "." + v.Type().Field(i).Name
			if v.Type().Field(i).Anonymous {
				field = path
			}
			if field != "Report.Addresses.Addresses" { // an address has no others below it
				f.fill(v.Field(i), field)
			}
		}
	}
	return ""
}

func isUntold(path string) bool { return slices.Contains(untold, path) }
