// Package stack spares goroutines the growth of their stacks.
package stack

// size is what a check needs of a stack, in octets: it is 32 KiB then.
const size = 24 << 10

// Reserve gives the goroutine that calls it all of its stack at once. Left to
// itself, a stack doubles four times from 2 KiB, in the middle of deep calls whose
// frames have to be looked up and moved: that is 24 of the page faults of a greeting.
//
//go:noinline
func Reserve() {
	if never { // a frame counts as a whole, whether it is touched or not
		var frame [size]byte
		touch(&frame)
	}
}

var never bool

//go:noinline
func touch(*[size]byte) {}
