package credential

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"
)

// Everything before the sentinel is kept, however it arrives, also what looks
// like its beginning.
func TestCapture(t *testing.T) {
	const sentinel = "MARKED"
	for _, text := range []string{
		"", "hunter2", "hunter2\n", "MARK", "MARKEMARKEMARKE", "MMMMM", "MARKMARK MARKE", strings.Repeat("MARKE", 2000), strings.Repeat("x", 4095) + "M",
	} {
		for _, limit := range []int{0, 3, 4096, 1 << 20} {
			checkCapture(t, text, sentinel, limit, false)
			checkCapture(t, text, sentinel, limit, true)
		}
	}
}

func checkCapture(t *testing.T, text, sentinel string, limit int, byOctets bool) {
	t.Helper()
	overflows := 0
	c := &capture{sentinel: []byte(sentinel), limit: limit, onOverflow: func() { overflows++ }}
	r := strings.NewReader(text + sentinel + "not this")
	if byOctets {
		c.readAll(iotest.OneByteReader(r))
	} else {
		c.readAll(r)
	}
	want := text[:min(len(text), limit)]
	if c.text() != want || c.truncated != (len(text) > limit) || (overflows == 1) != c.truncated || overflows > 1 {
		t.Errorf("%d octets of %.20q: %.20q, truncated %v, %d overflows", limit, text, c.text(), c.truncated, overflows)
	}
}

// A pipe that ends without a sentinel has been read completely.
func TestCaptureWithoutSentinel(t *testing.T) {
	c := &capture{sentinel: []byte("MARKED"), limit: 100, onOverflow: func() {}}
	c.readAll(strings.NewReader("hunter2MARK"))
	if got := c.text(); got != "hunter2MARK" {
		t.Error(got)
	}
}

func TestCapturePipe(t *testing.T) {
	c, err := newCapture(10, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.pipe.Write(bytes.Repeat([]byte("x"), 200<<10)); err != nil { // more than a pipe takes
		t.Fatal(err)
	}
	c.finish()
	if c.text() != "xxxxxxxxxx" || !c.truncated {
		t.Errorf("%q, truncated %v", c.text(), c.truncated)
	}
}
