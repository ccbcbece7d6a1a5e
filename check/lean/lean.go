// Package lean keeps the Go runtime small for a process that lives for
// milliseconds. To import it is all. It imports next to nothing, so that it is
// initialized before nearly every other package (Go specification, "Program
// initialization") and none of them has begun to spread.
package lean

import "runtime"

func init() {
	runtime.GOMAXPROCS(1) // a check does one thing after the other: more only costs CPU
}
