package credential

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"
)

// Whatever comes before the mark is kept, however it arrives, also what looks
// like the beginning of the mark.
func TestTap(t *testing.T) {
	const mark = "MARKED"
	for _, text := range []string{
		"", "hunter2", "hunter2\n", "MARK", "MARKEMARKEMARKE", "MMMMM", "MARKMARK MARKE", strings.Repeat("MARKE", 2000), strings.Repeat("x", 4095) + "M",
	} {
		for _, most := range []int{0, 3, 4096, 1 << 20} {
			whole := strings.NewReader(text + mark + "not this")
			for how, r := range map[string]*tap{"whole": {}, "by octets": {}} {
				cuts := 0
				r.mark, r.most, r.more = []byte(mark), most, func() { cuts++ }
				whole.Reset(text + mark + "not this")
				if how == "whole" {
					r.drain(whole)
				} else {
					r.drain(iotest.OneByteReader(whole))
				}
				want := text[:min(len(text), most)]
				if r.text() != want || r.cut != (len(text) > most) || (cuts == 1) != r.cut || cuts > 1 {
					t.Errorf("%s, %d octets of %.20q: %.20q, cut %v, told %d times", how, most, text, r.text(), r.cut, cuts)
				}
			}
		}
	}
}

// A pipe whose end comes without a mark has been read.
func TestTapWithoutAMark(t *testing.T) {
	r := &tap{mark: []byte("MARKED"), most: 100, more: func() {}}
	r.drain(strings.NewReader("hunter2MARK"))
	if got := r.text(); got != "hunter2MARK" {
		t.Error(got)
	}
}

func TestTapOfAPipe(t *testing.T) {
	r, err := newTap(10, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.end.Write(bytes.Repeat([]byte("x"), 200<<10)); err != nil { // more than a pipe takes
		t.Fatal(err)
	}
	r.finish()
	if r.text() != "xxxxxxxxxx" || !r.cut {
		t.Errorf("%q, %v", r.text(), r.cut)
	}
}
