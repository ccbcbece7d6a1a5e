// Package lean keeps the Go runtime small for a process that lives for
// milliseconds. To import it is all. It imports next to nothing, so that it is
// initialized before nearly every other package (Go specification, "Program
// initialization") and none of them has begun to spread.
package lean

import "runtime"

func init() {
	reserve(false)
	runtime.GOMAXPROCS(1) // a check does one thing after the other: more only costs CPU
}

// room is what a check needs of the stack, in octets.
const room = 20 << 10

// reserve makes room on the stack of the main goroutine at one stroke. Left to
// itself it doubles four times from 2 KiB, each time in the middle of deep
// calls, whose frames have to be looked up and moved. A function's frame counts
// as a whole, also where, without fill, it is never touched.
//
//go:noinline
func reserve(fill bool) (last byte) {
	if fill {
		var frame [room]byte
		touch(&frame)
		last = frame[room-1]
	}
	return last
}

//go:noinline
func touch(frame *[room]byte) { frame[room-1]++ }
