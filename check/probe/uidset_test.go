package probe

import (
	"fmt"
	"testing"
)

func BenchmarkUIDSet(b *testing.B) {
	const messages = 1_000_000
	for b.Loop() {
		u := newUIDSet(messages)
		uid := make([]byte, 0, 32)
		for n := range int64(messages) {
			uid = fmt.Appendf(uid[:0], "pop3test-%07d", n)
			u.add(n+1, uid)
		}
		if u.pairs() != nil {
			b.Fatal("met")
		}
	}
}
