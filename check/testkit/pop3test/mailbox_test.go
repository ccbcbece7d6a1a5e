package pop3test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

func TestMessages(t *testing.T) {
	for _, size := range []int{0, 200, 201, 230, 231, 232, 233, 234, 300, 5000} {
		box := Mailbox{Messages: 2, Size: size}.withDefaults()
		s := serveMail(t, Config{}, box)
		n := connect(t, s)
		n.login()
		n.want("RETR 2", fmt.Sprintf("+OK %d octets", box.Size))
		lines, err := n.ReadDotLines()
		if err != nil {
			t.Fatal(err)
		}
		octets := 0
		for _, line := range lines {
			octets += len(line) + 2
		}
		if octets != box.Size || octets < size || octets > max(size, box.minSize())+1 {
			t.Errorf("size %d: %d octets, %d announced", size, octets, box.Size)
		}
		if top := n.list("TOP 2 2"); strings.Join(top, "\n") != strings.Join(lines[:8], "\n") || top[7] != ".." {
			t.Errorf("TOP %q", top)
		}
		if lines[0] != "Date: Sat, 31 Jan 2026 12:00:00 +0000" || lines[3] != "Subject: message 0000002" {
			t.Errorf("header %q", lines)
		}
	}
}

func TestMillionMessages(t *testing.T) {
	s := serveMail(t, Config{}, Mailbox{Messages: 1_000_000, Size: 1 << 20})
	n := connect(t, s)
	n.login()
	n.want("STAT", "+OK 1000000 1048576000000")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	tell(t, n.c, "LIST\r\nQUIT\r\n")
	count, err := io.Copy(io.Discard, n.c)
	runtime.ReadMemStats(&after)
	const digits, blankSizeAndEnd = 5888896, 10 // of all numbers; " 1048576\r\n" of each line
	if err != nil || count != digits+blankSizeAndEnd*1_000_000+int64(len("+OK\r\n.\r\n+OK Bye.\r\n")) {
		t.Errorf("LIST of %d octets, %v", count, err)
	}
	if after.HeapAlloc > before.HeapAlloc+(64<<20) {
		t.Errorf("heap grew from %d to %d", before.HeapAlloc, after.HeapAlloc)
	}
}
