package stack

import (
	"testing"
	"unsafe"
)

// A stack that grows is moved. After that there is room.
func TestReserve(t *testing.T) {
	moved := make(chan bool)
	go func() {
		var local byte
		at := func() uintptr { return uintptr(unsafe.Pointer(&local)) }
		first := at()
		Reserve()
		second := at()
		deep(size / 1024)
		moved <- first != second && second == at()
	}()
	if !<-moved {
		t.Error("the stack was not moved, or twice")
	}
}

//go:noinline
func deep(n int) byte {
	var frame [1000]byte
	if n == 0 {
		return frame[n]
	}
	frame[n] = deep(n - 1)
	return frame[n]
}
