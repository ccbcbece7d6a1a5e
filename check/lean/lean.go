// Package lean keeps the Go runtime small, for a process that lives for
// milliseconds. Importing it is all it takes. It imports next to nothing, so it
// is initialized before nearly every other package (Go specification,
// section "Program initialization"), before the runtime has spread over more
// processors.
package lean

import (
	"runtime"

	"check_pop3x/check/stack"
)

func init() {
	stack.Reserve()
	runtime.GOMAXPROCS(1) // a check does one thing after the other: more only costs CPU time
}
