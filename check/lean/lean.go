// Package lean keeps the Go runtime small, for a process that lives for
// milliseconds. Importing it is all it takes. It imports nothing but runtime,
// so it is initialized before nearly every other package (Go specification,
// section "Program initialization"), before the runtime has spread over more
// processors.
package lean

import "runtime"

// A check does one thing after the other: more processors only cost CPU time.
func init() { runtime.GOMAXPROCS(1) }
